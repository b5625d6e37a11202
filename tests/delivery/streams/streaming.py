"""Asks for streams as a user does, and reads what they leave in Kinesis."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from aws_kinesis_agg.deaggregator import deaggregate_records

from emulator.ion.binary import decode
from emulator.ion.values import Struct, Value
from tests.journal.published import at, struct, structs
from tests.timing import eventually

ROLE = "arn:aws:iam::123456789012:role/streamer"
KINESIS_ARN = "arn:aws:kinesis:us-east-1:123456789012:stream/{}"


def moment(milliseconds: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)


def stream(qldb_client: Any, ledger: str, kinesis_stream: str, start_ms: int = 0, **members: Any) -> str:
    """Ask for a stream; its id. `aggregated`, `end_ms` and members of the request may be given."""
    configuration = {
        "StreamArn": KINESIS_ARN.format(kinesis_stream),
        "AggregationEnabled": members.pop("aggregated", False),
    }
    if "end_ms" in members:
        members["ExclusiveEndTime"] = moment(members.pop("end_ms"))
    answer = qldb_client.stream_journal_to_kinesis(
        LedgerName=ledger,
        InclusiveStartTime=moment(start_ms),
        **{"RoleArn": ROLE, "StreamName": "mine", "KinesisConfiguration": configuration, **members},
    )
    return str(answer["StreamId"])


def described(qldb_client: Any, ledger: str, stream_id: str) -> Any:
    return qldb_client.describe_journal_kinesis_stream(LedgerName=ledger, StreamId=stream_id)["Stream"]


def becomes(qldb_client: Any, ledger: str, stream_id: str, status: str) -> None:
    """Wait until a stream has that status."""
    assert eventually(lambda: bool(described(qldb_client, ledger, stream_id)["Status"] == status)), (
        f"the stream is {status}"
    )


def user_records(kinesis_records: Sequence[Any]) -> list[Struct]:
    """The records of the stream in records of Kinesis, taken apart by the consumers' library."""
    wrapped: list[dict[str, Any]] = [
        {
            "kinesis": {
                "kinesisSchemaVersion": "1.0",
                "sequenceNumber": record.get("SequenceNumber", ""),
                "approximateArrivalTimestamp": 0,
                "partitionKey": record["PartitionKey"],
                "data": b64encode(record["Data"]).decode(),
            }
        }
        for record in kinesis_records
    ]
    return [struct(decode(b64decode(it["kinesis"]["data"]))) for it in deaggregate_records(wrapped)]


def kinds(found: Sequence[Struct]) -> list[str]:
    """What each record is: its type, and for blocks and revisions their block's number."""
    return [kind(record) for record in found]


def kind(record: Struct) -> str:
    payload = struct(record["payload"])
    if record["recordType"] == "CONTROL":
        return str(payload["controlRecordType"])
    address = payload if record["recordType"] == "BLOCK_SUMMARY" else payload["revision"]
    return f"{record['recordType']!s} {at(address, 'blockAddress', 'sequenceNo')!s}"


def rebuilt_blocks(found: Sequence[Struct]) -> list[Struct]:
    """The blocks of a stream, with each summary of a revision replaced by the revision of that hash."""
    by_hash = {
        bytes(at(record, "payload", "revision", "hash")): at(record, "payload", "revision")  # type: ignore[arg-type]
        for record in found
        if record["recordType"] == "REVISION_DETAILS"
    }
    return [_rebuilt(struct(it["payload"]), by_hash) for it in found if it["recordType"] == "BLOCK_SUMMARY"]


def _rebuilt(payload: Struct, by_hash: dict[bytes, Value]) -> Struct:
    common = [(name, value) for name, value in payload.fields() if name != "revisionSummaries"]
    summaries = payload.get("revisionSummaries", None)
    if summaries is None:
        return Struct(common)
    revisions: list[Value] = [by_hash.get(bytes(it["hash"]), it) for it in structs(summaries)]  # type: ignore[arg-type]
    return Struct([*common, ("revisions", revisions)])
