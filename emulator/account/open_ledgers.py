"""The ledgers in use. Each is opened when first asked for, so starting costs the same however many there are."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from emulator.account.data_folder import DataFolder
from emulator.account.entry import LedgerEntry
from emulator.account.ledger_owner import LedgerOwner
from emulator.account.store import AccountStore
from emulator.clock import Clock
from emulator.frozen import frozen
from emulator.ids import IdSource
from emulator.journal.errors import JournalError
from emulator.settings import Settings

if TYPE_CHECKING:  # the ledger brings the whole engine along, which starting has no need to wait for
    from emulator.ledger.ledger import Ledger

_log = logging.getLogger(__name__)


Make = Callable[["Path | None", IdSource, LedgerOwner], "Ledger"]
"""Opens or makes a ledger: in a folder or in memory, with a source of ids, for its owner."""


@frozen
class Source:
    """Where a ledger's blocks come from: another one's, all of them or those before `stop`."""

    ledger: Ledger
    stop: int | None = None

    def copy(self, folder: Path | None, ids: IdSource, owner: LedgerOwner) -> Ledger:
        from emulator.ledger.copying import copy  # noqa: PLC0415 - see above

        return copy(self.ledger, folder, ids, owner, self.stop)


def _tell_nobody(_: object) -> None:
    pass


class OpenLedgers:
    """Opens, keeps and discards ledgers, by their ids."""

    def __init__(
        self,
        folder: DataFolder | None,
        store: AccountStore,
        clock: Clock,
        ids: IdSource,
        *,
        settings: Settings,
        on_close: Callable[[Ledger], None],
        on_end: Callable[[str], None],
    ) -> None:
        """`on_close` is told of a ledger that is about to be closed, `on_end` the id of one that nobody uses again."""
        self._folder = folder
        self._store = store
        self._clock = clock
        self._ids = ids
        self._settings = settings
        self.on_open: Callable[[Ledger], None] = _tell_nobody
        """Told of a ledger that was opened."""
        self._on_close = on_close
        self._on_end = on_end
        self._open: dict[str, Ledger] = {}

    def create(self, entry: LedgerEntry, source: Source | None = None) -> None:
        """Make a new ledger with its first block, or with the blocks of another one.

        It is durable when this returns; nothing of it is left on failure.
        """
        try:
            if self._folder is not None:
                self._folder.add_ledger(entry.ledger_id)
            make = self._make if source is None else source.copy
            self._open[entry.ledger_id] = self._opened(entry, make)
        except BaseException:
            self.discard(entry.ledger_id)
            raise

    def get(self, entry: LedgerEntry) -> Ledger:
        """The ledger, opened if it is not."""
        ledger = self._open.get(entry.ledger_id)
        if ledger is None:
            ledger = self._open[entry.ledger_id] = self._opened(entry, self._open_existing)
        return ledger

    def replace(self, entry: LedgerEntry, source: Source) -> None:
        """Give a ledger the blocks of another, or a part of its own. Its sessions and jobs end.

        A crash leaves it as it was or as it is to be: the journal is exchanged in one step, and a view that is not of
        it is made anew.
        """
        if self._folder is None:
            copied = self._opened(entry, source.copy)
            try:
                self.end(entry.ledger_id)
            finally:  # a ledger without its journal is no ledger
                self._open[entry.ledger_id] = copied
        else:
            with self._folder.beside(entry.ledger_id) as part:
                source.copy(part, self._ids_of(entry), self._owner_of(entry)).close()
                self.end(entry.ledger_id)
                self._folder.exchange(entry.ledger_id, part)
        self._store.note_erasures(entry.ledger_id, pending=False)  # a copy has nothing to erase

    def opened(self, ledger_id: str) -> Ledger | None:
        """The ledger if it is in use."""
        return self._open.get(ledger_id)

    def __iter__(self) -> Iterator[Ledger]:
        return iter(list(self._open.values()))

    def open_unfinished(self) -> None:
        """Open the ledgers that have data of redacted revisions to erase, whoever may want to use them."""
        for entry in self._store.with_erasures():
            try:
                self.get(entry)
            except JournalError as error:
                _log.error("the ledger %s cannot be opened to erase redacted data: %s", entry.name, error)

    def close(self, ledger_id: str) -> None:
        ledger = self._open.pop(ledger_id, None)
        if ledger is not None:
            self._on_close(ledger)
            ledger.close()

    def end(self, ledger_id: str) -> None:
        """Close a ledger that is being deleted."""
        self._on_end(ledger_id)
        self.close(ledger_id)

    def discard(self, ledger_id: str) -> None:
        """Close a ledger and remove all it stored."""
        self.close(ledger_id)
        if self._folder is not None:
            self._folder.remove_ledger(ledger_id)

    def close_all(self) -> None:
        """Close all, for good: nobody is told of a ledger any more, and whoever was may be forgotten at once."""
        for ledger_id in list(self._open):
            self.close(ledger_id)
        self.on_open = self._on_close = self._on_end = _tell_nobody

    def _opened(self, entry: LedgerEntry, make: Make) -> Ledger:
        folder = None if self._folder is None else self._folder.ledger(entry.ledger_id)
        ledger = make(folder, self._ids_of(entry), self._owner_of(entry))
        self.on_open(ledger)
        return ledger

    def _make(self, folder: Path | None, ids: IdSource, owner: LedgerOwner) -> Ledger:
        from emulator.ledger.ledger import Ledger  # noqa: PLC0415 - see above

        return Ledger.open(folder, self._clock, ids, owner=owner)

    def _open_existing(self, folder: Path | None, ids: IdSource, owner: LedgerOwner) -> Ledger:
        from emulator.ledger.ledger import Ledger  # noqa: PLC0415 - see above

        return Ledger.open(folder, self._clock, ids, must_exist=True, owner=owner)

    def _ids_of(self, entry: LedgerEntry) -> IdSource:
        return self._ids.branch("ledger", entry.region, entry.name)

    def _owner_of(self, entry: LedgerEntry) -> LedgerOwner:
        return LedgerOwner(self._settings, self._store, entry.ledger_id)
