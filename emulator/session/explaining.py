"""Facts in words: lines of the server's log, and the JSON of `/_qldb/ledgers/{name}/statements`."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from typing import Any

from emulator.session.conflicts import shortened
from emulator.session.statement_facts import (
    Conflict,
    ConflictingRead,
    DigestMismatch,
    StatementFacts,
    TransactionFacts,
)
from emulator.times import iso

# Lines of the log


def statement_line(facts: StatementFacts) -> str:
    milliseconds = round(facts.seconds * 1000)
    outcome = f"{facts.progress.value}, {facts.error}" if facts.error else facts.progress.value
    return (
        f"{_whose(facts.transaction)}: {milliseconds} ms, {facts.documents_read} documents read, "
        f"{facts.documents_written} written, {facts.rows} rows ({outcome}); plan: {_plan(facts.steps)}; "
        f"statement: {shortened(facts.text)}"
    )


def conflict_line(conflict: Conflict) -> str:
    told = [_conflicting(read) for read in conflict.reads] or ["another writer appended to the journal first"]
    return f"{_whose(conflict.transaction)} conflicts: {'; '.join(told)}"


def _conflicting(read: ConflictingRead) -> str:
    write = read.write
    return (
        f"{read.read}, read by [{shortened(read.statement)}] when block {read.seen_sequence_no} was the newest, "
        f"was written in block {write.sequence_no} by transaction {write.transaction_id} "
        f"with {_listed(write.statements)}"
    )


def mismatch_line(mismatch: DigestMismatch) -> str:
    return (
        f"{_whose(mismatch.transaction)} is not committed: its commit digest is {_base64(mismatch.expected)}, "
        f"the client sent {_base64(mismatch.came)}; {mismatch.statement_count} statements in the digest, in order: "
        f"{_listed(mismatch.statements)}"
    )


def _whose(transaction: TransactionFacts) -> str:
    return f"transaction {transaction.transaction_id} of session {transaction.session_id}"


def _plan(steps: Iterable[str]) -> str:
    return "; ".join(steps) or "nothing to read"


def _listed(texts: Iterable[str]) -> str:
    return ", ".join(f"[{text}]" for text in texts)


def _base64(digest: bytes) -> str:
    return b64encode(digest).decode()


# JSON


def statement_json(facts: StatementFacts) -> dict[str, Any]:
    return {
        "statement": facts.text,
        "started_at": iso(facts.started_at_ms),
        "progress": facts.progress.value,
        "error": facts.error,
        "plan": list(facts.steps),
        "documents_read": facts.documents_read,
        "documents_written": facts.documents_written,
        "read_ios": facts.documents_read,
        "rows": facts.rows,
        "pages": facts.pages,
        "milliseconds": round(facts.seconds * 1000, 3),
        "transaction": _transaction_json(facts.transaction),
    }


def conflict_json(conflict: Conflict) -> dict[str, Any]:
    return {
        "at": iso(conflict.at_ms),
        "transaction": _transaction_json(conflict.transaction),
        "reads": list(map(_read_json, conflict.reads)),
    }


def _read_json(read: ConflictingRead) -> dict[str, Any]:
    write = read.write
    return {
        "read": read.read,
        "statement": read.statement,
        "newest_block_seen": read.seen_sequence_no,
        "written_by": {
            "transaction_id": write.transaction_id,
            "block_address": {"strandId": write.strand_id, "sequenceNo": write.sequence_no},
            "statements": list(write.statements),
            "document_ids": list(write.document_ids),
        },
    }


def mismatch_json(mismatch: DigestMismatch) -> dict[str, Any]:
    return {
        "at": iso(mismatch.at_ms),
        "transaction": _transaction_json(mismatch.transaction),
        "expected": _base64(mismatch.expected),
        "came": _base64(mismatch.came),
        "statement_count": mismatch.statement_count,
        "statements": list(mismatch.statements),
    }


def _transaction_json(transaction: TransactionFacts) -> dict[str, Any]:
    return {
        "id": transaction.transaction_id,
        "session_id": transaction.session_id,
        "outcome": transaction.outcome.value,
        "sequence_no": transaction.sequence_no,
        "write_ios": transaction.write_ios,
    }
