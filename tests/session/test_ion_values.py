"""Ion values through the whole of a ledger: as inserted, so they are selected, kept in history, and proven."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.clock import ManualClock
from emulator.ids import RandomIds
from emulator.ion.binary import decode, encode
from emulator.ion.codec import read_text
from emulator.ion.document import document
from emulator.ion.text import write_text
from emulator.ion.values import Annotated, Struct, Value
from emulator.ledger.ledger import Ledger
from emulator.ledger.verification import get_revision, parse_address
from emulator.session.sessions import Sessions
from emulator.settings import Settings
from tests.ion.strategies import names, same, structs, values
from tests.session.conversation import Conversation

DOCUMENTS = structs | st.builds(Annotated, st.lists(names, min_size=1, max_size=2).map(tuple), structs).filter(
    lambda held: held.annotations[0] != "$ion_symbol_table"
)


@pytest.fixture(scope="module")
def session() -> Iterator[Conversation]:
    """A session on a ledger with a table that any document fits in."""
    ledger = Ledger.open(None, ManualClock(), RandomIds())
    session = Conversation(Sessions(Settings(), ManualClock()).start(ledger, "ledger", "session"))
    session.transact("CREATE TABLE Things")
    yield session
    ledger.close()


def rows(session: Conversation, statement: str, *parameters: Value) -> list[bytes]:
    """What one statement answers in a transaction of its own, as bytes."""
    session.start()
    answer = session.execute(statement, *parameters).values
    session.commit()
    return list(answer)


def inserted(session: Conversation, statement: str, *parameters: Value) -> str:
    (row,) = rows(session, statement, *parameters)
    return str(field(decode(row), "documentId"))


def field(struct: Value, name: str) -> Value:
    assert isinstance(struct, Struct)
    return struct[name]


BY_ID = "FROM Things AS t BY d WHERE d = ?"


@settings(max_examples=60, deadline=None)
@given(held=DOCUMENTS)
def test_a_document_is_kept_to_the_byte(session: Conversation, held: Value) -> None:
    """The bytes inserted are the bytes selected; history, committed view and proven revision have their value."""
    document_id = inserted(session, "INSERT INTO Things ?", held)

    assert rows(session, f"SELECT VALUE t {BY_ID}", document_id) == [document(encode(held)).encoded]
    (committed,) = rows(session, "SELECT VALUE c FROM _ql_committed_Things AS c BY d WHERE d = ?", document_id)
    (past,) = rows(session, "SELECT * FROM history(Things) AS h WHERE h.metadata.id = ?", document_id)
    assert past == committed
    assert same(field(decode(past), "data"), held)
    address = parse_address(write_text(field(decode(past), "blockAddress")), "BlockAddress")
    proven = get_revision(session.session.ledger, address, document_id, None)
    assert same(read_text(proven.revision), decode(past))


@settings(max_examples=60, deadline=None)
@given(held=values)
def test_a_value_is_kept_as_a_field(session: Conversation, held: Value) -> None:
    """A value put in a document by a constructor and a parameter, then by SET, is found there as it was."""
    document_id = inserted(session, "INSERT INTO Things VALUE {'held': ?}", held)
    assert rows(session, f"SELECT VALUE t.held {BY_ID}", document_id) == [encode(held)]

    rows(session, "UPDATE Things AS t BY d SET t.other = ? WHERE d = ?", held, document_id)

    (row,) = rows(session, f"SELECT t.other {BY_ID}", document_id)
    assert row == encode(Struct([("other", held)]))


@settings(max_examples=60, deadline=None)
@given(held=values)
def test_a_value_written_down_is_kept(session: Conversation, held: Value) -> None:
    """A value in backticks in a statement is that value, and prints as it was written."""
    document_id = inserted(session, f"INSERT INTO Things VALUE {{'held': `{write_text(held)}`}}")

    assert rows(session, f"SELECT VALUE t.held {BY_ID}", document_id) == [encode(held)]
