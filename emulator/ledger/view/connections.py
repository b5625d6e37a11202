"""The two connections to the view's database, and when SQLite commits.

The writer's transaction stays open until somebody reads or many blocks have come: a writer whom nobody reads beside
then pays for one commit of SQLite in place of many. What is lost with the process, the view gets from the journal.

New rows are kept back likewise, until somebody uses the writing connection: many together take SQLite half of the time.
"""

from __future__ import annotations

import contextlib
import logging
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from emulator.errors import InternalFailure
from emulator.journal.stores.sqlite_file import whole_file
from emulator.ledger.view import redactions, schema
from emulator.memory_databases import Databases

FLUSH_BLOCKS = 64
CHECKPOINT_BLOCKS = 512
_ROW_BYTES = 200
_KEPT_BACK_BYTES = 1 << 18
_log = logging.getLogger(__name__)


class Connections:
    """In memory there is one connection for both, which sees everything; nothing may read between apply and commit."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._writer = _DATABASES.open(path)
        self._reader = schema.connect(path) if path else self._writer
        self._new_rows: dict[str, list[Sequence[object]]] = {}
        self._new_states: dict[str, dict[int, bytearray]] = {}
        self._new_bytes = 0
        self._is_open = False
        self._is_complete = True
        self._unflushed_blocks = 0
        self._blocks_since_checkpoint = 0
        self._checkpoint_begun = False

    @property
    def reader(self) -> sqlite3.Connection:
        """Sees what was committed, and nothing of what was only applied. InternalFailure as in `flush`."""
        self.flush()
        return self._reader

    @property
    def writer(self) -> sqlite3.Connection:
        """Sees all that was written, visible to others or not. sqlite3.Error when new rows cannot be written."""
        if self._new_bytes:
            self._write_new_rows()
        return self._writer

    def insert(self, statement: str, row: Sequence[object], size_bytes: int = 0) -> None:
        """Write a row, now or later; `size_bytes` are those of what is long in it. Nothing is said of the order."""
        self._new_rows.setdefault(statement, []).append(row)
        self._new_bytes += _ROW_BYTES + size_bytes
        if self._new_bytes > _KEPT_BACK_BYTES:
            self._write_new_rows()

    def put(self, statement: str, key: int, state: bytearray) -> None:
        """Write a row as it is by then, now or later, in place of the one its key had before."""
        self._new_states.setdefault(statement, {})[key] = state
        self._new_bytes += _ROW_BYTES

    def _write_new_rows(self) -> None:
        if not self._writer.in_transaction:
            raise sqlite3.OperationalError("the transaction that the rows belong to was rolled back")
        for statement, rows in self._new_rows.items():
            self._writer.executemany(statement, rows)
            rows.clear()
        for statement, states in self._new_states.items():
            self._writer.executemany(statement, states.items())
            states.clear()
        self._new_bytes = 0

    def begin(self) -> None:
        """Something is about to be written, and not to be seen before `commit`. InternalFailure as in `flush`."""
        self._refuse_lost()
        if not self._is_open:
            self._writer.execute("BEGIN IMMEDIATE")
            self._is_open = True
        self._is_complete = False

    def commit(self, blocks: int) -> None:
        """What was written since may be seen; `blocks` tells how many blocks that was."""
        self._is_complete = True
        self._unflushed_blocks += blocks
        if self._unflushed_blocks >= FLUSH_BLOCKS:
            self.flush()

    def flush(self) -> None:
        """Have SQLite commit what `commit` put off. InternalFailure when it cannot; then all of it is rolled back."""
        if not (self._is_open and self._is_complete):
            return
        self._refuse_lost()
        try:
            self.writer.execute("COMMIT")
        except sqlite3.Error as error:
            _log.exception("the view falls behind the journal")
            self.rollback()
            raise InternalFailure from error
        self._is_open = False
        self._blocks_since_checkpoint += self._unflushed_blocks
        self._unflushed_blocks = 0
        self._finish_checkpoint()

    def _refuse_lost(self) -> None:
        """A failing disk makes SQLite roll back by itself; what is written then must not follow on a gap."""
        if self._is_open and not self._writer.in_transaction:
            _log.error("the view lost its newest blocks, and falls behind the journal")
            self.rollback()
            raise InternalFailure

    def rollback(self) -> None:
        """Undo all that was written since SQLite last committed."""
        self._new_rows.clear()
        self._new_states.clear()
        self._new_bytes = 0
        with contextlib.suppress(sqlite3.OperationalError):  # SQLite itself may have rolled back already
            self._writer.execute("ROLLBACK")
        self._is_open, self._is_complete = False, True
        self._unflushed_blocks = 0

    # The write-ahead log starts anew only when a transaction begins while all of the log is in the database. As a
    # transaction is open whenever the appending thread has time, it moves the bulk, and the next commit the rest.

    def checkpoint_if_due(self) -> None:
        """Begin to move what is in the write-ahead log into the database; any thread may call it.

        It may fail, on a full disk say, and is then tried again later: nobody waits for it.
        """
        if self._path is None or self._checkpoint_begun or self._blocks_since_checkpoint < CHECKPOINT_BLOCKS:
            return
        try:
            with contextlib.closing(schema.connect(self._path)) as connection:
                connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        except sqlite3.Error:
            _log.exception("the view's log cannot be moved into its database")
        self._checkpoint_begun = True

    def _finish_checkpoint(self) -> None:
        if self._checkpoint_begun:
            self._checkpoint_begun = False
            self._blocks_since_checkpoint = 0
            with contextlib.suppress(sqlite3.Error):  # as above
                self._writer.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def erase(self, revision_numbers: Sequence[int]) -> None:
        """Remove the data of revisions, and what the log has of it; any thread may call it while nobody writes."""
        if self._path is None:
            redactions.erase(self._writer, revision_numbers)
        else:
            with contextlib.closing(schema.connect(self._path)) as connection:
                connection.execute(f"PRAGMA busy_timeout = {redactions.BUSY_TIMEOUT_MS}")
                redactions.erase(connection, revision_numbers)

    def copy(self, path: Path | None) -> Connections:
        """A database of its own, like this one as far as SQLite has committed it; at a path where nothing is."""
        if path is not None:
            with whole_file(path) as file:
                self.reader.backup(file)
        copy = Connections(path)
        if path is None:
            self.reader.backup(copy._writer)
        return copy

    def remove(self) -> None:
        """Close, and delete the database."""
        self.close()
        if self._path is not None:
            _remove(self._path)

    def close(self) -> None:
        with contextlib.suppress(InternalFailure):  # the journal has it all
            self.flush()
        if self._reader is not self._writer:
            self._reader.close()
        self._reader = self._writer = _DATABASES.close(self._path, self._writer)


def _open(path: Path | None) -> sqlite3.Connection:
    """A connection to the view, which is begun anew when there is none that can be used."""
    if path is not None:
        connection = _try_connect(path)
        if connection is not None and schema.is_current(connection):
            return connection
        if connection is not None:
            connection.close()
        _remove(path)
    connection = schema.connect(path, writes=True)
    schema.create(connection)
    return connection


_DATABASES = Databases(_open)


def _try_connect(path: Path) -> sqlite3.Connection | None:
    try:
        return schema.connect(path, writes=True)
    except sqlite3.DatabaseError:
        return None


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
