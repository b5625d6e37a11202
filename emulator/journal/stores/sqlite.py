"""A journal in one SQLite file.

Blocks are rows of one table. Appending is one transaction of its own, synced to the disk before it returns
(write-ahead log, `synchronous=FULL`); it takes SQLite's write lock before it looks which block comes next, so of
several processes exactly one can add a block. Redacted bytes are overwritten (`secure_delete`) and flushed out of the
log.

In a file, writing and reading have a connection each, so that reading never waits for the disk. A database in memory
belongs to one connection, which both then share.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep

from emulator.journal.block import Block
from emulator.journal.encoding import decode_block, encode_block
from emulator.journal.errors import AppendConflict, JournalError
from emulator.journal.redaction import redacted

APPLICATION_ID = 0x514C4A31  # "QLJ1", in the header of the file
SCHEMA_VERSION = 1
LOCK_TIMEOUT_SECONDS = 30.0
OPENING_PAUSE_SECONDS = 0.02
CHUNK_BLOCKS = 256
CHUNK_BYTES = 1 << 18
"""How much `read` takes at a time."""

# A short log is soon written over from its beginning, and syncing that is cheaper than syncing a file that grows.
_SETTINGS = ("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON", "wal_autocheckpoint = 250")
_SCHEMA = (
    "CREATE TABLE block (sequence_no INTEGER PRIMARY KEY, body BLOB NOT NULL)",
    f"PRAGMA application_id = {APPLICATION_ID}",
    f"PRAGMA user_version = {SCHEMA_VERSION}",
)
_RANGE = "SELECT sequence_no, body FROM block WHERE sequence_no >= ? AND sequence_no < ? ORDER BY sequence_no"
_LATEST = "SELECT sequence_no, body FROM block ORDER BY sequence_no DESC LIMIT 1"
_NEXT_SEQUENCE_NO = "SELECT coalesce(max(sequence_no) + 1, 0) FROM block"


@dataclass(slots=True)
class _Channel:
    """A connection and the lock without which nobody uses it."""

    connection: sqlite3.Connection
    lock: threading.RLock = field(default_factory=threading.RLock)


class SqliteJournal:
    def __init__(self, path: Path | None) -> None:
        """Open the journal at `path`, or create it; without a path, one in memory.

        JournalError when the file cannot be opened or is something else.
        """
        self._name = "The journal in memory" if path is None else f"The journal {path}"
        self._writer = _Channel(self._connect(path))
        self._reader = self._writer if path is None else _Channel(self._connect(path))

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
        while start < stop and (bodies := self._chunk(start, stop)):
            for sequence_no, body in enumerate(bodies, start):
                yield self._block(sequence_no, body)
            start += len(bodies)

    def tip(self) -> Block | None:
        with self._reading() as connection:
            row = connection.execute(_LATEST).fetchone()
        return None if row is None else self._block(*row)

    def redact(self, sequence_no: int, document_id: str, version: int) -> None:
        with self._writing() as connection:
            row = connection.execute("SELECT body FROM block WHERE sequence_no = ?", (sequence_no,)).fetchone()
            if row is None:
                raise JournalError(f"{self._name} has no block {sequence_no}.")
            body = encode_block(redacted(self._block(sequence_no, row[0]), document_id, version))
            connection.execute("UPDATE block SET body = ? WHERE sequence_no = ?", (body, sequence_no))
        self._empty_log()

    def close(self) -> None:
        # The writer goes last: the last connection to close folds the log into the file and removes it.
        for channel in (self._reader, self._writer):
            with channel.lock:
                channel.connection.close()

    def _empty_log(self) -> None:
        """Move what the write-ahead log holds into the file, and cut the log to nothing."""
        with self._writer.lock, self._failures():
            busy, _, _ = self._writer.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise JournalError(f"{self._name} still has redacted data in its log, because another program reads it.")

    def _chunk(self, start: int, stop: int) -> list[bytes]:
        """The first blocks of a range, as many as are worth having in memory at once."""
        bodies: list[bytes] = []
        size = 0
        with self._reading() as connection:
            rows = connection.execute(_RANGE, (start, min(stop, start + CHUNK_BLOCKS)))
            for sequence_no, body in rows:
                if sequence_no != start + len(bodies):
                    raise JournalError(f"{self._name} is damaged: block {start + len(bodies)} is missing.")
                bodies.append(body)
                size += len(body)
                if size >= CHUNK_BYTES:
                    break
            rows.close()
        return bodies

    def _block(self, sequence_no: int, body: bytes) -> Block:
        try:
            block = decode_block(body)
        except JournalError as error:
            raise JournalError(f"{self._name} is damaged at block {sequence_no}: {error}") from error
        if block.address.sequence_no != sequence_no:
            raise JournalError(f"{self._name} is damaged: block {block.address.sequence_no} stands at {sequence_no}.")
        return block

    # Connections

    def _connect(self, path: Path | None) -> sqlite3.Connection:
        with self._failures():
            connection = sqlite3.connect(
                ":memory:" if path is None else path,
                timeout=LOCK_TIMEOUT_SECONDS,
                isolation_level=None,
                check_same_thread=False,
            )
            try:
                _patiently(lambda: self._prepare(connection))
            except BaseException:
                connection.close()
                raise
            return connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        # Whose file it is comes first: nothing is changed in one that is not ours.
        if _format(connection) != (APPLICATION_ID, SCHEMA_VERSION):
            # Under the write lock, because another process may be creating the same journal.
            with _transaction(connection):
                self._create(connection)
        for setting in _SETTINGS:
            connection.execute(f"PRAGMA {setting}").fetchone()

    def _create(self, connection: sqlite3.Connection) -> None:
        """Make an empty database a journal; JournalError when it is neither."""
        application_id, version = _format(connection)
        if (application_id, version) == (APPLICATION_ID, SCHEMA_VERSION):
            return
        if application_id == APPLICATION_ID:
            raise JournalError(f"{self._name} has format {version}, this version reads format {SCHEMA_VERSION}.")
        if connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
            raise JournalError(f"{self._name} cannot be opened: the file is another program's database.")
        for statement in _SCHEMA:
            connection.execute(statement)

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._writer.lock, self._failures(), _transaction(self._writer.connection) as connection:
            yield connection

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._reader.lock, self._failures():
            yield self._reader.connection

    @contextmanager
    def _failures(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise JournalError(f"{self._name} failed: {error}.") from error


def _patiently(prepare: Callable[[], None]) -> None:
    """Prepare a connection, again and again while others hold the file.

    SQLite gives up at once, instead of waiting, when several switch one new file to write-ahead logging.
    """
    deadline = monotonic() + LOCK_TIMEOUT_SECONDS
    while True:
        try:
            prepare()
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or monotonic() > deadline:
                raise
        sleep(OPENING_PAUSE_SECONDS)


def _format(connection: sqlite3.Connection) -> tuple[int, int]:
    """What the header of the database says it is: an application's id and its version."""
    (application_id,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return application_id, version


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
        connection.execute("COMMIT")
    except BaseException:
        # A full disk makes SQLite roll back by itself.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
