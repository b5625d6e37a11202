"""Faults over HTTP: what a client sees, and what became of what it asked for."""

import gc
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import httpx
import pytest
from botocore.exceptions import ClientError, ConnectionClosedError, EndpointConnectionError, ResponseStreamingError

from emulator.faults.kinds import FAULTS
from emulator.testing.controls import Clock
from tests.api.driving import Driver
from tests.timing import eventually, soon

BROKEN = (ConnectionClosedError, EndpointConnectionError, ResponseStreamingError, ConnectionError)


def add(http: httpx.Client, command: str, fault: str, **members: Any) -> int:
    response = http.post("/_qldb/faults", json={"command": command, "fault": fault, **members})
    assert response.status_code == 200, response.text
    rule_id: int = response.json()["id"]
    return rule_id


def counts(http: httpx.Client) -> list[tuple[int, int]]:
    return [(rule["matched"], rule["fired"]) for rule in http.get("/_qldb/faults").json()["faults"]]


@pytest.fixture
def driver(qldb_client: Any, qldb_session_client: Any) -> Driver:
    """A session on a ledger with the table Person."""
    qldb_client.create_ledger(Name="ledger", PermissionsMode="ALLOW_ALL")
    driver = Driver(qldb_session_client)
    driver.transact("CREATE TABLE Person")
    return driver


def insert(driver: Driver) -> None:
    driver.start()
    driver.execute("INSERT INTO Person {'name': 'Ada'}")


def commit_one(driver: Driver) -> None:
    insert(driver)
    driver.commit()


def people(driver: Driver) -> int:
    return len(driver.transact("SELECT * FROM Person"))


@pytest.mark.parametrize(
    ("fault", "status", "message"),
    [
        ("OccConflictException", 400, "Optimistic concurrency control"),
        ("BadRequestException", 400, "A fault rule refuses"),
        ("RateExceededException", 400, "Rate exceeded"),
        ("CapacityExceededException", 503, "Capacity exceeded"),
        ("InternalFailure", 500, "unknown error"),
        ("ServiceUnavailable", 503, "temporary failure"),
    ],
)
def test_commit_fails_and_the_session_goes_on(
    http: httpx.Client, driver: Driver, fault: str, status: int, message: str
) -> None:
    """The error is what the service would have sent; nothing was committed, and the session can be used."""
    add(http, "CommitTransaction", fault, times=1)
    insert(driver)

    with pytest.raises(ClientError, match=message) as raised:
        driver.commit()

    assert raised.value.response["Error"]["Code"] == fault
    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
    driver.abort()
    assert people(driver) == 0


def test_conflict_closes_the_transaction(http: httpx.Client, driver: Driver) -> None:
    """As after a real one, the next transaction starts without an abort."""
    add(http, "CommitTransaction", "OccConflictException", times=1)
    insert(driver)
    with pytest.raises(ClientError):
        driver.commit()

    insert(driver)
    driver.commit()

    assert people(driver) == 1


def test_expiry_names_the_transaction_and_ends_the_session(http: httpx.Client, driver: Driver) -> None:
    """The text is the one that drivers look for."""
    add(http, "CommitTransaction", "TransactionExpired")
    insert(driver)

    with pytest.raises(ClientError, match=f"Transaction {driver.transaction_id} has expired"):
        driver.commit()
    with pytest.raises(ClientError, match="No such session"):
        driver.start()


def test_session_is_gone(http: httpx.Client, driver: Driver) -> None:
    """A session that a rule ends has ended."""
    add(http, "StartTransaction", "InvalidSessionException", times=1)

    for _ in range(2):
        with pytest.raises(ClientError, match="No such session"):
            driver.start()


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("fault", ["ConnectionReset", "InternalFailure", "ServiceUnavailable"])
def test_fault_comes_before_or_after_the_commit(http: httpx.Client, driver: Driver, fault: str, after: bool) -> None:
    """The client learns nothing; only before, nothing was committed."""
    add(http, "CommitTransaction", fault, after=after, times=1)
    insert(driver)

    with pytest.raises((ClientError, *BROKEN)):
        driver.commit()

    assert people(Driver(driver.client)) == (1 if after else 0)


def test_answer_breaks_off_in_the_middle(http: httpx.Client, driver: Driver) -> None:
    """The head promises more than comes; what was asked for is done."""
    add(http, "CommitTransaction", "TruncatedBody", times=1)
    insert(driver)

    with pytest.raises(BROKEN):
        driver.commit()

    assert people(Driver(driver.client)) == 1


@pytest.mark.parametrize("fault", ["ConnectionReset", "TruncatedBody"])
def test_long_requests_break_as_well(http: httpx.Client, driver: Driver, fault: str) -> None:
    """A request too long for the short way is treated alike."""
    driver.start()
    add(http, "ExecuteStatement", fault, times=1)

    with pytest.raises(BROKEN):
        driver.execute(f"INSERT INTO Person {{'name': '{'a' * 90_000}'}}")


@pytest.mark.parametrize("fault", ["ConnectionReset", "TruncatedBody"])
@pytest.mark.parametrize("after", [False, True])
def test_operations_break_as_well(http: httpx.Client, qldb_client: Any, fault: str, after: bool) -> None:
    """Of the control plane too: before it the ledger was not made, after it it was."""
    add(http, "CreateLedger", fault, after=after)

    with pytest.raises(BROKEN):
        qldb_client.create_ledger(Name="maybe", PermissionsMode="STANDARD")

    is_done = after or fault == "TruncatedBody"
    assert [ledger["Name"] for ledger in qldb_client.list_ledgers()["Ledgers"]] == (["maybe"] if is_done else [])


TAGS_OF_A_LEDGER = "/tags/arn:aws:qldb:us-east-1:123456789012:ledger%2Fledger"


@pytest.mark.parametrize(
    ("command", "method", "path", "body"),
    [
        ("TagResource", "POST", TAGS_OF_A_LEDGER, {"Tags": {"team": "ours"}}),
        ("UntagResource", "DELETE", f"{TAGS_OF_A_LEDGER}?tagKeys=team", None),
        ("DeleteLedger", "DELETE", "/ledgers/ledger", None),
    ],
)
def test_answers_without_a_body_break_off_as_well(
    http: httpx.Client, qldb_client: Any, command: str, method: str, path: str, body: dict[str, Any] | None
) -> None:
    """Their head promises a body, and nothing of it comes."""
    qldb_client.create_ledger(Name="ledger", PermissionsMode="ALLOW_ALL", DeletionProtection=False)
    add(http, command, "TruncatedBody", times=1)

    with pytest.raises(httpx.RemoteProtocolError, match="received 0 bytes, expected 1"):
        http.request(method, path, json=body)

    assert counts(http) == [(1, 1)]


def test_botocore_sees_such_an_answer_break_off(http: httpx.Client, qldb_client: Any) -> None:
    """It does not take it for one that went well."""
    qldb_client.create_ledger(Name="ledger", PermissionsMode="ALLOW_ALL", DeletionProtection=False)
    add(http, "DeleteLedger", "TruncatedBody")

    with pytest.raises(BROKEN):
        qldb_client.delete_ledger(Name="ledger")

    assert qldb_client.list_ledgers()["Ledgers"] == []


@pytest.mark.parametrize("fault", ["ConnectionReset", "TruncatedBody"])
def test_a_client_that_has_gone_already_is_not_broken_off(
    http: httpx.Client, driver: Driver, caplog: pytest.LogCaptureFixture, fault: str
) -> None:
    """Its fault fires, and nothing else goes wrong."""
    add(http, "StartTransaction", fault, latency="50ms")
    add(http, "ListLedgers", fault, latency="50ms")
    impatient = httpx.Timeout(30, read=0.01)
    with suppress(httpx.ReadTimeout):
        http.get("/ledgers", timeout=impatient)
    with suppress(httpx.ReadTimeout):
        headers = {"x-amz-target": "QLDBSession.SendCommand", "content-type": "application/x-amz-json-1.0"}
        http.post("/", json={"SessionToken": driver.token, "StartTransaction": {}}, headers=headers, timeout=impatient)
    add(http, "DescribeLedger", "Latency", latency="200ms")
    http.get("/ledgers/ledger")  # by its answer, the others have been broken off
    gc.collect()  # where a task that failed says so

    assert counts(http) == [(1, 1)] * 3
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []


def test_operations_are_throttled(http: httpx.Client, qldb_client: Any) -> None:
    """The control plane's error is its own."""
    qldb_client.create_ledger(Name="one", PermissionsMode="STANDARD")
    add(http, "DescribeLedger", "ThrottlingException", ledger="one", nth=2)

    qldb_client.describe_ledger(Name="one")
    with pytest.raises(ClientError, match="ThrottlingException"):
        qldb_client.describe_ledger(Name="one")
    qldb_client.describe_ledger(Name="one")

    assert counts(http) == [(3, 1)]


def test_answer_is_late(http: httpx.Client, driver: Driver) -> None:
    """A client that waits for less than the latency gives up, and nobody else waits."""
    add(http, "StartTransaction", "Latency", latency="30s")
    body = {"SessionToken": driver.token, "StartTransaction": {}}

    with pytest.raises(httpx.ReadTimeout):
        headers = {"X-Amz-Target": "QLDBSession.SendCommand"}
        http.post("/", json=body, headers=headers, timeout=httpx.Timeout(30, read=0.2))

    assert http.get("/_qldb/health").status_code == 200


def test_late_command_is_not_overtaken(http: httpx.Client, driver: Driver) -> None:
    """By the next one of its session, which a driver that reads ahead sends before it has the answer."""
    driver.start()
    add(http, "ExecuteStatement", "Latency", latency="300ms", times=1)

    def insert_one(number: int) -> None:
        statement = f"INSERT INTO Person {{'number': {number}}}"
        command = {"TransactionId": driver.transaction_id, "Statement": statement}
        driver.client.send_command(SessionToken=driver.token, ExecuteStatement=command)

    with ThreadPoolExecutor() as threads:
        first = threads.submit(insert_one, 1)
        assert eventually(lambda: counts(http) == [(1, 1)])
        insert_one(2)
        first.result()

    ran = http.get("/_qldb/ledgers/ledger/statements").json()["statements"]
    assert [one["statement"][-2:] for one in reversed(ran)][-2:] == ["1}", "2}"]


@pytest.mark.parametrize("command", ["StartTransaction", "DescribeLedger"])
@pytest.mark.parametrize("take_back", ["/_qldb/faults/{}", "/_qldb/faults"])
def test_answers_are_late_as_long_as_their_rule_is_in_force(
    http: httpx.Client, qldb_client: Any, driver: Driver, command: str, take_back: str
) -> None:
    """Taken back, by its id or with all others, it holds nobody up: they are answered as if the time were over."""
    rule_id = add(http, command, "Latency", latency="1h")
    calls = {"StartTransaction": driver.start, "DescribeLedger": lambda: qldb_client.describe_ledger(Name="ledger")}

    with ThreadPoolExecutor() as pool, soon():
        late = pool.submit(calls[command])
        assert eventually(lambda: counts(http) == [(1, 1)])
        assert not late.done()
        http.delete(take_back.format(rule_id)).raise_for_status()
        late.result()

    assert http.get("/_qldb/faults").json() == {"faults": []}


def test_a_late_error_comes_when_its_rule_is_taken_back(http: httpx.Client, driver: Driver) -> None:
    """The rule had fired: only the time is over."""
    rule_id = add(http, "StartTransaction", "InvalidSessionException", latency="1h")

    with ThreadPoolExecutor() as pool, soon():
        late = pool.submit(driver.start)
        assert eventually(lambda: counts(http) == [(1, 1)])
        http.delete(f"/_qldb/faults/{rule_id}").raise_for_status()
        with pytest.raises(ClientError, match="No such session"):
            late.result()


def test_nobody_is_late_for_ledgers_that_a_reset_deletes(http: httpx.Client, driver: Driver) -> None:
    """They are told at once what became of their session; the rule stays."""
    add(http, "StartTransaction", "Latency", latency="1h", times=1)

    with ThreadPoolExecutor() as pool, soon():
        late = pool.submit(driver.start)
        assert eventually(lambda: counts(http) == [(1, 1)])
        http.post("/_qldb/reset").raise_for_status()
        with pytest.raises(ClientError, match="No such session"):
            late.result()

    assert counts(http) == [(1, 1)]


def test_statement_is_chosen_by_its_text(http: httpx.Client, driver: Driver) -> None:
    """Of a transaction's statements, the one that matches fails; a commit is matched by any of them."""
    add(http, "ExecuteStatement", "BadRequestException", statement="insert into person*")
    add(http, "CommitTransaction", "OccConflictException", statement="*FROM Person*")

    driver.start()
    with pytest.raises(ClientError, match="fault rule"):
        driver.execute("INSERT INTO Person {'name': 'Ada'}")
    driver.abort()
    driver.start()
    driver.execute("SELECT * FROM Person")
    with pytest.raises(ClientError, match="OccConflict"):
        driver.commit()


def test_rules_are_listed_and_taken_back(http: httpx.Client, driver: Driver) -> None:
    """Each says what it is and how often it matched and fired; without rules all goes well."""
    rule_id = add(http, "CommitTransaction", "OccConflictException", probability=0.5, seed=7)
    assert http.get("/_qldb/faults").json()["faults"] == [
        {
            "id": rule_id,
            "command": "CommitTransaction",
            "fault": "OccConflictException",
            "after": False,
            "latency": 0,
            "probability": 0.5,
            "seed": 7,
            "matched": 0,
            "fired": 0,
        }
    ]

    assert http.delete(f"/_qldb/faults/{rule_id}").status_code == 200
    add(http, "*", "InternalFailure")
    assert http.delete("/_qldb/faults").status_code == 200

    assert http.get("/_qldb/faults").json() == {"faults": []}
    assert people(driver) == 0


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({}, "A fault rule names its command, got none"),
        ({"command": "CommitTransaction"}, "A fault rule names its fault, got none"),
        ({"command": "Commit", "fault": "InternalFailure"}, "command: one of *, StartSession"),
        ({"command": "Commit", "fault": "InternalFailure"}, "is wanted, got 'Commit'"),
        ({"command": "GetDigest", "fault": "OccConflictException"}, "a fault of *, ExecuteStatement"),
        ({"command": "CommitTransaction", "fault": "OccConflictException", "after": True}, "after: OccConflict"),
        ({"command": "*", "fault": "Latency", "latency": "long"}, "latency: a duration is"),
        ({"command": "*", "fault": "Latency", "nth": "first"}, "nth: a whole number is wanted, got 'first'"),
        ({"command": "*", "fault": "Latency", "probability": 10**400}, "probability: a smaller number is wanted"),
        ({"command": "*", "fault": "x" * 1_000_000}, "is wanted, got 'xxx"),
        ({"command": "*", "fault": "Latency", "often": 1}, "A fault rule has command, fault"),
        (
            {"command": "CommitTransaction", "fault": "OccConflictException", "statement": "\ud800"},
            r"statement: a string of whole characters is wanted, got half of one, '\ud800'",
        ),
        ({"command": "*", "fault": "InternalFailure", "ledger": ""}, "ledger: 1 to 32 letters, digits and hyphens"),
        ({"command": "*", "fault": "InternalFailure", "ledger": "../x"}, "a row are wanted, got '../x'"),
        ({"command": "*", "fault": "InternalFailure", "ledger": "*"}, "a row are wanted, got '*'"),
        ({"command": "*", "fault": "InternalFailure", "ledger": "a\udfff"}, "ledger: a string of whole characters"),
    ],
)
def test_what_is_no_rule_is_refused(http: httpx.Client, members: dict[str, Any], said: str) -> None:
    """One sentence says what is wanted; no rule is in force."""
    response = http.post("/_qldb/faults", content=json.dumps(members))

    assert response.status_code == 400
    assert said in response.json()["Message"]
    assert len(response.content) < 1_000
    assert http.get("/_qldb/faults").json() == {"faults": []}


@pytest.mark.parametrize("rule_id", ["7", "x", "9" * 400, "0" * 17 + "11", "01"])
def test_unknown_rule_is_told(http: httpx.Client, rule_id: str) -> None:
    """Only a rule in force can be taken back: any other is not there, as a snapshot or a ledger may not be."""
    add(http, "*", "InternalFailure")
    answer = http.delete(f"/_qldb/faults/{rule_id}")

    assert (answer.status_code, answer.headers["x-amzn-errortype"]) == (404, "ResourceNotFoundException")
    assert answer.json()["Message"] == f"The fault rule {rule_id[:80]!r} is not found"
    assert answer.json()["ResourceType"] == "FaultRule"


def test_rules_meet_a_transaction_that_another_session_ended(http: httpx.Client, driver: Driver, clock: Clock) -> None:
    """A rule with a pattern has no statements to look at, and the client is told that its transaction has expired."""
    add(http, "CommitTransaction", "InternalFailure", statement="INSERT*")
    insert(driver)
    clock.advance(30_000)
    Driver(driver.client).start()

    with pytest.raises(ClientError, match=f"Transaction {driver.transaction_id} has expired"):
        driver.commit()

    assert counts(http) == [(0, 0)]


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_can_be_asked_for(http: httpx.Client, driver: Driver, clock: Clock, fault: str) -> None:
    """Each fires at a command it is of, and the server goes on."""
    command = FAULTS[fault].commands[-1]
    add(http, command, fault, latency=1)
    calls: dict[str, Callable[[], object]] = {
        "CommitTransaction": lambda: commit_one(driver),
        "EndSession": lambda: driver.client.send_command(SessionToken=driver.token, EndSession={}),
        "StartSession": lambda: Driver(driver.client),
        "ListTagsForResource": lambda: http.get("/tags/arn:aws:qldb:us-east-1:123456789012:ledger%2Fledger"),
    }
    with suppress(ClientError, httpx.HTTPError, *BROKEN):
        calls[command]()

    assert counts(http) == [(1, 1)]
    assert http.get("/_qldb/health").status_code == 200
