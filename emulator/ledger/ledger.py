"""One ledger: its journal, its view, and the one writer that appends to it.

Transactions that want to commit wait in line. The writer takes a group of them: `prepare` checks, seals and applies
each inside the view's open transaction; `append` makes the blocks durable; `finish` commits the view and tells all.
Whatever fails before the append is durable rolls the view back, so the view may be behind the journal, never ahead.

Nothing here locks: one thread owns the ledger. Only `append`, which waits for the disk, may run on another, while the
owner goes on reading.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from emulator.clock import Clock
from emulator.errors import BadRequestException, InternalFailure, OccConflictException
from emulator.ids import IdSource
from emulator.journal.block import Block
from emulator.journal.errors import AppendConflict, JournalError
from emulator.journal.merkle import Tree
from emulator.journal.stores import JournalStore
from emulator.journal.stores.closed_on_failure import closed_on_failure
from emulator.journal.stores.sqlite import SqliteJournal
from emulator.ledger.collisions import collisions
from emulator.ledger.committing import Commit, Group, Receipt
from emulator.ledger.erasing import Eraser
from emulator.ledger.following import begin_journal, catch_up
from emulator.ledger.owner import ALONE, Owner
from emulator.ledger.sealing import NOTHING_WRITTEN, Sealing
from emulator.ledger.transaction import Context, Transaction
from emulator.ledger.view import View
from emulator.ledger.view.redactions import Waiting

GROUP_TRANSACTIONS = 64
JOURNAL_FILE, VIEW_FILE = "journal.sqlite", "view.sqlite"
_log = logging.getLogger(__name__)


class Ledger:
    def __init__(self, journal: JournalStore, view: View, clock: Clock, ids: IdSource, owner: Owner) -> None:
        """Use `open`."""
        self.journal = journal
        self.view = view
        self.clock = clock
        self.owner = owner
        self.closed = False
        self._sealing = Sealing(view, clock, owner)
        self._waiting: deque[Commit] = deque()
        self._open: dict[Transaction, None] = {}
        self.group: object | None = None  # that is on its way; another thread may look whether one it saw still is
        self.tip = catch_up(journal, view, lambda block, applied: None)
        self.strand_id = self.tip.address.strand_id
        # After a restart, repeatable ids must not be those that the journal has already.
        self.ids = ids.branch(str(self.tip.address.sequence_no))
        self.eraser = Eraser(journal, view, self.strand_id, clock, owner.settings.revision_redacting_ms)
        self._context = Context(view, self.strand_id, clock, self.ids, self.eraser, owner)

    @classmethod
    def open(
        cls, folder: Path | None, clock: Clock, ids: IdSource, *, must_exist: bool = False, owner: Owner = ALONE
    ) -> Ledger:
        """Open the ledger in a folder, or create it there unless it `must_exist`; without a folder, one in memory.

        JournalError when the folder's files cannot be used, or one that must exist does not: a journal that got lost
        must not be taken for a new one.
        """
        with closed_on_failure(SqliteJournal(folder and folder / JOURNAL_FILE)) as journal:
            if must_exist and journal.tip() is None:
                raise JournalError(f"The ledger in {folder} has lost its journal.")
            begin_journal(journal, clock, ids)
            with closed_on_failure(View(folder and folder / VIEW_FILE, owner.settings)) as view:
                return cls(journal, view, clock, ids, owner)

    # Transactions

    def begin(self) -> Transaction:
        self.mend()
        transaction = Transaction(self._context, self.forget)
        self._open[transaction] = None
        return transaction

    def forget(self, transaction: Transaction) -> None:
        """A transaction ended, one way or another."""
        self._open.pop(transaction, None)

    @property
    def open_transactions(self) -> int:
        return len(self._open)

    def submit(self, transaction: Transaction) -> Commit:
        """Put a transaction in line for the writer. BadRequestException when it is too large."""
        transaction.refuse_oversize()
        commit = Commit(transaction)
        self._waiting.append(commit)
        return commit

    def commit(self, transaction: Transaction) -> Receipt:
        """Commit now, on this thread. OccConflictException when what it read was changed."""
        commit = self.submit(transaction)
        self.write()
        return commit.result()

    # Writing

    @property
    def waiting(self) -> int:
        """How many transactions stand in line."""
        return len(self._waiting)

    @property
    def has_work(self) -> bool:
        """Whether the writer has anything to do."""
        return bool(self._waiting) or ((self.view.unfinished or self.eraser.is_due) and not self.closed)

    def write(self) -> None:
        """Commit all that wait, and do what work is due, on this thread."""
        self.write_waiting()
        while self.view.unfinished:
            self.maintain()
        while self.eraser.is_due:
            with self.erasing() as waiting:
                self.eraser.erase(waiting)

    def maintain(self) -> None:
        """Build or clear a piece of an index."""
        self.view.maintain(self.clock.now_ms())

    def write_waiting(self) -> None:
        """Commit all that wait, on this thread."""
        while self._waiting:
            group = self.prepare(beside_readers=False)
            try:
                self.append(group)
            except Exception as error:
                self.fail(group, error)
            else:
                self.finish(group)

    def prepare(self, *, beside_readers: bool = True) -> Group:
        """Take the next transactions in line as far as the journal. Those that cannot commit are settled here.

        `finish` or `fail` must follow before the next group is prepared. If statements may read meanwhile, SQLite
        commits what is durable first, so that they see that and nothing of this group.
        """
        commits: list[tuple[Commit, Receipt]] = []
        blocks: list[Block] = []
        try:
            if beside_readers:
                with suppress(InternalFailure):  # the view is behind now, which is mended next
                    self.view.flush()
            if self.view.is_behind:
                self._catch_up()
        except InternalFailure:
            self.refuse_waiting()
        self.group = object()
        for _ in range(min(GROUP_TRANSACTIONS, len(self._waiting))):
            commit = self._waiting.popleft()
            self.forget(commit.transaction)
            try:
                receipt, block = self._sealing.advance(commit.transaction, blocks[-1] if blocks else self.tip)
            except OccConflictException as error:
                commit.collisions = collisions(commit.transaction, self._sealing.write_log, blocks, self.journal)
                commit.settle(error)
            except BadRequestException as error:
                commit.settle(error)
            except Exception as error:
                _log.exception("transaction %s could not be committed", commit.transaction.transaction_id)
                self.fail(Group((*commits, (commit, NOTHING_WRITTEN)), tuple(blocks)), error)
                return Group((), ())
            else:
                commits.append((commit, receipt))
                blocks += [block] if block else []
        return Group(tuple(commits), tuple(blocks))

    def append(self, group: Group) -> None:
        """Make the group durable. It waits for the disk, and may run on a thread of its own."""
        if group.blocks:
            self.journal.append(group.blocks, group.first_sequence_no)
        self.view.checkpoint_if_due()

    def finish(self, group: Group) -> None:
        """Make the group visible and settle its commits, which stand whatever happens to the view."""
        try:
            if group.blocks:
                self.tip = group.blocks[-1]
                self.view.journal_sequence_no = self.tip.address.sequence_no
                self._show()
            self._forget_writes()
        finally:
            for commit, receipt in group.commits:
                commit.settle(receipt)
            self._end_group()

    def _end_group(self) -> None:
        self.group = None
        if self.closed and not self._waiting:
            self._close_files()

    def _show(self) -> None:
        try:
            self.view.commit()
            if self.view.unfinished:
                self.maintain()
        except Exception:
            # The journal has the blocks, so the commits stand; the view reads them again.
            _log.exception("the view fell behind the journal")
            self.view.rollback()

    def _catch_up(self) -> None:
        """Bring the view up to the journal. InternalFailure when that fails; it is tried again at the next use."""
        try:
            self.tip = catch_up(self.journal, self.view, self._sealing.note)
        except Exception as error:
            _log.exception("the view cannot catch up with the journal")
            self.view.rollback()
            raise InternalFailure from error

    def mend(self) -> None:
        """Catch up, if the view is behind and no group is on its way. InternalFailure when it cannot."""
        if self.view.is_behind and self.group is None:
            self._catch_up()

    def fail(self, group: Group, error: Exception) -> None:
        """Undo a group whose append failed, and tell its transactions."""
        is_conflict = isinstance(error, AppendConflict)
        try:
            self.view.rollback()
            if group.blocks:
                self._sealing.write_log.forget_from(group.first_sequence_no)
            if is_conflict:
                self.tip = self.journal.tip() or self.tip
                self.view.journal_sequence_no = self.tip.address.sequence_no
            else:
                _log.error("a group of %d transactions was not committed: %s", len(group.commits), error)
        finally:
            for commit, _ in group.commits:
                commit.settle(OccConflictException() if is_conflict else InternalFailure())
            self._end_group()

    def refuse_waiting(self) -> None:
        """Tell all that wait that they are not committed, because the writer cannot go on."""
        while self._waiting:
            commit = self._waiting.popleft()
            self.forget(commit.transaction)
            commit.settle(InternalFailure())

    def _forget_writes(self) -> None:
        oldest = next(iter(self._open), None)
        seen = self.tip.address.sequence_no if oldest is None else oldest.first_visible
        self._sealing.write_log.forget_until(seen)

    @contextmanager
    def erasing(self) -> Iterator[Sequence[Waiting]]:
        """What is redacted and due, to be given to `eraser.erase` on any thread. No group is prepared meanwhile."""
        waiting = self.eraser.take()
        self.group = object()
        try:
            yield waiting
            self.eraser.finish(self.owner)
        except Exception as error:
            self.eraser.put_off(error)
        finally:
            self._end_group()

    # Reading

    def block(self, sequence_no: int) -> Block:
        """A block that is there, as it is shown: redacted revisions have their data no longer."""
        self.mend()
        return self.eraser.shown(next(self.journal.read(sequence_no, sequence_no + 1)))

    def merkle_tree(self) -> Tree:
        """The Merkle tree over all blocks."""
        self.mend()
        return self.view.merkle_tree

    def close(self) -> None:
        """Commit what still waits, and let go of the files. Sessions find the ledger `closed`.

        An index that is being built is finished after the next start. While a group is being appended, its end closes
        the files.
        """
        if self.closed:
            return
        self.closed = True
        if self.group is None:
            self.write_waiting()
            self._close_files()

    def _close_files(self) -> None:
        self.view.close()
        try:
            self.journal.close()
        except JournalError as error:
            _log.error("closing: %s", error)
