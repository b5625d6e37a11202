"""`REDACT_REVISION`: which revisions can be redacted. What follows from a request is in `erasing.py`.

A revision can go once it is inactive: a newer one is committed. Other writes of the same transaction change nothing of
that. Source: the developer guide's page on the procedure, and applications that redact and update in one transaction.
"""

from __future__ import annotations

from typing import Protocol

from emulator.journal.block import BlockAddress, Redaction
from emulator.ledger.catalog import Catalog
from emulator.ledger.conflicts import Key, redaction_key
from emulator.ledger.messages import refusal
from emulator.ledger.view import redactions
from emulator.ledger.view.reading import Reader
from emulator.ledger.view.redactions import Target
from emulator.ledger.writes import Writes


class Requesting(Protocol):
    """What is asked of the transaction that redacts."""

    @property
    def strand_id(self) -> str: ...

    @property
    def catalog(self) -> Catalog: ...

    @property
    def writes(self) -> Writes: ...

    def reader(self, *keys: Key) -> Reader: ...


def request(transaction: Requesting, address: BlockAddress, table_id: str, document_id: str) -> Redaction:
    """The request to redact the revision of a document in a block. BadRequestException where that cannot be.

    Only one redaction at a time goes through in a block (DG concurrency), so the block counts as read.
    """
    if transaction.writes.redaction is not None:
        raise refusal("second_redaction", document_id=transaction.writes.redaction.document_id)
    if address.strand_id != transaction.strand_id:
        raise refusal("redact_strand", strand_id=address.strand_id, wanted=transaction.strand_id)
    if transaction.catalog.table_with_id(table_id) is None:
        raise refusal("unknown_table_id", table_id=table_id)
    reader = transaction.reader(redaction_key(address.sequence_no))
    target = redactions.target(reader, document_id, address.sequence_no)
    if target is None:
        raise refusal("redact_unknown", document_id=document_id, sequence_no=address.sequence_no)
    _refuse(target, table_id, document_id)
    return Redaction(address, table_id, document_id, target.version)


def _refuse(target: Target, table_id: str, document_id: str) -> None:
    which = {"document_id": document_id, "version": target.version}
    if target.table_id != table_id:
        raise refusal("redact_table", document_id=document_id, table_id=table_id, wanted=target.table_id)
    if target.is_active:
        raise refusal("redact_active", **which)
    if target.is_deletion:
        raise refusal("redact_deletion", **which)
    if target.is_redacted:
        raise refusal("redact_again", **which)
