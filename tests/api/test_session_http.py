"""The session service over a real connection: with boto3, and with what boto3 would never send."""

from base64 import b64decode
from typing import Any

import httpx
import pytest

from emulator import limits
from emulator.ion.values import Struct
from emulator.testing.controls import Clock
from tests.api.driving import Driver

HEADERS = {"X-Amz-Target": "QLDBSession.SendCommand", "Content-Type": "application/x-amz-json-1.0"}


def test_documents_come_back_as_they_went_in(driver: Driver) -> None:
    """Through boto3, both ways, with the digest a driver computes."""
    ada = Struct([("name", "Ada"), ("born", 1815)])
    driver.transact("INSERT INTO People ?", ada)
    assert driver.transact("SELECT * FROM People WHERE name = ?", "Ada") == [ada]


def test_commit_echoes_id_and_digest(driver: Driver) -> None:
    """Every driver compares what it sent with what it gets."""
    driver.start()
    driver.execute("INSERT INTO People {'name': 'Ada'}")
    committed = driver.commit()
    assert (committed["TransactionId"], committed["CommitDigest"]) == (driver.transaction_id, driver.digest)
    assert committed["ConsumedIOs"]["WriteIOs"] > 0


def test_long_result_is_fetched_in_pages(driver: Driver) -> None:
    """Six times the same three documents, 729 rows."""
    driver.transact("INSERT INTO People << {'a': 1}, {'a': 2}, {'a': 3} >>")
    rows = driver.transact("SELECT a.a FROM People a, People b, People c, People d, People e, People f")
    assert len(rows) == 729


def test_a_statement_has_a_hundred_thousand_characters(driver: Driver) -> None:
    """One more is refused, and nothing of it enters the transaction."""
    text = "SELECT * FROM People --"
    longest = text + "x" * (limits.STATEMENT_CHARACTERS - len(text))
    assert driver.transact(longest) == []
    driver.start()
    errors, message = driver.client.exceptions, "1 to 100000 characters are wanted, got 100001"
    with pytest.raises(errors.BadRequestException, match=message):
        driver.execute(longest + "x")
    driver.abort()


def test_session_errors_are_modelled(driver: Driver, qldb_session_client: Any, clock: Clock) -> None:
    """boto3 raises each by its own class, with the message drivers look at."""
    errors = qldb_session_client.exceptions
    driver.start()
    with pytest.raises(errors.BadRequestException, match="Transaction already open"):
        driver.start()
    with pytest.raises(errors.BadRequestException, match="Digests don't match"):
        driver.commit(b"wrong")
    driver.abort()
    with pytest.raises(errors.BadRequestException, match="No open transaction"):
        driver.commit()
    driver.start()
    clock.advance(40_000)
    with pytest.raises(
        errors.InvalidSessionException, match=f"Transaction {driver.transaction_id} has expired"
    ) as caught:
        driver.commit()
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    with pytest.raises(errors.InvalidSessionException, match="No such session"):
        driver.start()


def test_conflict_lets_the_session_go_on(driver: Driver, qldb_session_client: Any) -> None:
    """As drivers do: no abort, straight to the next transaction."""
    driver.start()
    driver.execute("SELECT * FROM People")
    Driver(qldb_session_client).transact("INSERT INTO People {'name': 'Ada'}")
    with pytest.raises(qldb_session_client.exceptions.OccConflictException):
        driver.commit()
    assert len(driver.transact("SELECT * FROM People")) == 1


def test_session_id_is_the_request_id(driver: Driver, qldb_session_client: Any, clock: Clock) -> None:
    """The id a driver logs is the one in the message."""
    clock.advance(15 * 60_000)
    with pytest.raises(
        qldb_session_client.exceptions.InvalidSessionException, match=f"Session {driver.session_id} has expired"
    ):
        driver.start()


def test_unknown_ledger_is_refused(qldb_session_client: Any) -> None:
    """StartSession says so."""
    with pytest.raises(qldb_session_client.exceptions.BadRequestException, match="nowhere"):
        Driver(qldb_session_client, "nowhere")


def test_bad_statement_is_refused(driver: Driver, qldb_session_client: Any) -> None:
    """DML on a table that is not there, too."""
    driver.start()
    with pytest.raises(qldb_session_client.exceptions.BadRequestException):
        driver.execute("DELETE FROM NonExistentTable")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe\x00",
        b"[]",
        b'{"SessionToken":"AAAA"}',
        b'{"StartSession":{"LedgerName":5}}',
        b"[" * 50_000,
    ],
    ids=lambda body: repr(body[:16]),
)
def test_malformed_body_is_a_client_error(http: httpx.Client, body: bytes) -> None:
    """In AWS form, and the server goes on."""
    answered = http.post("/", content=body, headers=HEADERS)
    assert answered.status_code == 400
    assert answered.json()["__type"] == answered.headers["x-amzn-errortype"]
    assert len(answered.headers["x-amzn-requestid"]) == 22


def test_body_over_the_limit_is_refused(http: httpx.Client) -> None:
    """Without being read to its end."""
    answered = http.post("/", content=b" " * (17 << 20), headers=HEADERS)
    assert (answered.status_code, answered.json()["__type"]) == (413, "RequestEntityTooLargeException")


def test_values_are_whole_streams(driver: Driver, http: httpx.Client) -> None:
    """Each value begins with the version marker and is read by itself."""
    driver.transact("INSERT INTO People {'name': 'Ada'}")
    driver.start()
    command = {"TransactionId": driver.transaction_id, "Statement": "SELECT * FROM People"}
    answered = http.post("/", json={"SessionToken": driver.token, "ExecuteStatement": command}, headers=HEADERS)
    (value,) = answered.json()["ExecuteStatement"]["FirstPage"]["Values"]
    assert list(value) == ["IonBinary"]
    assert b64decode(value["IonBinary"]).startswith(b"\xe0\x01\x00\xea")
