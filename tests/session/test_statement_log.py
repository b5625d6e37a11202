"""What can be known of statements afterwards: how they read, why they conflict, why a digest is refused."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest

from emulator.clock import ManualClock
from emulator.errors import BadRequestException, InvalidSessionException, OccConflictException
from emulator.ids import RandomIds
from emulator.ledger.ledger import Ledger
from emulator.session.commands import ExecuteStatement
from emulator.session.sessions import Sessions
from emulator.session.statement_log import KEPT_CHARACTERS, KEPT_REFUSALS
from emulator.settings import Settings
from tests.session.conftest import Talk, Told
from tests.session.conversation import Conversation


def newest(told: Told) -> dict[str, Any]:
    statement: dict[str, Any] = told()["statements"][0]
    return statement


# Statements


def test_statement_tells_its_plan_and_its_cost(people: Conversation, told: Told, clock: ManualClock) -> None:
    """Text, transaction, session, plan, documents, rows and time of a statement are there."""
    transaction_id = people.start()
    people.execute("SELECT * FROM People AS p, Pets AS t WHERE p.name = ? AND t.owner = p.name", "Ada")

    statement = newest(told)

    assert statement["statement"].startswith("SELECT * FROM People AS p")
    assert statement["plan"] == ["index People(name) = ?", "scan Pets"]
    assert (statement["documents_read"], statement["read_ios"], statement["rows"]) == (1, 1, 0)
    assert (statement["progress"], statement["error"]) == ("done", None)
    assert statement["started_at"] == "2023-11-14T22:13:20.000Z"
    assert statement["milliseconds"] >= 0
    assert statement["transaction"]["id"] == transaction_id
    assert statement["transaction"]["session_id"] == people.session.session_id


def test_changes_tell_what_they_wrote(people: Conversation, told: Told) -> None:
    """An UPDATE reads and writes; once committed, its transaction has a block."""
    people.start()
    people.execute("UPDATE People SET age = 37 WHERE name = 'Ada'")
    assert newest(told)["transaction"]["outcome"] == "open"
    people.commit()

    statement = newest(told)

    assert statement["plan"] == ["index People(name) = 'Ada'", "write People"]
    assert (statement["documents_read"], statement["documents_written"]) == (1, 1)
    assert statement["transaction"]["outcome"] == "committed"
    assert statement["transaction"]["sequence_no"] == people.session.ledger.tip.address.sequence_no
    assert statement["transaction"]["write_ios"] == 1


def test_pages_add_up(ledger: Ledger, clock: ManualClock) -> None:
    """Rows and documents of a statement are those of the pages fetched so far."""
    sessions = Sessions(Settings(page_values=2), clock)
    session = Conversation(sessions.start(ledger, "ledger", "id"))
    session.transact("CREATE TABLE People")
    session.transact("INSERT INTO People << {'n': 1}, {'n': 2}, {'n': 3} >>")
    session.start()
    page = session.execute("SELECT * FROM People")
    seen = [sessions.log_of(ledger).newest(1)["statements"][0]]
    session.fetch(page.next_page_token)
    seen += [sessions.log_of(ledger).newest(1)["statements"][0]]

    facts = [(each["progress"], each["pages"], each["rows"], each["documents_read"]) for each in seen]
    assert facts == [("more pages", 1, 2, 3), ("done", 2, 3, 3)]


@pytest.mark.parametrize(
    ("statement", "error"),
    [
        ("SELEC", "BadRequestException: Parser Error: at line 1, column 1"),
        ("SELECT * FROM Nobody", "BadRequestException: Semantic Error: at line 1, column 15"),
        ("SELECT 1 / 0 FROM People", "BadRequestException: Evaluator Error"),
    ],
)
def test_failed_statement_tells_why(people: Conversation, told: Told, statement: str, error: str) -> None:
    """What the client was told is there too, whether reading, planning or running failed."""
    people.start()
    with pytest.raises(BadRequestException):
        people.execute(statement)

    facts = newest(told)

    assert (facts["progress"], facts["error"][: len(error)]) == ("failed", error)


def test_running_statement_is_told(people: Conversation, told: Told, clock: ManualClock) -> None:
    """A statement is there while it runs; when its transaction's time is over, it is broken off."""
    transaction_id = people.start()
    steps = people.session.run(ExecuteStatement(transaction_id, "SELECT COUNT(*) FROM People AS a, People AS b"))
    next(steps)
    assert newest(told)["progress"] == "running"
    clock.advance(30_000)
    with pytest.raises(InvalidSessionException):
        next(steps)

    facts = newest(told)

    assert (facts["progress"], facts["transaction"]["outcome"]) == ("broken off", "expired")


def test_outcome_of_a_transaction_is_told(people: Conversation, talk: Talk, told: Told) -> None:
    """One that was given up is aborted; one that conflicted is not committed."""
    people.start()
    people.execute("SELECT * FROM People")
    people.abort()
    assert newest(told)["transaction"]["outcome"] == "aborted"
    people.start()
    people.execute("SELECT * FROM Pets")
    talk().transact("INSERT INTO Pets {'name': 'Rex'}")
    with pytest.raises(OccConflictException):
        people.commit()

    assert told()["statements"][1]["transaction"]["outcome"] == "conflict"


def test_newest_come_first_and_one_transaction_alone(people: Conversation, told: Told) -> None:
    """The limit takes the newest; a transaction's id picks its statements."""
    transaction_id = people.start()
    people.execute("SELECT * FROM People")
    people.execute("SELECT * FROM Pets")
    people.commit()
    people.transact("SELECT VALUE name FROM People")

    assert [each["statement"] for each in told(2)["statements"]] == [
        "SELECT VALUE name FROM People",
        "SELECT * FROM Pets",
    ]
    assert [each["statement"] for each in told(10, transaction_id)["statements"]] == [
        "SELECT * FROM Pets",
        "SELECT * FROM People",
    ]


# Memory


def test_only_the_newest_are_kept(ledger: Ledger, clock: ManualClock) -> None:
    """As many statements as the setting says, however many there were."""
    sessions = Sessions(Settings(statement_log=3), clock)
    session = Conversation(sessions.start(ledger, "ledger", "id"))
    for number in range(5):
        session.transact(f"CREATE TABLE T{number}")

    kept = sessions.log_of(ledger).newest(100)["statements"]

    assert [each["statement"] for each in kept] == ["CREATE TABLE T4", "CREATE TABLE T3", "CREATE TABLE T2"]


def test_long_statements_are_kept_short(people: Conversation, told: Told) -> None:
    """Of a long statement the beginning is kept, and its plan in few words."""
    people.start()
    people.execute(f"SELECT * FROM People WHERE name = '{'x' * 90_000}'")

    statement = newest(told)

    assert len(statement["statement"]) == KEPT_CHARACTERS + 1
    assert len(statement["plan"][0]) < 150


def test_refusals_are_kept_up_to_a_number(people: Conversation, told: Told) -> None:
    """A client that goes on sending wrong digests does not fill the memory."""
    people.start()
    for _ in range(KEPT_REFUSALS + 5):
        with pytest.raises(BadRequestException):
            people.commit(bytes(32))

    assert len(told(1_000)["digest_mismatches"]) == KEPT_REFUSALS


def test_a_closed_ledger_is_forgotten(people: Conversation, sessions: Sessions, ledger: Ledger) -> None:
    """With the ledger goes what its statements did."""
    log = sessions.log_of(ledger)
    sessions.end_those_of(ledger)

    assert sessions.log_of(ledger) is not log


# The server's log


@pytest.fixture
def info(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.INFO):
        yield caplog


@pytest.mark.parametrize(("slow_ms", "lines"), [(0, 1), (60_000, 0)])
def test_slow_statements_are_logged(
    ledger: Ledger, clock: ManualClock, info: pytest.LogCaptureFixture, slow_ms: int, lines: int
) -> None:
    """One that takes as long as the setting says has a line, with its plan; others have none."""
    sessions = Sessions(Settings(slow_statement_ms=slow_ms, page_values=1), clock)
    session = Conversation(sessions.start(ledger, "ledger", RandomIds().new_id()))
    session.start()
    page = session.execute("SELECT * FROM <<1, 2, 3>> AS x")
    session.fetch(page.next_page_token)

    found = [record.getMessage() for record in info.records if record.getMessage().startswith("slow: ")]

    assert len(found) == lines
    assert all("plan: values of <<1, 2, 3>>; statement: SELECT * FROM <<1, 2, 3>> AS x" in line for line in found)


def test_every_statement_is_logged_for_debugging(people: Conversation, caplog: pytest.LogCaptureFixture) -> None:
    """At the level debug each statement has its line."""
    people.start()
    with caplog.at_level(logging.DEBUG):
        people.execute("SELECT * FROM People WHERE name = 'Ada'")

    assert "1 documents read, 0 written, 1 rows (done); plan: index People(name) = 'Ada'" in caplog.text
