"""Why a transaction was refused: which read met which write, or which statements are behind a digest."""

from __future__ import annotations

import logging
from base64 import b64encode
from collections.abc import Callable
from inspect import signature
from typing import Any

import pytest

from emulator.clock import ManualClock
from emulator.errors import AwsError, InternalFailure, OccConflictException
from emulator.ion.values import NULL, Struct, Value
from emulator.journal.errors import AppendConflict, JournalError
from emulator.ledger import conflicts as keys
from emulator.ledger.collisions import Collision
from emulator.ledger.conflicts import Key
from emulator.ledger.ledger import Ledger
from emulator.session.commands import CommitTransaction
from emulator.session.conflicts import conflicting_read
from emulator.session.sessions import Sessions
from emulator.settings import Settings
from tests.session.conftest import Talk, Told
from tests.session.conversation import Conversation, values

READS = [
    ("SELECT * FROM Pets", (), "INSERT INTO Pets {'name': 'Rex'}", "scan Pets"),
    (
        "SELECT * FROM People WHERE name = ?",
        ("Kurt",),
        "INSERT INTO People {'name': 'Kurt'}",
        "index People(name) = 'Kurt'",
    ),
    ("SELECT * FROM People WHERE name = 5", (), "INSERT INTO People {'name': 5.0}", "index People(name) = 5"),
    ("SELECT * FROM People WHERE name = [5]", (), "INSERT INTO People {'name': [5]}", "index People(name) = …"),
    ("SELECT * FROM People BY id WHERE id = '{id}'", (), "DELETE FROM People", "document People(id) = '{id}'"),
    ("SELECT * FROM Pets WHERE name = 1", (), "DROP TABLE Pets", "catalog: that table Pets is active"),
    (
        "SELECT * FROM information_schema.user_tables",
        (),
        "CREATE INDEX ON Pets (name)",
        "catalog: the indexes of Pets",
    ),
    ("CREATE TABLE New", (), "CREATE TABLE New", "catalog: the name New"),
]


@pytest.mark.parametrize(("statement", "parameters", "change", "read"), READS)
def test_conflict_tells_which_read_met_which_write(
    people: Conversation,
    talk: Talk,
    told: Told,
    *,
    statement: str,
    parameters: tuple[Value, ...],
    change: str,
    read: str,
) -> None:
    """What was read, by which statement, seeing which block; and the transaction, block and statement that wrote."""
    people.start()
    (document_id,) = values(people.execute("SELECT VALUE id FROM People BY id WHERE name = 'Ada'"))
    people.abort()
    statement, read = (text.replace("{id}", str(document_id)) for text in (statement, read))
    transaction_id = people.start()
    people.execute("SELECT * FROM history(Pets)")
    people.execute(statement, *parameters)
    people.execute("SELECT * FROM history(People)")
    other, ledger = talk(), people.session.ledger
    seen = ledger.tip.address.sequence_no
    other.transact("SELECT * FROM history(Pets)", change)
    with pytest.raises(OccConflictException):
        people.commit()

    (conflict,) = told()["conflicts"]

    assert (conflict["transaction"]["id"], conflict["transaction"]["outcome"]) == (transaction_id, "conflict")
    told_read = conflict["reads"][0]
    assert (told_read["read"], told_read["statement"], told_read["newest_block_seen"]) == (read, statement, seen)
    written = told_read["written_by"]
    assert written["transaction_id"] == other.transaction_id
    assert written["block_address"] == {"strandId": ledger.strand_id, "sequenceNo": seen + 1}
    assert change in written["statements"]


def test_conflict_tells_the_beginning_of_a_long_value(people: Conversation, talk: Talk, told: Told) -> None:
    """A text that was looked up is told on one line, however long it is."""
    people.start()
    people.execute("SELECT * FROM People WHERE name = ?", "x" * 100_000)
    other = talk()
    other.start()
    other.execute("INSERT INTO People ?", Struct([("name", "x" * 100_000)]))
    other.commit()
    with pytest.raises(OccConflictException):
        people.commit()

    (conflict,) = told()["conflicts"]
    assert conflict["reads"][0]["read"] == f"index People(name) = '{'x' * 199}…"


def test_conflict_names_the_statements_and_documents_that_matter(people: Conversation, talk: Talk, told: Told) -> None:
    """Of a transaction with much in it, those that touched what was read."""
    people.start()
    people.execute("SELECT * FROM Pets")
    talk().transact("UPDATE People SET age = 1", "INSERT INTO Pets {'name': 'Rex'}", "UPDATE People SET age = 2")
    with pytest.raises(OccConflictException):
        people.commit()

    ((read,),) = [each["reads"] for each in told()["conflicts"]]

    assert read["written_by"]["statements"] == ["INSERT INTO Pets {'name': 'Rex'}"]
    assert len(read["written_by"]["document_ids"]) == 1


def test_read_of_a_later_page_is_its_own_statements(ledger: Ledger, clock: ManualClock) -> None:
    """A page that is fetched after other statements reads on behalf of the statement it belongs to."""
    sessions = Sessions(Settings(page_values=1), clock)
    session, other = (Conversation(sessions.start(ledger, "ledger", name)) for name in ("one", "other"))
    session.transact("CREATE TABLE T", "CREATE INDEX ON T (a)")
    session.transact("INSERT INTO T << {'a': 1}, {'a': 2}, {'a': 3} >>")
    join = "SELECT * FROM <<1, 2, 3>> AS x, T AS t WHERE t.a = x"
    session.start()
    page = session.execute(join)
    session.execute("SELECT * FROM history(T)")
    session.fetch(page.next_page_token)
    session.execute("SELECT * FROM T WHERE a = 3")
    other.transact("INSERT INTO T {'a': 3}")
    with pytest.raises(OccConflictException):
        session.commit()

    (conflict,) = sessions.log_of(ledger).newest(1)["conflicts"]

    assert (conflict["reads"][0]["read"], conflict["reads"][0]["statement"]) == ("index T(a) = 3", join)


def test_conflict_within_one_group_is_told(people: Conversation, talk: Talk, told: Told) -> None:
    """The other transaction may be one that is committed together with this one, and is in no journal yet."""
    other, ledger = talk(), people.session.ledger
    for each in (other, people):
        each.start()
        each.execute("SELECT * FROM Pets")
        each.execute("INSERT INTO Pets {'name': 'Rex'}")
    commits = [each.session.run(CommitTransaction(each.transaction_id, each.digest)) for each in (other, people)]
    for steps in commits:
        next(steps)
    ledger.write()
    with pytest.raises(OccConflictException):
        next(commits[1])

    (conflict,) = told()["conflicts"]

    assert conflict["reads"][0]["written_by"]["transaction_id"] == other.transaction_id


@pytest.mark.parametrize(
    ("error", "raised", "outcome", "conflicts"),
    [(AppendConflict(5, 6), OccConflictException, "conflict", 1), (JournalError("full"), InternalFailure, "failed", 0)],
)
def test_append_that_fails_is_told(
    people: Conversation,
    told: Told,
    monkeypatch: pytest.MonkeyPatch,
    *,
    error: JournalError,
    raised: type[AwsError],
    outcome: str,
    conflicts: int,
) -> None:
    """Another writer of the same journal is a conflict that no read is to blame for; anything else is none."""

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(people.session.ledger.journal, "append", fail)
    people.start()
    people.execute("INSERT INTO Pets {'name': 'Rex'}")
    with pytest.raises(raised):
        people.commit()

    assert told()["statements"][0]["transaction"]["outcome"] == outcome
    assert [each["reads"] for each in told()["conflicts"]] == [[]] * conflicts


def test_conflicts_are_logged(people: Conversation, talk: Talk, caplog: pytest.LogCaptureFixture) -> None:
    """One line says what was read and what was written."""
    people.start()
    people.execute("SELECT * FROM Pets")
    talk().transact("INSERT INTO Pets {'name': 'Rex'}")
    with caplog.at_level(logging.INFO), pytest.raises(OccConflictException):
        people.commit()

    (line,) = [record.getMessage() for record in caplog.records if "conflicts" in record.getMessage()]

    assert "scan Pets, read by [SELECT * FROM Pets]" in line
    assert "[INSERT INTO Pets {'name': 'Rex'}]" in line


def test_digest_mismatch_is_told(people: Conversation, told: Told) -> None:
    """Both digests, and the statements behind the expected one."""
    people.start()
    people.execute("SELECT * FROM Pets")
    with pytest.raises(AwsError):
        people.commit(bytes(32))

    (mismatch,) = told()["digest_mismatches"]

    assert mismatch["expected"] == b64encode(people.digest).decode()
    assert mismatch["came"] == b64encode(bytes(32)).decode()
    assert mismatch["statements"] == ["SELECT * FROM Pets"]


@pytest.mark.parametrize("make", [make for name, make in vars(keys).items() if name.endswith("_key")])
def test_every_key_can_be_told(ledger: Ledger, make: Callable[..., Key]) -> None:
    """Whatever a conflict is about, there are words for it, even where nothing is known of it any more."""
    arguments: dict[str, Any] = {"int": 1, "bytes": b"k", "str": "nobody"}
    key = make(*(arguments[str(each.annotation)] for each in signature(make).parameters.values()))

    read = conflicting_read(Collision(key, 0, ledger.tip, NULL), "SELECT 1", ledger.view.catalog)

    assert str(key[1]) in read.read
