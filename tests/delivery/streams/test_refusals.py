"""Requests for streams that are refused, with the documented words where there are any."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from emulator.clock import ManualClock
from emulator.settings import Settings
from tests.delivery.streams.fickle_kinesis import FickleKinesis
from tests.delivery.streams.streaming import described, moment, stream

ID = "0" * 22


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
    qldb: Any, ledger: str, members: dict[str, Any], parameter: str, said: str
) -> None:
    """The message is the guide's, or says what came and what is wanted; nothing is recorded."""
    with pytest.raises(qldb.exceptions.InvalidParameterException) as raised:
        stream(qldb, ledger, "mine", **members)

    assert raised.value.response["ParameterName"] == parameter
    assert said in raised.value.response["Error"]["Message"]
    assert qldb.list_journal_kinesis_streams_for_ledger(LedgerName=ledger)["Streams"] == []


def test_sixth_active_stream_is_refused(qldb: Any, ledger: str) -> None:
    """Five may be active; one that ended makes room."""
    ids = [stream(qldb, ledger, "mine", StreamName=f"s{number}") for number in range(5)]

    with pytest.raises(ClientError, match="Exceeded the limit of 5 concurrently running") as raised:
        stream(qldb, ledger, "mine", StreamName="sixth")
    assert raised.value.response["Error"]["Code"] == "LimitExceededException"

    qldb.cancel_journal_kinesis_stream(LedgerName=ledger, StreamId=ids[0])
    stream(qldb, ledger, "mine", StreamName="sixth")


def test_name_is_of_one_active_stream(qldb: Any, ledger: str) -> None:
    """A second stream of that name may come when the first has ended."""
    first = stream(qldb, ledger, "mine")
    with pytest.raises(qldb.exceptions.InvalidParameterException, match="StreamName"):
        stream(qldb, ledger, "mine")

    qldb.cancel_journal_kinesis_stream(LedgerName=ledger, StreamId=first)

    stream(qldb, ledger, "mine")


@pytest.mark.parametrize(
    "call",
    [
        lambda qldb, ledger: stream(qldb, ledger, "mine"),
        lambda qldb, ledger: described(qldb, ledger, ID),
        lambda qldb, ledger: qldb.list_journal_kinesis_streams_for_ledger(LedgerName=ledger),
        lambda qldb, ledger: qldb.cancel_journal_kinesis_stream(LedgerName=ledger, StreamId=ID),
    ],
)
def test_ledger_must_be_there(qldb: Any, call: Callable[[Any, str], Any]) -> None:
    """Every operation looks for it first."""
    with pytest.raises(qldb.exceptions.ResourceNotFoundException):
        call(qldb, "nowhere")


@pytest.mark.parametrize("settings", [Settings(in_memory=True, ledger_creating_ms=60_000)])
def test_ledger_must_be_active(qldb: Any, settings: Settings) -> None:
    """While it is being created there are no streams."""
    qldb.create_ledger(Name="young", PermissionsMode="STANDARD")

    with pytest.raises(qldb.exceptions.ResourcePreconditionNotMetException):
        stream(qldb, "young", "mine")


def test_stream_must_be_one_of_the_ledger(qldb: Any, ledger: str) -> None:
    """A stream of another ledger, and one that never was, are not found."""
    stream_id = stream(qldb, ledger, "mine")
    qldb.create_ledger(Name="second", PermissionsMode="STANDARD")

    for ledger_name, wanted in (("second", stream_id), (ledger, ID)):
        for operation in (qldb.describe_journal_kinesis_stream, qldb.cancel_journal_kinesis_stream):
            with pytest.raises(qldb.exceptions.ResourceNotFoundException):
                operation(LedgerName=ledger_name, StreamId=wanted)


def test_unreachable_kinesis_is_told(qldb: Any, ledger: str, kinesis: FickleKinesis) -> None:
    """Nobody answers: the message says that the response was not as expected, and what happened."""
    kinesis.close()

    with pytest.raises(qldb.exceptions.InvalidParameterException, match="Unexpected response from Kinesis Data"):
        stream(qldb, ledger, "mine")


def test_past_start_is_echoed(qldb: Any, ledger: str, clock: ManualClock) -> None:
    """Describe gives the times of the request, also one before there was a ledger."""
    stream_id = stream(qldb, ledger, "mine", start_ms=86_400_000)

    assert described(qldb, ledger, stream_id)["InclusiveStartTime"] == moment(86_400_000)
