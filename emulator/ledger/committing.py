"""From a transaction to a sealed block: check what it read, build its revisions, seal, apply."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from emulator.errors import OccConflictException
from emulator.frozen import frozen
from emulator.ion.hashing import ion_hash
from emulator.journal.block import Block, BlockAddress, Draft, Metadata, Revision, SystemRevision, TouchedDocument
from emulator.journal.hash_chain import data_hash, revision_hash, seal
from emulator.ledger.catalog import encode_change
from emulator.ledger.collisions import Collision
from emulator.ledger.transaction import Transaction
from emulator.ledger.view import View
from emulator.ledger.writes import PendingDocument


@frozen
class Receipt:
    """What a commit came to; a transaction without statements leaves no block."""

    block_address: BlockAddress | None
    write_ios: int


class Commit:
    """A transaction on its way into the journal. Once `done`, `result` gives its receipt or raises why not."""

    def __init__(self, transaction: Transaction) -> None:
        self.transaction = transaction
        self.done = False
        self.collisions: tuple[Collision, ...] = ()
        """Of a commit that was refused with a conflict: what it was about."""
        self._receipt: Receipt | None = None
        self._error: Exception | None = None
        self._callbacks: list[Callable[[], None]] = []

    def when_done(self, callback: Callable[[], None]) -> None:
        if self.done:
            callback()
        else:
            self._callbacks.append(callback)

    def result(self) -> Receipt:
        """The receipt, or else the error raised. It is asked for once: an error that is raised knows who raised it, and
        would keep us and all that we have for a collector of garbage."""
        assert self.done
        error, self._error = self._error, None
        if error is not None:
            try:
                raise error
            finally:
                del error
        assert self._receipt is not None
        return self._receipt

    def settle(self, outcome: Receipt | Exception) -> None:
        if isinstance(outcome, Receipt):
            self._receipt = outcome
        else:
            self._error = outcome
        self.done = True
        for callback in self._callbacks:
            callback()


@frozen
class Group:
    """Transactions sealed and applied, about to be appended. `blocks` has those that left one, in order."""

    commits: tuple[tuple[Commit, Receipt], ...]
    blocks: tuple[Block, ...]

    @property
    def first_sequence_no(self) -> int:
        return self.blocks[0].address.sequence_no


def sealed(transaction: Transaction, view: View, tip: Block, now_ms: int) -> Block:
    """The next block, holding the transaction; OccConflictException where its documents are not as it knew them."""
    now_ms = max(now_ms, tip.timestamp_ms)
    return seal(_draft(transaction, view, now_ms), tip, tip.address.strand_id, now_ms)


def _draft(transaction: Transaction, view: View, tx_time_ms: int) -> Draft:
    written = [pending for pending in transaction.writes.documents.values() if not pending.leaves_no_trace]
    return Draft(
        transaction_id=transaction.transaction_id,
        statements=tuple(transaction.statements),
        documents=tuple(_touched(pending) for pending in written),
        system_revisions=tuple(_system_revisions(transaction)),
        revisions=tuple(_revision(pending, transaction.transaction_id, view, tx_time_ms) for pending in written),
        redactions=() if transaction.writes.redaction is None else (transaction.writes.redaction,),
    )


def _touched(pending: PendingDocument) -> TouchedDocument:
    table = pending.table
    return TouchedDocument(pending.document_id, table.name, table.table_id, pending.statements)


def _system_revisions(transaction: Transaction) -> Iterator[SystemRevision]:
    for change in transaction.writes.changes:
        encoded = encode_change(change)
        yield SystemRevision(encoded, data_hash(encoded))


def _revision(pending: PendingDocument, transaction_id: str, view: View, tx_time_ms: int) -> Revision:
    version = 0 if pending.inserted else _next_version(pending.document_id, view)
    metadata = Metadata(pending.document_id, version, tx_time_ms, transaction_id)
    document = pending.document
    if document is None:
        return Revision(pending.table.table_id, metadata, revision_hash(metadata, None), None)
    return Revision(pending.table.table_id, metadata, revision_hash(metadata, ion_hash(document)), document.encoded)


def _next_version(document_id: str, view: View) -> int:
    head = view.applied_head(document_id)
    if head is None or not head.live:
        raise OccConflictException
    return head.version + 1
