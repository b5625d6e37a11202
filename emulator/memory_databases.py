"""SQLite databases in memory that are made once and used by one owner after another.

Tests begin new ledgers all the time, and each has three databases. To make these and to prepare their statements takes
SQLite longer than most tests take to run theirs; a database that is empty once more has both behind it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import suppress

_KEPT = 2
"""Of a kind. Tests have one ledger at a time, mostly."""
_KEPT_PAGES = 128
"""One that has grown further is not kept, for SQLite would keep its memory."""

_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table'"

_closed = sqlite3.connect(":memory:", check_same_thread=False)
_closed.close()


class MemoryDatabases:
    """Those of one kind, on any thread."""

    def __init__(self, make: Callable[[], sqlite3.Connection]) -> None:
        """`make` gives a new database with empty tables. Its connection begins transactions by hand."""
        self._make = make
        self._spare: list[sqlite3.Connection] = []

    def take(self) -> sqlite3.Connection:
        """A database whose tables are empty; whoever has it ends with `give_back` in place of closing it."""
        try:
            return self._spare.pop()
        except IndexError:
            return self._make()

    def give_back(self, database: sqlite3.Connection) -> sqlite3.Connection:
        """Use a database no more. What it gives is a closed one to hold instead: the next owner's is nobody else's."""
        assert all(database is not spare for spare in self._spare), "a database is given back once"
        if len(self._spare) < _KEPT and _is_emptied(database):
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
