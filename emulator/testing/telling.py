"""What happened to the ledger of a test that failed, in the words of its report."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.testing.handle import Qldb

_STATEMENTS, _CONFLICTS, _BLOCKS = 20, 5, 5
_CHARACTERS = 400


def statements(handle: Qldb) -> str:
    """The last statements: what became of each, its plan and its costs."""
    ran = reversed(handle.log(limit=_STATEMENTS)["statements"])
    return "\n".join(map(_statement, ran))


def _statement(ran: dict[str, Any]) -> str:
    transaction = ran["transaction"]
    what = ran["error"] or f"{ran['rows']} rows, {ran['documents_read']} documents read"
    plan = "; ".join(ran["plan"])
    return f"{transaction['id']} {transaction['outcome']}: {_shortened(ran['statement'])}\n    {what}; {plan}"


def conflicts(handle: Qldb) -> str:
    """The last conflicts: which read met which write."""
    return "\n".join(line for conflict in handle.log(limit=_CONFLICTS)["conflicts"] for line in _conflict(conflict))


def _conflict(conflict: dict[str, Any]) -> Iterator[str]:
    yield f"{conflict['transaction']['id']} at {conflict['at']}"
    for read in conflict["reads"]:
        writer = read["written_by"]
        yield f"    {read['read']}, read by {_shortened(str(read['statement']))}"
        yield f"    was written by {writer['transaction_id']}: {_shortened('; '.join(writer['statements']))}"


def journal_tail(handle: Qldb) -> str:
    """The last blocks: their statements, and the documents they changed."""
    return "\n".join(line for block in handle.journal()[-_BLOCKS:] for line in _block(block))


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
