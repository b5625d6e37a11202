"""A test suite of somebody who keeps accounts in QLDB: every fixture of the plugin, with unmodified pyqldb."""

import json
import urllib.request
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from pyqldb.config.retry_config import RetryConfig
from pyqldb.driver.qldb_driver import QldbDriver
from pyqldb.errors import is_invalid_session_exception, is_occ_conflict_exception

ACCOUNTS = pytest.mark.qldb(
    statements=["CREATE TABLE Accounts", "INSERT INTO Accounts << {'owner': 'Ada', 'cents': 100} >>"]
)


def cents(driver: QldbDriver, owner: str = "Ada") -> int:
    rows = driver.execute_lambda(
        lambda tx: tx.execute_statement("SELECT VALUE cents FROM Accounts WHERE owner = ?", owner)
    )
    return int(next(iter(rows)))


def pay_in(driver: QldbDriver, amount: int, **options: Any) -> None:
    statement = "UPDATE Accounts SET cents = cents + ? WHERE owner = 'Ada'"
    driver.execute_lambda(lambda tx: tx.execute_statement(statement, amount), **options)


def test_driver_has_a_ledger(qldb_driver: QldbDriver) -> None:
    """A real driver on a fresh ledger."""
    assert isinstance(qldb_driver, QldbDriver)
    assert list(qldb_driver.list_tables()) == []
    qldb_driver.execute_lambda(lambda tx: tx.execute_statement("CREATE TABLE Accounts"))
    assert list(qldb_driver.list_tables()) == ["Accounts"]


@ACCOUNTS
@pytest.mark.parametrize("amount", [1, 20])
def test_each_test_begins_anew(qldb_driver: QldbDriver, amount: int) -> None:
    """What the marker made is there, what another test did is not."""
    pay_in(qldb_driver, amount)
    assert cents(qldb_driver) == 100 + amount


@ACCOUNTS
def test_driver_repeats_after_conflicts(qldb: Any, qldb_driver: QldbDriver) -> None:
    """Two conflicts, and the transaction is done once."""
    rule = qldb.faults.always("CommitTransaction", "OccConflictException", times=2)

    pay_in(qldb_driver, 5)

    assert rule.fired == 2
    assert cents(qldb_driver) == 105


@ACCOUNTS
def test_conflicts_reach_the_caller(qldb: Any, qldb_driver: QldbDriver) -> None:
    """With no retry left, the program is told, and nothing is written."""
    qldb.faults.once("CommitTransaction", "OccConflictException")
    with pytest.raises(ClientError) as raised:
        pay_in(qldb_driver, 5, retry_config=RetryConfig(retry_limit=0))
    assert is_occ_conflict_exception(raised.value)
    assert cents(qldb_driver) == 100


@ACCOUNTS
def test_transactions_expire_without_waiting(qldb: Any, qldb_ledger: str, qldb_session_client: Any) -> None:
    """Half a minute passes at once."""
    token = qldb_session_client.send_command(StartSession={"LedgerName": qldb_ledger})["StartSession"]["SessionToken"]
    started = qldb_session_client.send_command(SessionToken=token, StartTransaction={})
    qldb.clock.advance("31s")
    with pytest.raises(ClientError) as raised:
        qldb_session_client.send_command(
            SessionToken=token,
            ExecuteStatement={
                "TransactionId": started["StartTransaction"]["TransactionId"],
                "Statement": "SELECT * FROM Accounts",
            },
        )
    assert is_invalid_session_exception(raised.value)


@ACCOUNTS
def test_driver_survives_expired_sessions(qldb: Any, qldb_driver: QldbDriver) -> None:
    """Sessions of the pool are too old, and the driver takes new ones."""
    assert cents(qldb_driver) == 100
    qldb.clock.advance("20m")
    assert cents(qldb_driver) == 100


@ACCOUNTS
def test_handle_tells_what_happened(qldb: Any, qldb_driver: QldbDriver) -> None:
    """State, difference, revisions, statements; and every hash verifies."""
    before = qldb.state()
    pay_in(qldb_driver, 5)

    (old, new) = next(iter(qldb.diff(before).changed["Accounts"].values()))
    assert (old["cents"], new["cents"]) == (100, 105)
    assert [revision["metadata"]["version"] for revision in qldb.revisions("Accounts")] == [0, 1]
    assert qldb.statements()[-1]["statement"].startswith("UPDATE Accounts")
    qldb.assert_verified()


def test_control_plane(qldb_client: Any, qldb_ledger: str) -> None:
    """boto3's own client sees the same ledger."""
    assert qldb_client.describe_ledger(Name=qldb_ledger)["State"] == "ACTIVE"
    assert len(qldb_client.get_digest(Name=qldb_ledger)["Digest"]) == 32


@ACCOUNTS
def test_server_on_a_port(qldb_server: Any, qldb_driver: QldbDriver) -> None:
    """A driver of this process and whoever else knows the address."""
    pay_in(qldb_driver, 5)
    with urllib.request.urlopen(f"{qldb_server.url}/_qldb/info") as answer:
        assert len(json.load(answer)["ledgers"]) == 1
    assert boto3.client("qldb").meta.endpoint_url == qldb_server.url


@ACCOUNTS
def test_server_that_is_gone(qldb_server: Any, qldb_driver: QldbDriver) -> None:
    """An outage that lasts is told to the program, and to nobody when the test is over and the driver is closed."""
    pay_in(qldb_driver, 5)
    qldb_server.stop()

    with pytest.raises(EndpointConnectionError):
        pay_in(qldb_driver, 5)


@pytest.mark.qldb(seed=42, clock="2024-01-01T00:00:00Z,tick=1ms", region="us-east-1")
def test_same_calls_give_the_same_digest(qldb_driver: QldbDriver, qldb_client: Any, qldb_ledger: str) -> None:
    """Seed and clock make what pyqldb does repeatable to the byte, in every run."""
    qldb_driver.execute_lambda(lambda tx: tx.execute_statement("CREATE TABLE Accounts"))
    qldb_driver.execute_lambda(lambda tx: tx.execute_statement("INSERT INTO Accounts ?", {"owner": "Ada"}))
    digest = qldb_client.get_digest(Name=qldb_ledger)["Digest"]
    assert digest.hex() == "b88e5f62700095b54c0161a44f907d8490b8081c1b32ea73d09cac812bb1b286"
