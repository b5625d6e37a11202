"""SQLite databases as files: one that is written in one go, and how large one is."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path


@contextmanager
def whole_file(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection to a new file, which is durable afterwards: written without a log, and synced once at the end.

    Nobody else may know of it yet.
    """
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = OFF").fetchone()
        connection.execute("PRAGMA synchronous = OFF")
        yield connection
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def size_bytes(database: sqlite3.Connection) -> int:
    """How much room the pages of a database take, without those that nothing is in."""
    (pages,) = database.execute("PRAGMA page_count").fetchone()
    (unused,) = database.execute("PRAGMA freelist_count").fetchone()
    (page_bytes,) = database.execute("PRAGMA page_size").fetchone()
    return (int(pages) - int(unused)) * int(page_bytes)
