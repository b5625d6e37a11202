"""Requests for streams that are refused, with the documented words where there are any."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.testing.controls import Clock
from tests.delivery.streams.fickle_kinesis import FickleKinesis
from tests.delivery.streams.streaming import KINESIS_ARN, ROLE, described, moment, stream

ID = "0" * 22
REQUEST = {
    "InclusiveStartTime": 0,
    "RoleArn": ROLE,
    "StreamName": "mine",
    "KinesisConfiguration": {"StreamArn": KINESIS_ARN.format("mine")},
}


@pytest.mark.parametrize(
    ("members", "parameter", "said"),
    [
        ({"end_ms": 0}, "InclusiveStartTime", "Start date must not be greater than end date."),
        ({"start_ms": 1 << 42}, "InclusiveStartTime", "Start date cannot be in the future."),
        ({"RoleArn": "arn:aws:iam::123456789012:user/me"}, "RoleArn", "The parameter RoleArn is not valid"),
        ({"RoleArn": "a" * 1601}, "RoleArn", "20 to 1600 characters"),
        ({"StreamName": "not--valid"}, "StreamName", "The parameter StreamName is not valid"),
        ({"Tags": {"aws:mine": "x"}}, "Tags", "The parameter Tags is not valid"),
        (
            {"KinesisConfiguration": {"StreamArn": "arn:aws:sqs:us-east-1:123456789012:queue"}},
            "StreamArn",
            "The parameter StreamArn is not valid",
        ),
    ],
)
def test_request_that_cannot_be_is_refused(
    qldb_client: Any, ledger: str, members: dict[str, Any], parameter: str, said: str
) -> None:
    """The message is the guide's, or says what came and what is wanted; nothing is recorded."""
    with pytest.raises(qldb_client.exceptions.InvalidParameterException) as raised:
        stream(qldb_client, ledger, "mine", **members)

    assert raised.value.response["ParameterName"] == parameter
    assert said in raised.value.response["Error"]["Message"]
    assert qldb_client.list_journal_kinesis_streams_for_ledger(LedgerName=ledger)["Streams"] == []


def test_sixth_active_stream_is_refused(qldb_client: Any, ledger: str) -> None:
    """Five may be active; one that ended makes room."""
    ids = [stream(qldb_client, ledger, "mine", StreamName=f"s{number}") for number in range(5)]

    with pytest.raises(ClientError, match="Exceeded the limit of 5 concurrently running") as raised:
        stream(qldb_client, ledger, "mine", StreamName="sixth")
    assert raised.value.response["Error"]["Code"] == "LimitExceededException"

    qldb_client.cancel_journal_kinesis_stream(LedgerName=ledger, StreamId=ids[0])
    stream(qldb_client, ledger, "mine", StreamName="sixth")


def test_name_is_of_one_active_stream(qldb_client: Any, ledger: str) -> None:
    """A second stream of that name may come when the first has ended."""
    first = stream(qldb_client, ledger, "mine")
    with pytest.raises(qldb_client.exceptions.InvalidParameterException, match="StreamName"):
        stream(qldb_client, ledger, "mine")

    qldb_client.cancel_journal_kinesis_stream(LedgerName=ledger, StreamId=first)

    stream(qldb_client, ledger, "mine")


@pytest.mark.parametrize(
    "call",
    [
        lambda qldb_client, ledger: stream(qldb_client, ledger, "mine"),
        lambda qldb_client, ledger: described(qldb_client, ledger, ID),
        lambda qldb_client, ledger: qldb_client.list_journal_kinesis_streams_for_ledger(LedgerName=ledger),
        lambda qldb_client, ledger: qldb_client.cancel_journal_kinesis_stream(LedgerName=ledger, StreamId=ID),
    ],
)
def test_ledger_must_be_there(qldb_client: Any, call: Callable[[Any, str], Any]) -> None:
    """Every operation looks for it first."""
    with pytest.raises(qldb_client.exceptions.ResourceNotFoundException):
        call(qldb_client, "nowhere")


@pytest.mark.qldb(ledger_creating_ms=60_000)
def test_ledger_must_be_active(qldb_client: Any) -> None:
    """While it is being created there are no streams."""
    qldb_client.create_ledger(Name="young", PermissionsMode="STANDARD")

    with pytest.raises(qldb_client.exceptions.ResourcePreconditionNotMetException):
        stream(qldb_client, "young", "mine")


def test_stream_must_be_one_of_the_ledger(qldb_client: Any, ledger: str) -> None:
    """A stream of another ledger, and one that never was, are not found."""
    stream_id = stream(qldb_client, ledger, "mine")
    qldb_client.create_ledger(Name="second", PermissionsMode="STANDARD")

    for ledger_name, wanted in (("second", stream_id), (ledger, ID)):
        for operation in (qldb_client.describe_journal_kinesis_stream, qldb_client.cancel_journal_kinesis_stream):
            with pytest.raises(qldb_client.exceptions.ResourceNotFoundException):
                operation(LedgerName=ledger_name, StreamId=wanted)


@pytest.mark.parametrize("operation", ["describe_journal_kinesis_stream", "cancel_journal_kinesis_stream"])
def test_malformed_stream_id_is_refused(qldb_client: Any, ledger: str, operation: str) -> None:
    """What no stream can be called is the parameter's fault, and named as SDKs know it."""
    with pytest.raises(qldb_client.exceptions.InvalidParameterException) as raised:
        getattr(qldb_client, operation)(LedgerName=ledger, StreamId="!" * 22)

    assert raised.value.response["ParameterName"] == "StreamId"
    assert "The parameter StreamId is not valid: got '%21" in raised.value.response["Error"]["Message"]


def test_unreachable_kinesis_is_told(qldb_client: Any, ledger: str, kinesis: FickleKinesis) -> None:
    """Nobody answers: the message says that the response was not as expected, and what happened."""
    kinesis.close()

    with pytest.raises(qldb_client.exceptions.InvalidParameterException, match="Unexpected response from Kinesis Data"):
        stream(qldb_client, ledger, "mine")


@pytest.mark.parametrize(
    "moment",
    [
        True,
        "yesterday",
        "",
        "1711111111111",
        "1" * 9_999,
        "2017-07-14T00:00:00." + "1" * 999,
        [],
        1e300,
        -1e12,
        {"a": 1},
    ],
)
@pytest.mark.parametrize("parameter", ["InclusiveStartTime", "ExclusiveEndTime"])
def test_time_that_is_none_is_refused(http: Any, ledger: str, parameter: str, moment: Any) -> None:
    """Whatever comes in a time's place, the answer names the parameter."""
    answer = http.post(f"/ledgers/{ledger}/journal-kinesis-streams", json={**REQUEST, parameter: moment})

    assert answer.status_code == 400
    assert answer.headers["x-amzn-errortype"] == "InvalidParameterException"
    assert answer.json()["ParameterName"] == parameter


@pytest.mark.parametrize(
    ("came", "seconds"),
    [
        (0, 0),
        (-86_400.5, -86_400.5),
        (-62_135_596_800, -62_135_596_800),
        (1_500_000_000.123, 1_500_000_000.123),
        (1_500_000_000.1239, 1_500_000_000.124),
        (1.5e9, 1_500_000_000),
        ("2017-07-14T02:40:00Z", 1_500_000_000),
        ("2017-07-14T04:40:00.125+02:00", 1_500_000_000.125),
        ("2017-07-14", 1_499_990_400),
        ("20170714T024000.125Z", 1_500_000_000.125),
        ("2017-07-14 02:40", 1_500_000_000),
    ],
)
def test_time_is_read_in_every_form(http: Any, ledger: str, came: Any, seconds: float) -> None:
    """Seconds with a fraction and before 1970, and ISO 8601 with and without an offset, to the millisecond."""
    answer = http.post(f"/ledgers/{ledger}/journal-kinesis-streams", json={**REQUEST, "InclusiveStartTime": came})
    described = http.get(f"/ledgers/{ledger}/journal-kinesis-streams/{answer.json()['StreamId']}").json()["Stream"]

    assert described["InclusiveStartTime"] == seconds


def test_past_start_is_echoed(qldb_client: Any, ledger: str, clock: Clock) -> None:
    """Describe gives the times of the request, also one before there was a ledger."""
    stream_id = stream(qldb_client, ledger, "mine", start_ms=86_400_000)

    assert described(qldb_client, ledger, stream_id)["InclusiveStartTime"] == moment(86_400_000)
