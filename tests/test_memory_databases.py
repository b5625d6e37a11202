"""Databases in memory are used again, and nobody can tell."""

import sqlite3

import pytest

from emulator.memory_databases import MemoryDatabases

COUNT = "SELECT count(*) FROM notes"


def made() -> sqlite3.Connection:
    database = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    database.execute("CREATE TABLE notes (text TEXT)")
    return database


@pytest.fixture
def databases() -> MemoryDatabases:
    return MemoryDatabases(made)


def test_a_database_is_used_again_and_is_empty(databases: MemoryDatabases) -> None:
    """Whoever comes next has the same database, and not what was in it."""
    first = databases.take()
    first.execute("INSERT INTO notes VALUES ('of the first')")
    databases.give_back(first)
    second = databases.take()
    assert second is first
    assert second.execute(COUNT).fetchone() == (0,)


def test_what_was_not_committed_is_gone_as_well(databases: MemoryDatabases) -> None:
    """A database may be given back in the middle of a transaction."""
    database = databases.take()
    database.execute("BEGIN")
    database.execute("INSERT INTO notes VALUES ('half done')")
    databases.give_back(database)
    assert databases.take().execute(COUNT).fetchone() == (0,)


def test_its_former_owner_holds_a_closed_one(databases: MemoryDatabases) -> None:
    """One who goes on after the end gets an error, and never what is another's."""
    held = databases.give_back(databases.take())
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        held.execute(COUNT)
    assert databases.give_back(held) is held
    assert databases.take().execute(COUNT).fetchone() == (0,)


def test_two_at_a_time_are_two(databases: MemoryDatabases) -> None:
    """Nobody shares a database with anybody."""
    first, second = databases.take(), databases.take()
    first.execute("INSERT INTO notes VALUES ('of the first')")
    assert second.execute(COUNT).fetchone() == (0,)


def test_a_large_one_is_closed(databases: MemoryDatabases) -> None:
    """What took much memory gives it back to the system."""
    database = databases.take()
    database.execute("INSERT INTO notes VALUES (?)", ("x" * 2_000_000,))
    databases.give_back(database)
    assert databases.take() is not database


def test_few_are_kept(databases: MemoryDatabases) -> None:
    """A hundred at once are not a hundred for good."""
    taken = [databases.take() for _ in range(100)]
    for database in taken:
        databases.give_back(database)
    assert len([each for each in (databases.take() for _ in range(100)) if each in taken]) < 10
