"""What happened to the ledger of a test that failed, in the words of its report."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.testing.handle import Qldb
from emulator.testing.stage import Stage

_STATEMENTS, _CONFLICTS, _BLOCKS = 20, 5, 5
_CHARACTERS = 400


def told(stage: Stage) -> Iterator[tuple[str, str]]:
    """Sections of a report, titles and texts, about each ledger of a test."""
    for ledger, handle in stage.ledgers():
        whose = "QLDB" if ledger == stage.handle.ledger else f"QLDB, ledger {ledger},"
        log = handle.log(ledger, _STATEMENTS)
        for title, text in (
            ("statements", _statements(log)),
            ("conflicts", _conflicts(log)),
            ("journal, its end", _journal_tail(handle, ledger)),
        ):
            if text:
                yield f"{whose} {title}", text


def _statements(log: dict[str, Any]) -> str:
    """The last statements: what became of each, its plan and its costs."""
    return "\n".join(map(_statement, reversed(log["statements"])))


def _statement(ran: dict[str, Any]) -> str:
    transaction = ran["transaction"]
    what = ran["error"] or f"{ran['rows']} rows, {ran['documents_read']} documents read"
    cost = "; ".join([what, *ran["plan"]])
    return f"{transaction['id']} {transaction['outcome']}: {_shortened(ran['statement'])}\n    {cost}"


def _conflicts(log: dict[str, Any]) -> str:
    """The last conflicts: which read met which write."""
    return "\n".join(line for conflict in log["conflicts"][:_CONFLICTS] for line in _conflict(conflict))


def _conflict(conflict: dict[str, Any]) -> Iterator[str]:
    yield f"{conflict['transaction']['id']} at {conflict['at']}"
    for read in conflict["reads"]:
        writer = read["written_by"]
        yield f"    {read['read']}, read by {_shortened(str(read['statement']))}"
        yield f"    was written by {writer['transaction_id']}: {_shortened('; '.join(writer['statements']))}"


def _journal_tail(handle: Qldb, ledger: str) -> str:
    """The last blocks: their statements, and the documents they changed."""
    return "\n".join(line for block in handle.journal(ledger, last=_BLOCKS) for line in _block(block))


def _block(block: dict[str, Any]) -> Iterator[str]:
    number, at = block["blockAddress"]["sequenceNo"], block["blockTimestamp"]
    yield f"block {number} at {at}, transaction {block['transactionId']}"
    for statement in block.get("transactionInfo", {}).get("statements", ()):
        yield f"    {_shortened(statement['statement'])}"
    for revision in block.get("revisions", ()):
        if "metadata" in revision:
            metadata, data = revision["metadata"], revision.get("data", "deleted or redacted")
            yield f"    {metadata['id']} version {metadata['version']}: {_shortened(str(data))}"


def _shortened(text: str) -> str:
    return text if len(text) <= _CHARACTERS else f"{text[:_CHARACTERS]}…"
