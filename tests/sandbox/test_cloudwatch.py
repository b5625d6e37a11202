"""What happened in ledgers, as the sandbox's CloudWatch tells it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from emulator.clock import ManualClock
from tests import patient_http
from tests.sandbox.conftest import Client
from tests.sandbox.statements import run


@pytest.fixture
def ledger(client: Client) -> str:
    client("qldb").create_ledger(Name="first", PermissionsMode="ALLOW_ALL")
    return "first"


def statistics(client: Client, clock: ManualClock, figure: str, region: str = "us-east-1", **dimensions: str) -> Any:
    now = datetime.fromtimestamp(clock.now_ms() / 1000, UTC)
    return client("cloudwatch", region).get_metric_statistics(
        Namespace="AWS/QLDB",
        MetricName=figure,
        Dimensions=[{"Name": name, "Value": value} for name, value in dimensions.items()],
        StartTime=now - timedelta(hours=2),
        EndTime=now + timedelta(minutes=1),
        Period=60,
        Statistics=["Sum", "SampleCount", "Minimum", "Maximum", "Average"],
    )["Datapoints"]


def test_latency_is_told_by_command(client: Client, clock: ManualClock, ledger: str) -> None:
    """Each kind of command has its latencies, in milliseconds, under the ledger's name."""
    run(client("qldb-session"), ledger, "CREATE TABLE Person", "SELECT * FROM Person")

    (point,) = statistics(client, clock, "CommandLatency", LedgerName=ledger, CommandType="ExecuteStatement")
    assert point["SampleCount"] == 2
    assert point["Unit"] == "Milliseconds"
    assert 0 < point["Minimum"] <= point["Average"] <= point["Maximum"]
    (commit,) = statistics(client, clock, "CommandLatency", LedgerName=ledger, CommandType="CommitTransaction")
    assert commit["SampleCount"] == 2


def test_ios_are_told(client: Client, clock: ManualClock, ledger: str) -> None:
    """Reads and writes are those that clients were told of."""
    told = run(
        client("qldb-session"),
        ledger,
        "CREATE TABLE Person",
        "INSERT INTO Person << {'a': 1}, {'a': 2} >>",
        "SELECT * FROM Person",
    )

    (reads,) = statistics(client, clock, "ReadIOs", LedgerName=ledger)
    (writes,) = statistics(client, clock, "WriteIOs", LedgerName=ledger)
    assert (reads["Sum"], writes["Sum"]) == (told.read_ios, told.write_ios)
    assert min(told.read_ios, told.write_ios) > 0


def test_errors_are_counted(client: Client, clock: ManualClock, ledger: str) -> None:
    """A session request that is answered by an error counts, and a conflict counts as such too."""
    session = client("qldb-session")
    run(session, ledger, "CREATE TABLE Person")
    with pytest.raises(session.exceptions.BadRequestException):
        run(session, ledger, "SELECT * FROM Nobody")
    with pytest.raises(session.exceptions.OccConflictException):
        run(
            session,
            ledger,
            "INSERT INTO Person {'a': 1}",
            before_commit=lambda: run(session, ledger, "DROP TABLE Person"),
        )

    (errors,) = statistics(client, clock, "Session4xxExceptions", LedgerName=ledger)
    (conflicts,) = statistics(client, clock, "OccConflictExceptions", LedgerName=ledger)
    assert (errors["Sum"], conflicts["Sum"]) == (2, 1)
    assert errors["Unit"] == "Count"


def test_storage_is_told_for_every_quarter_of_an_hour(client: Client, clock: ManualClock, ledger: str) -> None:
    """Room is a level: it is there for each time since it was first looked at, whether or not anything happened."""
    run(client("qldb-session"), ledger, "CREATE TABLE Person")
    clock.advance(60 * 60 * 1000)

    points = statistics(client, clock, "JournalStorage", LedgerName=ledger)
    assert len(points) == 5
    assert all(point["Average"] > 0 and point["Unit"] == "Bytes" for point in points)
    assert statistics(client, clock, "IndexedStorage", LedgerName=ledger)


def test_minutes_are_told_apart(client: Client, clock: ManualClock, ledger: str) -> None:
    """What happened in one minute is no part of the next one's figure."""
    for _ in range(3):
        run(client("qldb-session"), ledger, "SELECT name FROM information_schema.user_tables")
        clock.advance(60_000)

    points = statistics(client, clock, "CommandLatency", LedgerName=ledger, CommandType="ExecuteStatement")
    assert [point["SampleCount"] for point in points] == [1, 1, 1]


def test_figures_are_of_their_region(client: Client, clock: ManualClock, ledger: str) -> None:
    """A ledger's figures are in its Region, and no other Region tells of it."""
    run(client("qldb-session"), ledger, "CREATE TABLE Person")

    assert statistics(client, clock, "WriteIOs", region="eu-west-1") == []
    assert client("cloudwatch", "eu-west-1").list_metrics(Namespace="AWS/QLDB")["Metrics"] == []


def test_figures_are_listed(client: Client, ledger: str) -> None:
    """Metrics that have values are listed with their dimensions."""
    run(client("qldb-session"), ledger, "CREATE TABLE Person")

    metrics = client("cloudwatch").list_metrics(Namespace="AWS/QLDB")["Metrics"]
    assert {metric["MetricName"] for metric in metrics} >= {"CommandLatency", "JournalStorage", "IndexedStorage"}
    commands = {
        dimension["Value"]
        for metric in metrics
        for dimension in metric["Dimensions"]
        if dimension["Name"] == "CommandType"
    }
    assert commands == {"StartSession", "StartTransaction", "ExecuteStatement", "CommitTransaction", "EndSession"}


def asked_in_json(server: str, operation: str, **request: Any) -> httpx.Response:
    """The answer to a request as boto3 sends it from 1.41 on."""
    headers = {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": f"GraniteServiceVersion20100801.{operation}",
        "authorization": "AWS4-HMAC-SHA256 Credential=a/20231114/us-east-1/monitoring/aws4_request, Signature=0",
    }
    return patient_http.post(server, json=request, headers=headers)


def test_newer_clients_ask_in_json(client: Client, server: str, clock: ManualClock, ledger: str) -> None:
    """A request in JSON has an answer in JSON: a list, a figure with its time as a number, an error with its code."""
    run(client("qldb-session"), ledger, "CREATE TABLE Person")
    clock.advance(60_000)
    figure = {"Namespace": "AWS/QLDB", "MetricName": "JournalStorage"}
    now = clock.now_ms() / 1000

    listed = asked_in_json(server, "ListMetrics", **figure).json()["Metrics"]
    assert [metric["Dimensions"] for metric in listed] == [[{"Name": "LedgerName", "Value": ledger}]]

    times = {"StartTime": now - 3600, "EndTime": now + 60, "Period": 900, "Statistics": ["Maximum"]}
    points = asked_in_json(server, "GetMetricStatistics", **figure, Dimensions=listed[0]["Dimensions"], **times).json()[
        "Datapoints"
    ]
    assert points
    assert all(point["Maximum"] > 0 and now - 3600 <= point["Timestamp"] < now + 60 for point in points)

    refused = asked_in_json(server, "GetMetricStatistics", **figure, **times | {"Statistics": []})
    assert (refused.status_code, "x-amzn-query-error" in refused.headers) == (400, True)


def test_metrics_of_users_are_beside_them(client: Client, ledger: str) -> None:
    """A user's own metrics are kept as without ledgers."""
    client("cloudwatch").put_metric_data(Namespace="mine", MetricData=[{"MetricName": "blocks", "Value": 1}])

    assert len(client("cloudwatch").list_metrics(Namespace="mine")["Metrics"]) == 1


def test_prometheus_has_the_same(client: Client, server: str, ledger: str) -> None:
    """`/_qldb/metrics` shows the same figures in the text that Prometheus reads."""
    told = run(client("qldb-session"), ledger, "CREATE TABLE Person", "INSERT INTO Person {'a': 1}")

    lines = patient_http.get(f"{server}/_qldb/metrics").text.splitlines()
    assert f'qldb_write_ios_total{{ledger="first",region="us-east-1"}} {float(told.write_ios)}' in lines
