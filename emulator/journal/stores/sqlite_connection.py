"""Connections to the database of a journal, which is made where there is none."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from time import monotonic, sleep

from emulator.journal.errors import JournalError
from emulator.journal.stores.sqlite_reader import failures
from emulator.memory_databases import Databases

APPLICATION_ID = 0x514C4A31  # "QLJ1", in the header of the file
SCHEMA_VERSION = 1
LOCK_TIMEOUT_SECONDS = 30.0
OPENING_PAUSE_SECONDS = 0.02

# A short log is soon written over from its beginning, and syncing that is cheaper than syncing a file that grows.
_SETTINGS = ("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON", "wal_autocheckpoint = 250")
_SCHEMA = (
    "CREATE TABLE block (sequence_no INTEGER PRIMARY KEY, body BLOB NOT NULL)",
    f"PRAGMA application_id = {APPLICATION_ID}",
    f"PRAGMA user_version = {SCHEMA_VERSION}",
)


def name_of(path: Path | None) -> str:
    """What messages call the journal at a path, or in memory."""
    return "The journal in memory" if path is None else f"The journal {path}"


def connect(path: Path | None) -> sqlite3.Connection:
    """A connection to the journal at a path, or to a new one in memory; transactions are begun by hand.

    JournalError when the file cannot be opened or is something else.
    """
    with failures(name_of(path)):
        connection = sqlite3.connect(
            path or ":memory:",
            timeout=LOCK_TIMEOUT_SECONDS,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            _patiently(lambda: _prepare(connection, name_of(path)))
        except BaseException:
            connection.close()
            raise
        return connection


def refuse_damaged(path: Path) -> None:
    """JournalError when there is no journal at a path that SQLite can read from its beginning to its end."""
    with closing(connect(path)) as connection, failures(name_of(path)):
        (found,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise JournalError(f"{name_of(path)} is damaged: {' '.join(found.split())}.")


DATABASES = Databases(connect)
"""Those of journals' writers."""


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
        connection.execute("COMMIT")
    except BaseException:
        # A full disk makes SQLite roll back by itself.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _prepare(connection: sqlite3.Connection, name: str) -> None:
    # Whose file it is comes first: nothing is changed in one that is not ours.
    if _format(connection) != (APPLICATION_ID, SCHEMA_VERSION):
        # Under the write lock, because another process may be creating the same journal.
        with transaction(connection):
            _create(connection, name)
    for setting in _SETTINGS:
        connection.execute(f"PRAGMA {setting}").fetchone()


def _create(connection: sqlite3.Connection, name: str) -> None:
    """Make an empty database a journal; JournalError when it is neither."""
    application_id, version = _format(connection)
    if (application_id, version) == (APPLICATION_ID, SCHEMA_VERSION):
        return
    if application_id == APPLICATION_ID:
        raise JournalError(f"{name} has format {version}, this version reads format {SCHEMA_VERSION}.")
    if connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
        raise JournalError(f"{name} cannot be opened: the file is another program's database.")
    for statement in _SCHEMA:
        connection.execute(statement)


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
