"""Several statements in one transaction: what they leave in the journal, and what a failed one leaves behind."""

from __future__ import annotations

import pytest

from emulator.errors import BadRequestException
from emulator.ion.text import write_text
from emulator.journal.block import Draft
from emulator.ledger.ledger import Ledger
from tests.session.conversation import Conversation, values


def run(session: Conversation, *statements: str) -> None:
    for statement in statements:
        session.execute(statement)


def rows(session: Conversation, statement: str) -> list[str]:
    return [write_text(value) for value in values(session.execute(statement))]


def committed(session: Conversation, ledger: Ledger, *statements: str) -> Draft:
    """What the journal has of a transaction with these statements."""
    session.transact(*statements)
    return ledger.tip.draft


def test_one_revision_names_all_its_statements(session: Conversation, ledger: Ledger) -> None:
    """An insert and two updates of it are version 0 with the last state, and the statements that touched it."""
    draft = committed(
        session,
        ledger,
        "INSERT INTO People {'name': 'Ada'}",
        "SELECT * FROM People",
        "UPDATE People SET age = 36 WHERE name = 'Ada'",
        "UPDATE People SET age = 37",
    )

    (revision,), (touched,) = draft.revisions, draft.documents
    assert revision.metadata.version == 0
    assert touched.statements == (0, 2, 3)
    session.start()
    assert rows(session, "SELECT * FROM People") == ['{name:"Ada",age:37}']


def test_two_items_of_a_set_are_two_rows_and_one_revision(session: Conversation, ledger: Ledger) -> None:
    """The service answers the document's id once for each item (the sample application's tests show it)."""
    session.transact("INSERT INTO People {'name': 'Ada'}")
    session.start()
    (document_id,) = rows(session, "SELECT VALUE id FROM People BY id")
    answered = rows(session, "UPDATE People SET age = 36, city = 'London'")
    session.commit()

    assert answered == [f"{{documentId:{document_id}}}"] * 2
    (revision,) = ledger.tip.draft.revisions
    assert revision.metadata.version == 1


def test_txid_is_the_id_in_the_metadata(session: Conversation) -> None:
    """What TXID() gives is found as the txId of the revisions that the transaction commits."""
    session.transact("INSERT INTO People {'tx': TXID()}")
    session.start()
    assert rows(session, "SELECT VALUE data.tx = metadata.txId FROM _ql_committed_People") == ["true"]


def test_inserted_and_deleted_leaves_no_revision(session: Conversation, ledger: Ledger) -> None:
    """The statements are in the journal, the document never was."""
    draft = committed(session, ledger, "INSERT INTO People {'name': 'Ada'}", "DELETE FROM People")
    assert (len(draft.statements), draft.documents, draft.revisions) == (2, (), ())


def test_updated_then_deleted_is_one_deletion(session: Conversation, ledger: Ledger) -> None:
    """The next version of the document has no data."""
    session.transact("INSERT INTO People {'name': 'Ada'}")
    draft = committed(session, ledger, "UPDATE People SET age = 36", "DELETE FROM People", "DELETE FROM People")

    (revision,), (touched,) = draft.revisions, draft.documents
    assert (revision.metadata.version, revision.data, touched.statements) == (1, None, (0, 1))


def test_change_of_nothing_is_a_statement_alone(session: Conversation, ledger: Ledger) -> None:
    """No document matched: a block with the statement."""
    draft = committed(session, ledger, "UPDATE People SET age = 36 WHERE name = 'nobody'")
    assert (len(draft.statements), draft.documents, draft.revisions) == (1, (), ())


def test_uncommitted_writes_are_in_the_user_view_alone(session: Conversation) -> None:
    """The committed view and history show what was committed, by index too."""
    session.transact("INSERT INTO People {'name': 'Ada'}")
    session.start()
    run(session, "INSERT INTO People {'name': 'Bob'}", "UPDATE People SET name = 'Eve' WHERE name = 'Ada'")

    assert sorted(rows(session, "SELECT VALUE name FROM People")) == ['"Bob"', '"Eve"']
    assert rows(session, "SELECT VALUE name FROM People WHERE name = 'Ada'") == []
    assert rows(session, "SELECT VALUE data.name FROM _ql_committed_People") == ['"Ada"']
    assert rows(session, "SELECT VALUE data.name FROM _ql_committed_People WHERE data.name = 'Ada'") == ['"Ada"']
    assert rows(session, "SELECT VALUE h.data.name FROM history(People) AS h") == ['"Ada"']


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE People SET age = 10 / age",
        "INSERT INTO People << {'name': 'Bob'}, 5 >>",
        "UPDATE People SET parent.name = 'Eve' WHERE age = 1",
        "INSERT INTO People [" + ", ".join(["{'name': 'Bob'}"] * 41) + "]",
        "DELETE FROM People WHERE 10 / age > 1",
    ],
)
def test_failed_statement_leaves_nothing(session: Conversation, ledger: Ledger, statement: str) -> None:
    """Whatever it had done is undone, the statements before it stand, and the transaction goes on."""
    session.transact("INSERT INTO People << {'age': 1}, {'age': 0} >>")
    session.start()
    run(session, "INSERT INTO People {'age': 2}")
    digest = session.digest
    with pytest.raises(BadRequestException):
        session.execute(statement)
    session.digest = digest

    assert sorted(rows(session, "SELECT VALUE age FROM People")) == ["0", "1", "2"]
    session.commit()
    assert [each.text for each in ledger.tip.draft.statements] == [
        "INSERT INTO People {'age': 2}",
        "SELECT VALUE age FROM People",
    ]


def test_reads_are_counted_on_the_ledger(session: Conversation) -> None:
    """An index reads what it finds, a scan all, a join one for each document its loops bring up."""
    session.transact("INSERT INTO People << {'name': 'a'}, {'name': 'b'}, {'name': 'c'} >>")
    session.start()
    six_ways = ", ".join(f"People AS {alias}" for alias in "abcdef")
    page = session.execute(f"SELECT VALUE a.name FROM {six_ways}")
    reads = page.consumed_ios.read_ios
    while page.next_page_token:
        page = session.fetch(page.next_page_token)
        reads += page.consumed_ios.read_ios

    assert reads == 1092
    assert session.execute("SELECT * FROM People WHERE name IN ('a', 'b')").consumed_ios.read_ios == 2
    assert session.execute("SELECT * FROM People WHERE name > 'a'").consumed_ios.read_ios == 3
    assert session.execute("UPDATE People SET age = 1 WHERE name = 'a'").consumed_ios.read_ios == 1


def test_table_that_exists_is_refused_as_the_service_did(session: Conversation) -> None:
    """Text and code of the refusal. Source: amazon-qldb-driver-go, statement_execution_test.go."""
    session.start()

    with pytest.raises(BadRequestException, match=r"^Table with name: USER\.People already exists$") as raised:
        session.execute("CREATE TABLE People")

    assert raised.value.members == {"Code": "412"}
