"""What is tried again, and what must not be."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from emulator.client.driver import Call, Driver, StatementError, is_expired
from emulator.client.session import CommitUnknown
from emulator.client.transport import HttpTransport, ServerError
from emulator.ion.values import Struct
from emulator.testing.controls import Clock

INSERT = Call("INSERT INTO Person ?", [Struct([("name", "Ada")])])
SELECT = Call("SELECT VALUE name FROM Person")


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def driver(qldb_ledger: str, server: str, pauses: list[float]) -> Iterator[Driver]:
    """To a ledger with the table Person."""
    transport = HttpTransport(server)
    driver = Driver(transport, qldb_ledger, pause=pauses.append)
    driver.transact([Call("CREATE TABLE Person")])
    yield driver
    driver.end()
    transport.close()


def fail(http: httpx.Client, command: str, fault: str, **members: Any) -> None:
    """Have the next calls of a command fail."""
    http.post("/_qldb/faults", json={"command": command, "fault": fault, **members}).raise_for_status()


def names(driver: Driver) -> list[Any]:
    """Who is in the table."""
    return list(driver.transact([SELECT]).results[0].rows)


def test_results_are_those_of_each_statement(driver: Driver) -> None:
    """Their rows can be gone through again, after the commit."""
    committed = driver.transact([INSERT, SELECT])

    assert [len(result.rows) for result in committed.results] == [1, 1]
    assert [*committed.results[1].rows, *committed.results[1].rows] == ["Ada", "Ada"]
    assert (committed.attempts, committed.costs.write_ios) == (1, 1)


@pytest.mark.qldb(page_values=2)
def test_result_has_all_pages(driver: Driver) -> None:
    """However many there are."""
    driver.transact([INSERT] * 5)

    assert names(driver) == ["Ada"] * 5


@pytest.mark.parametrize(
    ("command", "fault"),
    [
        ("CommitTransaction", "OccConflictException"),
        ("CommitTransaction", "CapacityExceededException"),
        ("ExecuteStatement", "InvalidSessionException"),
        ("ExecuteStatement", "InternalFailure"),
        ("ExecuteStatement", "ConnectionReset"),
        ("StartTransaction", "InvalidSessionException"),
    ],
)
def test_what_passes_is_tried_again(
    driver: Driver, http: httpx.Client, pauses: list[float], command: str, fault: str
) -> None:
    """The whole transaction, which is there once then."""
    fail(http, command, fault, times=1)

    driver.transact([INSERT])

    assert names(driver) == ["Ada"]
    assert pauses == ([] if command == "StartTransaction" else [0.01])


def test_conflicts_are_given_up_after_four_retries(driver: Driver, http: httpx.Client, pauses: list[float]) -> None:
    """With longer and longer pauses."""
    fail(http, "CommitTransaction", "OccConflictException")

    with pytest.raises(ServerError, match="OccConflictException"):
        driver.transact([INSERT])

    assert pauses == [0.01, 0.02, 0.04, 0.08]


@pytest.mark.parametrize("fault", ["ConnectionReset", "InternalFailure", "TruncatedBody"])
def test_commit_without_an_answer_is_not_tried_again(
    driver: Driver, http: httpx.Client, pauses: list[float], fault: str
) -> None:
    """It may have been done, and here it was."""
    after = {} if fault == "TruncatedBody" else {"after": True}
    fail(http, "CommitTransaction", fault, times=1, **after)

    with pytest.raises(CommitUnknown):
        driver.transact([INSERT])

    assert (names(driver), pauses) == (["Ada"], [])


def test_expired_transaction_is_not_tried_again(driver: Driver, clock: Clock, pauses: list[float]) -> None:
    """It would be too long again. The next one has a session of its own."""
    session = driver.start()
    clock.advance(30_001)

    with pytest.raises(ServerError) as raised:
        session.execute("SELECT * FROM Person")
    driver.give_up(raised.value)

    assert is_expired(raised.value)
    assert names(driver) == []


def test_refused_statement_is_named_and_undoes_the_others(driver: Driver) -> None:
    """What stood before it in the transaction is not kept."""
    with pytest.raises(StatementError, match="No such variable named 'Nowhere'") as raised:
        driver.transact([INSERT, Call("SELECT * FROM Nowhere")])

    assert raised.value.place == 1
    assert names(driver) == []


def test_session_that_was_forgotten_by_the_server_is_made_again(driver: Driver, clock: Clock) -> None:
    """A driver that was idle for long opens another session."""
    clock.advance(16 * 60_000)

    assert names(driver) == []
