"""SQLite databases in memory that are made once and used by one owner after another.

Tests begin new ledgers all the time, and each has three databases. To make these and to prepare their statements takes
SQLite longer than most tests take to run theirs; a database that is empty once more has both behind it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

_KEPT = 2
"""Of a kind. Tests have one ledger at a time, mostly."""
_KEPT_PAGES = 128
"""One that has grown further is not kept, for SQLite would keep its memory."""

_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table'"

_closed = sqlite3.connect(":memory:", check_same_thread=False)
_closed.close()


class Databases:
    """Those of one kind, in files and in memory, on any thread."""

    def __init__(self, connect: Callable[[Path | None], sqlite3.Connection]) -> None:
        """`connect` opens or makes the one at a path, or makes one in memory, with empty tables.

        Transactions of its connections are begun by hand.
        """
        self._connect = connect
        self._spare: list[sqlite3.Connection] = []

    def open(self, path: Path | None) -> sqlite3.Connection:
        """The database at a path, or one in memory whose tables are empty; `close` is its end. Raises as `connect`."""
        if path is None and self._spare:
            with suppress(IndexError):  # another thread was sooner
                return self._spare.pop()
        return self._connect(path)

    def close(self, path: Path | None, database: sqlite3.Connection) -> sqlite3.Connection:
        """Use a database no more. What it gives is a closed one to hold instead: the next owner's is nobody else's."""
        assert all(database is not spare for spare in self._spare), "a database is closed once"
        if path is None and len(self._spare) < _KEPT and _is_emptied(database):
            self._spare.append(database)
        else:
            database.close()
        return _closed


def _is_emptied(database: sqlite3.Connection) -> bool:
    """Whether all rows of a small database could be deleted; it has the pages for them, unused."""
    with suppress(sqlite3.Error):
        if database.in_transaction:
            database.execute("ROLLBACK")
        (pages,) = database.execute("PRAGMA page_count").fetchone()
        if pages <= _KEPT_PAGES:
            database.execute("BEGIN")
            for (table,) in database.execute(_TABLES).fetchall():
                database.execute(f"DELETE FROM {table}")
            database.execute("COMMIT")
            return True
    return False
