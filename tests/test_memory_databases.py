"""Databases in memory are used again, and nobody can tell."""

import sqlite3
from pathlib import Path

import pytest

from emulator.memory_databases import Databases

COUNT = "SELECT count(*) FROM notes"


def made(_: Path | None) -> sqlite3.Connection:
    database = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    database.execute("CREATE TABLE notes (text TEXT)")
    return database


@pytest.fixture
def databases() -> Databases:
    return Databases(made)


def test_a_database_is_used_again_and_is_empty(databases: Databases) -> None:
    """Whoever comes next has the same database, and not what was in it."""
    first = databases.open(None)
    first.execute("INSERT INTO notes VALUES ('of the first')")
    databases.close(None, first)
    second = databases.open(None)
    assert second is first
    assert second.execute(COUNT).fetchone() == (0,)


def test_what_was_not_committed_is_gone_as_well(databases: Databases) -> None:
    """A database may be given back in the middle of a transaction."""
    database = databases.open(None)
    database.execute("BEGIN")
    database.execute("INSERT INTO notes VALUES ('half done')")
    databases.close(None, database)
    assert databases.open(None).execute(COUNT).fetchone() == (0,)


def test_its_former_owner_holds_a_closed_one(databases: Databases) -> None:
    """One who goes on after the end gets an error, and never what is another's."""
    held = databases.close(None, databases.open(None))
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        held.execute(COUNT)
    assert databases.close(None, held) is held
    assert databases.open(None).execute(COUNT).fetchone() == (0,)


def test_two_at_a_time_are_two(databases: Databases) -> None:
    """Nobody shares a database with anybody."""
    first, second = databases.open(None), databases.open(None)
    first.execute("INSERT INTO notes VALUES ('of the first')")
    assert second.execute(COUNT).fetchone() == (0,)


def test_a_large_one_is_closed(databases: Databases) -> None:
    """What took much memory gives it back to the system."""
    database = databases.open(None)
    database.execute("INSERT INTO notes VALUES (?)", ("x" * 2_000_000,))
    databases.close(None, database)
    assert databases.open(None) is not database


def test_few_are_kept(databases: Databases) -> None:
    """A hundred at once are not a hundred for good."""
    taken = [databases.open(None) for _ in range(100)]
    for database in taken:
        databases.close(None, database)
    assert len([each for each in (databases.open(None) for _ in range(100)) if each in taken]) < 10
