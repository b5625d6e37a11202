"""The quotas of the catalog, documents and transactions: what is refused, in which words, and that no more is lost."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from emulator import limits
from emulator.errors import BadRequestException
from emulator.ion.binary import encode
from emulator.ion.values import Struct, Value
from emulator.ledger.messages import MESSAGES
from tests.session.conftest import Talk
from tests.session.conversation import Conversation, values

TRANSACTION_DOCUMENTS = limits.TRANSACTION_BYTES // limits.DOCUMENT_BYTES


def refused(session: Conversation, statement: str, *parameters: Value) -> str:
    """Why a statement is refused in the open transaction, which it does not enter."""
    digest = session.digest
    with pytest.raises(BadRequestException) as raised:
        session.execute(statement, *parameters)
    session.digest = digest
    return raised.value.message


def create_tables(session: Conversation, count: int) -> None:
    for number in range(count):
        session.transact(f"CREATE TABLE T{number}")


def document(size: int) -> Struct:
    """A document of exactly that many bytes."""
    empty = len(encode(Struct([("data", bytes(size))]))) - size
    filled = Struct([("data", bytes(size - empty))])
    assert len(encode(filled)) == size
    return filled


# Tables


def test_twenty_tables_are_active(session: Conversation) -> None:
    """The twenty-first is refused, until one is dropped."""
    create_tables(session, limits.ACTIVE_TABLES - 1)  # People is there already
    session.start()
    assert refused(session, "CREATE TABLE X") == "Exceeded tables limit: Ledger has 20 active tables, " + (
        "and cannot have another"
    )
    session.execute("DROP TABLE T0")
    session.execute("CREATE TABLE X")


def test_forty_tables_ever(session: Conversation) -> None:
    """Dropped tables count; the words are those of the service."""
    for number in range(limits.TOTAL_TABLES - 1):
        session.transact(f"CREATE TABLE T{number}", f"DROP TABLE T{number}")
    session.start()
    assert refused(session, "CREATE TABLE X") == (
        "Exceeded tables limit: Ledger has 40 total tables, and cannot create another"
    )


def test_undropping_cannot_exceed_the_active_tables(session: Conversation) -> None:
    """A table that is to come back needs its place."""
    session.start()
    (dropped,) = values(session.execute("CREATE TABLE Old"))
    session.execute("DROP TABLE Old")
    session.commit()
    create_tables(session, limits.ACTIVE_TABLES - 1)
    session.start()
    assert isinstance(dropped, Struct)
    undrop = f'UNDROP TABLE "{dropped["tableId"]}"'  # type: ignore[str-bytes-safe]
    assert "20 active tables" in refused(session, undrop)
    session.execute("DROP TABLE T0")
    session.execute(undrop)


def test_two_that_take_the_last_place(session: Conversation, talk: Talk) -> None:
    """What another transaction took meanwhile is noticed at the commit."""
    create_tables(session, limits.ACTIVE_TABLES - 2)
    one, other = talk(), talk()
    for number, each in enumerate([one, other]):
        each.start()
        each.execute(f"CREATE TABLE Last{number}")
    one.commit()
    with pytest.raises(BadRequestException, match="20 active tables"):
        other.commit()


# Indexes


def test_five_indexes_of_a_table(session: Conversation) -> None:
    """People has one on its name; a sixth is refused, until one is dropped."""
    for number in range(limits.INDEXES_PER_TABLE - 1):
        session.transact(f"CREATE INDEX ON People (f{number})")
    session.start()
    message = refused(session, "CREATE INDEX ON People (more)")
    assert message == "Exceeded indexes limit: Table 'People' has 5 indexes, and cannot have another"
    statement = "SELECT VALUE i.indexId FROM information_schema.user_tables t, t.indexes i"
    index_id = values(session.execute(statement))[0]
    session.execute(f'DROP INDEX "{index_id}" ON People WITH (purge = true)')  # type: ignore[str-bytes-safe]
    session.execute("CREATE INDEX ON People (more)")


# Documents and transactions


@pytest.fixture
def full(session: Conversation) -> Iterator[Conversation]:
    """A transaction that has inserted as many documents as it may."""
    session.transact("INSERT INTO People {'name': 'before'}")
    session.start()
    for number in range(limits.DOCUMENTS_PER_TRANSACTION):
        session.execute(f"INSERT INTO People {{'name': {number}}}")
    yield session
    session.commit()


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO People {'a': 1}",
        "UPDATE People SET a = 1 WHERE name = 'before'",
        "DELETE FROM People WHERE name = 'before'",
    ],
)
def test_forty_documents_in_a_transaction(full: Conversation, statement: str) -> None:
    """The forty-first is refused, whatever is done to it; those before it can still be committed."""
    assert "Exceeded documents limit: a transaction can insert, update or delete 40 documents" in refused(
        full, statement
    )


def test_the_same_document_counts_once(full: Conversation) -> None:
    """Changing a document that the transaction wrote already takes no further place."""
    full.execute("UPDATE People SET name = 'again' WHERE name = 0")


def test_one_statement_with_too_many_documents(session: Conversation) -> None:
    """It leaves nothing of itself, and the transaction stays open."""
    session.start()
    documents = [Struct([("n", number)]) for number in range(limits.DOCUMENTS_PER_TRANSACTION + 1)]
    assert "40 documents" in refused(session, "INSERT INTO People ?", documents)
    assert values(session.execute("SELECT * FROM People")) == []


def test_a_document_of_128_kilobytes(session: Conversation) -> None:
    """As Ion binary, its version marker included; one byte more is refused."""
    session.start()
    session.execute("INSERT INTO People ?", document(limits.DOCUMENT_BYTES))
    message = refused(session, "INSERT INTO People ?", document(limits.DOCUMENT_BYTES + 1))
    assert message == (
        "Exceeded document size limit: a document can have 131072 bytes of Ion binary, this one has 131073"
    )


def test_a_document_cannot_grow_beyond_its_limit(session: Conversation) -> None:
    """UPDATE is held to the same."""
    session.start()
    session.execute("INSERT INTO People ?", document(limits.DOCUMENT_BYTES))
    assert "Exceeded document size limit" in refused(session, "UPDATE People SET more = 1")


def test_four_megabytes_in_a_transaction(session: Conversation) -> None:
    """Documents and texts of statements count; the next statement is refused, and so is the commit."""
    session.start()
    for _ in range(TRANSACTION_DOCUMENTS):
        session.execute("INSERT INTO People ?", document(limits.DOCUMENT_BYTES))
    message = refused(session, "INSERT INTO People {'a': 1}")
    assert message.startswith(
        "Exceeded transaction size limit: a transaction can hold 4194304 bytes, this one has 4194"
    )
    with pytest.raises(BadRequestException, match="Exceeded transaction size limit"):
        session.commit()


def test_exactly_four_megabytes_in_a_transaction(session: Conversation) -> None:
    """They are not too much; the next statement would be."""
    statement = "INSERT INTO People ?"
    session.start()
    left = limits.TRANSACTION_BYTES
    while left > len(statement):
        left -= len(statement)
        size = min(limits.DOCUMENT_BYTES, left)
        session.execute(statement, document(size))
        left -= size
    session.commit()

    session.start()
    assert len(values(session.execute("SELECT VALUE id FROM People BY id"))) == TRANSACTION_DOCUMENTS


def test_four_megabytes_of_parameters(session: Conversation) -> None:
    """A statement has no more of them than a transaction can write; the next one can be run."""
    session.start()
    parameters = [document(limits.DOCUMENT_BYTES)] * (limits.PARAMETERS_BYTES // limits.DOCUMENT_BYTES)
    statement = f"SELECT VALUE SIZE([{', '.join('?' * len(parameters))}]) FROM <<0>> AS z"
    message = refused(session, statement, *parameters)
    assert message == "The parameters of a statement have 4194304 bytes at most, these have 4196352"
    few = parameters[1:]
    session.execute(f"SELECT VALUE SIZE([{', '.join('?' * len(few))}]) FROM <<0>> AS z", *few)


def test_every_message_of_a_ledger_is_a_sentence_without_its_end() -> None:
    """They read alike: a capital at the beginning, no full stop."""
    assert [text for text in MESSAGES.values() if not text[0].isupper() or text.endswith(".")] == []
