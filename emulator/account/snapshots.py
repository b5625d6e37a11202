"""Snapshots: copies of ledgers as they were at a moment, to come back to or to make other ledgers from.

Each is a folder with the files of a ledger and a description, which is written last and removed first: a folder without
one is what a crash left behind, and goes when snapshots are used again. Without a data directory they are ledgers in
memory that nobody has a session with.
"""

from __future__ import annotations

import logging
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from emulator.account import snapshot_description
from emulator.account.entry import LedgerEntry
from emulator.account.open_ledgers import Source
from emulator.account.snapshot_description import Snapshot
from emulator.clock import Clock
from emulator.errors import InvalidParameterException, ResourceNotFoundException
from emulator.ids import IdSource
from emulator.journal.errors import JournalError

if TYPE_CHECKING:  # as in `open_ledgers`
    from emulator.ledger.ledger import Ledger

RESOURCE_TYPE = "Snapshot"

_ID = re.compile(r"[0-9A-Za-z]{22}")
_log = logging.getLogger(__name__)


class Snapshots:
    """Everything that names a snapshot raises ResourceNotFoundException when there is none of that id."""

    def __init__(self, folder: Path | None, clock: Clock, ids: IdSource) -> None:
        self._folder = folder
        self._clock = clock
        self._ids = ids
        self._in_memory: dict[str, tuple[Snapshot, Ledger]] = {}
        self._remove_what_a_crash_left()

    def _remove_what_a_crash_left(self) -> None:
        folders = self._folder.iterdir() if self._folder is not None and self._folder.is_dir() else ()
        for folder in folders:
            if _ID.fullmatch(folder.name) and not (folder / snapshot_description.FILE).exists():
                shutil.rmtree(folder, ignore_errors=True)

    def take(self, ledger: Ledger, entry: LedgerEntry) -> Snapshot:
        """A copy of a ledger as it is."""
        snapshot = Snapshot(
            snapshot_id=self._ids.new_id(),
            ledger_name=entry.name,
            account_id=entry.account_id,
            region=entry.region,
            permissions_mode=entry.permissions_mode,
            kms_key_arn=entry.kms_key_arn,
            sequence_no=ledger.tip.address.sequence_no,
            created_at_ms=self._clock.now_ms(),
        )
        if self._folder is None:
            self._in_memory[snapshot.snapshot_id] = snapshot, self._copied(ledger, None)
        else:
            self._store(self._folder / snapshot.snapshot_id, snapshot, ledger)
        return snapshot

    def _store(self, folder: Path, snapshot: Snapshot, ledger: Ledger) -> None:
        from emulator.ledger.keeping import digests  # noqa: PLC0415 - brings the engine along

        folder.mkdir(parents=True)
        try:
            self._copied(ledger, folder).close()
            journal, view = digests(folder)
            snapshot_description.write(folder, replace(snapshot, journal_digest=journal, view_digest=view))
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    def _copied(self, ledger: Ledger, folder: Path | None) -> Ledger:
        from emulator.ledger.copying import copy  # noqa: PLC0415 - brings the engine along

        return copy(ledger, folder, self._ids)

    def list(self, region: str) -> list[Snapshot]:
        """Those of a Region, oldest first; without those that cannot be read here."""
        if self._folder is None:
            found = [snapshot for snapshot, _ in self._in_memory.values()]
        else:
            described = self._folder.glob(f"*/{snapshot_description.FILE}")
            found = list(_readable(file.parent for file in described if _ID.fullmatch(file.parent.name)))
        return sorted((it for it in found if it.region == region), key=lambda it: (it.created_at_ms, it.snapshot_id))

    def find(self, snapshot_id: str) -> Snapshot:
        """InvalidParameterException for one of a newer format, or that cannot be read."""
        if snapshot_id in self._in_memory:
            return self._in_memory[snapshot_id][0]
        return snapshot_description.read(self._place(snapshot_id))

    @contextmanager
    def source(self, snapshot_id: str) -> Iterator[Source]:
        """The blocks of a snapshot, while somebody copies them.

        InvalidParameterException as for `find`, and when its files are not what was kept.
        """
        snapshot = self.find(snapshot_id)
        if snapshot_id in self._in_memory:
            yield Source(self._in_memory[snapshot_id][1])
            return
        from emulator.ledger.keeping import refuse_changed  # noqa: PLC0415 - brings the engine along
        from emulator.ledger.ledger import Ledger  # noqa: PLC0415 - as above

        folder = self._place(snapshot_id)
        try:
            refuse_changed(folder, snapshot.journal_digest, snapshot.view_digest)
            ledger = Ledger.open(folder, self._clock, self._ids, must_exist=True)
        except JournalError as error:
            raise InvalidParameterException(
                f"The snapshot {snapshot_id} cannot be read: {error}", "snapshot"
            ) from error
        try:
            yield Source(ledger)
        finally:
            ledger.close()

    def remove(self, snapshot_id: str) -> None:
        if self._folder is None:
            self.find(snapshot_id)
            self._in_memory.pop(snapshot_id)[1].close()
        else:
            folder = self._place(snapshot_id)
            (folder / snapshot_description.FILE).unlink()
            shutil.rmtree(folder, ignore_errors=True)

    def close(self) -> None:
        for _, ledger in self._in_memory.values():
            ledger.close()

    def _place(self, snapshot_id: str) -> Path:
        """The folder of a snapshot that is there. No path is made of what could not be an id."""
        known = self._folder is not None and _ID.fullmatch(snapshot_id)
        if not known or self._folder is None or not (self._folder / snapshot_id / snapshot_description.FILE).is_file():
            message = f"The snapshot {snapshot_id[:80]!r} is not found"
            raise ResourceNotFoundException(message, RESOURCE_TYPE, snapshot_id[:80])
        return self._folder / snapshot_id


def _readable(folders: Iterable[Path]) -> Iterator[Snapshot]:
    for folder in folders:
        try:
            yield snapshot_description.read(folder)
        except InvalidParameterException as error:
            _log.warning("%s: it is left out of the list", error.message)
