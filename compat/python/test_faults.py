"""The driver's retry policy, met by every fault that a rule can make: what it tries again, and what the user sees."""

import json
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import botocore
import pytest
from botocore.exceptions import ClientError
from pyqldb.config.retry_config import RetryConfig
from pyqldb.driver.qldb_driver import QldbDriver

Add = Callable[..., None]

SWALLOWS = botocore.__version__ != "1.40.60"
"""Newer ones make an empty answer of a body that was cut off, which the driver does not expect and cannot try again."""


@pytest.fixture
def add(endpoint: str, ledger: str) -> Iterator[Add]:
    """Adds a rule for the test's own ledger; the rules are taken back at the end."""
    added: list[int] = []

    def add(command: str, fault: str, **members: Any) -> None:
        rule = {"command": command, "fault": fault, "ledger": ledger, **members}
        added.append(call(f"{endpoint}/_qldb/faults", "POST", rule)["id"])

    yield add
    for rule_id in added:
        call(f"{endpoint}/_qldb/faults/{rule_id}", "DELETE")


def call(url: str, method: str, body: object = None) -> Any:
    request = urllib.request.Request(url, json.dumps(body).encode() if body else None, method=method)
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as response:
        return json.loads(response.read() or b"null")


@pytest.fixture
def people(driver: QldbDriver) -> QldbDriver:
    """The driver, on a ledger with the table Person."""
    driver.execute_lambda(lambda executor: executor.execute_statement("CREATE TABLE Person"))
    return driver


def insert(driver: QldbDriver) -> None:
    driver.execute_lambda(lambda executor: executor.execute_statement("INSERT INTO Person ?", {"name": "Ada"}))


def count(driver: QldbDriver) -> int:
    [row] = driver.execute_lambda(lambda executor: executor.execute_statement("SELECT COUNT(*) AS n FROM Person"))
    return int(row["n"])


@pytest.mark.parametrize(
    ("command", "fault"),
    [
        ("CommitTransaction", "OccConflictException"),
        ("StartTransaction", "InvalidSessionException"),
        ("ExecuteStatement", "InvalidSessionException"),
        ("CommitTransaction", "InvalidSessionException"),
        ("ExecuteStatement", "CapacityExceededException"),
        ("CommitTransaction", "CapacityExceededException"),
        ("ExecuteStatement", "InternalFailure"),
        ("CommitTransaction", "InternalFailure"),
        ("StartTransaction", "ServiceUnavailable"),
        ("CommitTransaction", "ServiceUnavailable"),
    ],
)
def test_driver_tries_again(people: QldbDriver, add: Add, command: str, fault: str) -> None:
    """The user notices nothing, and the document is there once."""
    add(command, fault, times=2)

    insert(people)

    assert count(people) == 1


@pytest.mark.parametrize("fault", ["RateExceededException", "BadRequestException", "TransactionExpired"])
def test_driver_gives_up_at_once(people: QldbDriver, add: Add, fault: str) -> None:
    """Some errors are the user's business; nothing was committed, and the driver can be used on."""
    add("CommitTransaction", fault, times=1)

    with pytest.raises(ClientError):
        insert(people)

    assert count(people) == 0


@pytest.mark.parametrize("fault", ["OccConflictException", "CapacityExceededException"])
def test_driver_gives_up_in_the_end(people: QldbDriver, add: Add, fault: str) -> None:
    """After as many tries as it is told, the user sees the error."""
    add("CommitTransaction", fault, times=3)
    retries = RetryConfig(retry_limit=2)

    with pytest.raises(ClientError) as raised:
        people.execute_lambda(lambda executor: executor.execute_statement("INSERT INTO Person {}"), retries)

    assert raised.value.response["Error"]["Code"] == fault
    assert count(people) == 0


@pytest.mark.parametrize(
    ("fault", "after", "kept"),
    [
        ("ConnectionReset", False, 1),
        ("ConnectionReset", True, 2),
        pytest.param("TruncatedBody", False, 2, marks=pytest.mark.skipif(SWALLOWS, reason="see SWALLOWS")),
        ("InternalFailure", True, 2),
        ("ServiceUnavailable", True, 2),
    ],
)
def test_driver_takes_a_lost_answer_for_a_failure(
    people: QldbDriver, add: Add, fault: str, after: bool, kept: int
) -> None:
    """It tries again, whether the commit was done or not: what is not idempotent is there twice then."""
    add("CommitTransaction", fault, after=after, times=1)

    insert(people)

    assert count(people) == kept


def test_a_late_answer_is_only_late(people: QldbDriver, add: Add) -> None:
    """Latency alone breaks nothing."""
    add("*", "Latency", latency="20ms", times=5)

    insert(people)

    assert count(people) == 1


def test_no_new_session_is_to_be_had(people: QldbDriver, ledger: str, add: Add) -> None:
    """The limit on sessions is told to a driver that asks for one more than there may be."""
    add("StartSession", "LimitExceededException")

    with QldbDriver(ledger) as second, pytest.raises(ClientError, match="session limit"):
        second.execute_lambda(lambda executor: executor.execute_statement("SELECT * FROM Person"))


def test_the_control_plane_is_throttled_and_asked_again(qldb: Any, ledger: str, add: Add) -> None:
    """No command of a driver is throttled by that error; boto3 tries operations again by itself."""
    add("DescribeLedger", "ThrottlingException", times=2)

    answer = qldb.describe_ledger(Name=ledger)

    assert (answer["State"], answer["ResponseMetadata"]["RetryAttempts"]) == ("ACTIVE", 2)
