"""A journal in one SQLite file.

Blocks are rows of one table. Appending is one transaction of its own, synced to the disk before it returns
(write-ahead log, `synchronous=FULL`); it takes SQLite's write lock before it looks which block comes next, so of
several processes exactly one can add a block.

Redacted bytes are overwritten where they lie: a row that keeps its length keeps its place. Nothing else ever moves rows
of an append-only table, so no page has old copies in its unused part, as `docs/decisions/0007-what-redaction-erases.md`
explains. Then the log, which has the old pages, is cut to nothing.

In a file, the writer and each reader have a connection of their own, so that reading never waits for the disk. A
database in memory belongs to one connection, which all then share.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from emulator.journal.block import Block, Redaction
from emulator.journal.encoding import encode_block
from emulator.journal.errors import AppendConflict, JournalError
from emulator.journal.redaction import redacted
from emulator.journal.stores.closed_on_failure import closed_on_failure
from emulator.journal.stores.sqlite_connection import DATABASES, LOCK_TIMEOUT_SECONDS, connect, name_of, transaction
from emulator.journal.stores.sqlite_file import whole_file
from emulator.journal.stores.sqlite_reader import Channel, SqliteReader, block_in, failures

CUT_TIMEOUT_SECONDS = 0.2
_NEXT_SEQUENCE_NO = "SELECT coalesce(max(sequence_no) + 1, 0) FROM block"


class SqliteJournal:
    def __init__(self, path: Path | None) -> None:
        """Open the journal at `path`, or create it; without a path, one in memory.

        JournalError when the file cannot be opened or is something else.
        """
        self._path = path
        self._name = name_of(path)
        was_cut_off = path is not None and path.with_name(path.name + "-wal").exists()
        self._writer = Channel(DATABASES.open(path))
        self._reader = self.reader()
        if was_cut_off:
            # A redaction may have been cut off between its commit and the end of `redact`.
            self._cut_log()

    def append(self, blocks: Sequence[Block], expected_sequence_no: int) -> None:
        rows = [(block.address.sequence_no, encode_block(block)) for block in blocks]
        if [sequence_no for sequence_no, _ in rows] != list(
            range(expected_sequence_no, expected_sequence_no + len(rows))
        ):
            raise ValueError(f"blocks to append must be numbered from {expected_sequence_no} on without gaps")
        with self._writing() as connection:
            (next_sequence_no,) = connection.execute(_NEXT_SEQUENCE_NO).fetchone()
            if next_sequence_no != expected_sequence_no:
                raise AppendConflict(expected_sequence_no, next_sequence_no)
            connection.executemany("INSERT INTO block VALUES (?, ?)", rows)

    def read(self, start: int, stop: int) -> Iterator[Block]:
        return self._reader.read(start, stop)

    def tip(self) -> Block | None:
        return self._reader.tip()

    def reader(self) -> SqliteReader:
        if self._path is None:
            return SqliteReader(self._name, self._writer, closes=False)
        return SqliteReader(self._name, Channel(connect(self._path)), closes=True)

    def size_bytes(self) -> int:
        return self._reader.size_bytes()

    def copy(self, path: Path | None, stop: int) -> "SqliteJournal":
        if path is not None:
            with failures(name_of(path)), whole_file(path) as file:
                self._reader.copy_to(file)
        with closed_on_failure(SqliteJournal(path)) as copy:
            if path is None:
                self._reader.copy_to(copy._writer.connection)
            with copy._writing() as connection:
                left_out = connection.execute("DELETE FROM block WHERE sequence_no >= ?", (stop,)).rowcount
            if left_out:  # what is redacted in the original is not to stay where this one had it
                copy._empty_log()
            return copy

    def redact(self, redactions: Sequence[Redaction]) -> None:
        with self._writing() as connection:
            for redaction in redactions:
                self._redact(connection, redaction)
        self._empty_log()

    def _redact(self, connection: sqlite3.Connection, redaction: Redaction) -> None:
        sequence_no = redaction.block_address.sequence_no
        row = connection.execute("SELECT body FROM block WHERE sequence_no = ?", (sequence_no,)).fetchone()
        if row is None:
            raise JournalError(f"{self._name} has no block {sequence_no}.")
        body = encode_block(
            redacted(block_in(row[0], sequence_no, self._name), redaction.document_id, redaction.version)
        )
        in_place = body.ljust(len(row[0]), b"\0")
        connection.execute("UPDATE block SET body = ? WHERE sequence_no = ?", (in_place, sequence_no))

    def close(self) -> None:
        # The writer goes last: the last connection to close folds the log into the file and removes it.
        self._reader.close()
        with self._writer.lock:
            self._writer.connection = DATABASES.close(self._path, self._writer.connection)

    def _cut_log(self) -> bool:
        """Move what the write-ahead log holds into the file, and cut the log to nothing; whether that was done."""
        with self._writer.lock, failures(self._name):
            connection = self._writer.connection
            # Commits wait meanwhile, so a program that reads the file for long is not waited for.
            connection.execute(f"PRAGMA busy_timeout = {int(CUT_TIMEOUT_SECONDS * 1000)}")
            try:
                busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            finally:
                connection.execute(f"PRAGMA busy_timeout = {int(LOCK_TIMEOUT_SECONDS * 1000)}")
        return not busy

    def _empty_log(self) -> None:
        if not self._cut_log():
            raise JournalError(f"{self._name} still has redacted data in its log, because another program reads it.")

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._writer.lock, failures(self._name), transaction(self._writer.connection) as connection:
            yield connection
