"""Tables dropped and taken back, as a session sees it."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.errors import BadRequestException, OccConflictException
from tests.session.conftest import Talk
from tests.session.conversation import Conversation, values


def rows(session: Conversation, statement: str) -> list[Any]:
    session.start()
    found = values(session.execute(statement))
    session.commit()
    return list(found)


@pytest.fixture
def dropped(session: Conversation) -> str:
    """The id of People, dropped with a document in it."""
    session.transact("INSERT INTO People {'name': 'Ada'}")
    (row,) = rows(session, "DROP TABLE People")
    return str(row["tableId"])


def refused(session: Conversation, statement: str) -> str:
    session.start()
    with pytest.raises(BadRequestException) as raised:
        session.execute(statement)
    session.abort()
    return raised.value.message


def test_a_dropped_table_is_inactive(session: Conversation, dropped: str) -> None:
    """The catalog keeps it, with its indexes; its name is free."""
    (row,) = rows(session, "SELECT * FROM information_schema.user_tables")
    assert (row["tableId"], row["name"], row["status"]) == (dropped, "People", "INACTIVE")
    assert [index["expr"] for index in row["indexes"]] == ["[name]"]
    assert "No such variable named 'People'" in refused(session, "SELECT * FROM People")


def test_an_undropped_table_is_as_it_was(session: Conversation, dropped: str) -> None:
    """Documents and indexes were kept; the row has the table's id."""
    assert [dict(row) for row in rows(session, f'UNDROP TABLE "{dropped}"')] == [{"tableId": dropped}]
    session.start()
    page = session.execute("SELECT VALUE name FROM People WHERE name = 'Ada'")
    assert (values(page), page.consumed_ios.read_ios) == (["Ada"], 1)


def test_undropping_what_is_active_is_refused(session: Conversation, dropped: str) -> None:
    rows(session, f'UNDROP TABLE "{dropped}"')
    assert refused(session, f'UNDROP TABLE "{dropped}"') == f"Table 'People' with id '{dropped}' is not dropped"


def test_undropping_under_a_name_that_is_taken_is_refused(session: Conversation, dropped: str) -> None:
    """A new table has the name; the old one can come back when that is dropped."""
    rows(session, "CREATE TABLE People")
    assert refused(session, f'UNDROP TABLE "{dropped}"') == "Table with name: USER.People already exists"
    rows(session, "DROP TABLE People")
    rows(session, f'UNDROP TABLE "{dropped}"')


def test_undropping_what_never_was_is_refused(session: Conversation) -> None:
    assert refused(session, 'UNDROP TABLE "none"') == "No table has the id 'none'"


@pytest.mark.parametrize("name", ["'{id}'", "?"])
def test_the_id_is_a_name_in_double_quotes(session: Conversation, dropped: str, name: str) -> None:
    """A string or a parameter is no name (developer guide: ql-reference.undrop-table)."""
    assert "expected the id of a table" in refused(session, f"UNDROP TABLE {name.format(id=dropped)}")


def test_a_name_is_not_an_id(session: Conversation, dropped: str) -> None:
    assert refused(session, "UNDROP TABLE People") == "No table has the id 'People'"


def test_dropping_a_dropped_table_is_refused(session: Conversation, dropped: str) -> None:
    """Its name is no table's any more."""
    assert "No such variable named 'People'" in refused(session, "DROP TABLE People")


def test_two_that_undrop_conflict(session: Conversation, talk: Talk, dropped: str) -> None:
    """Only one of them can have taken it back."""
    one, other = talk(), talk()
    for each in (one, other):
        each.start()
        each.execute(f'UNDROP TABLE "{dropped}"')
    one.commit()
    with pytest.raises(OccConflictException):
        other.commit()


def test_dropping_what_another_writes_conflicts(session: Conversation, talk: Talk) -> None:
    """Who used the table must not commit into one that is dropped."""
    writer = talk()
    writer.start()
    writer.execute("INSERT INTO People {'name': 'Ada'}")
    rows(session, "DROP TABLE People")
    with pytest.raises(OccConflictException):
        writer.commit()
