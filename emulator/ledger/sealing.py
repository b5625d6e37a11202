"""The writer's steps for one transaction: check what it read and changes, seal its block, apply it to the view."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

from emulator.clock import Clock
from emulator.errors import OccConflictException
from emulator.journal.block import Block
from emulator.ledger.catalog import Change, CreateTable
from emulator.ledger.committing import Receipt, sealed
from emulator.ledger.conflicts import WriteLog
from emulator.ledger.owner import Owner
from emulator.ledger.transaction import Transaction
from emulator.ledger.view import View
from emulator.ledger.view.view import Applied

NOTHING_WRITTEN = Receipt(None, 0)


class Sealing:
    def __init__(self, view: View, clock: Clock, owner: Owner) -> None:
        self.write_log = WriteLog()
        self._view = view
        self._clock = clock
        self._owner = owner

    def advance(self, transaction: Transaction, tip: Block) -> tuple[Receipt, Block | None]:
        """The block that follows `tip`, applied; none where there is nothing to journal.

        OccConflictException where what was read has changed, BadRequestException where changes are no longer possible.
        """
        if self.write_log.conflict(transaction.reads) is not None:
            raise OccConflictException
        if not transaction.statements:
            return NOTHING_WRITTEN, None
        if transaction.writes.changes:
            self._check_changes(transaction.writes.changes)
        if transaction.writes.redaction is not None:
            self._owner.note_erasures(pending=True)
        block = sealed(transaction, self._view, tip, self._clock.now_ms())
        applied = self._view.apply(block)
        self.note(block, applied)
        return Receipt(block.address, applied.write_ios), block

    def note(self, block: Block, applied: Applied) -> None:
        """Transactions that read before this block was applied conflict with it."""
        self.write_log.record(block.address.sequence_no, applied.keys)

    def _check_changes(self, changes: Sequence[Change]) -> None:
        """Refuse changes that were possible when made and no longer are; another took the last table, say.

        Tags come first: the table must not be there without them, and tags of no table bother nobody.
        """
        at_ms = self._clock.now_ms()
        reduce(lambda catalog, change: change.apply(catalog, at_ms), changes, self._view.applied_catalog)
        for change in changes:
            if isinstance(change, CreateTable) and change.tags:
                self._owner.tag_table(change.table_id, change.tags)
