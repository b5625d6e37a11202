"""StreamJournalToKinesis, DescribeJournalKinesisStream, the list of a ledger's streams, CancelJournalKinesisStream.

What writes streams is imported by the first of them, for starting should not wait for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, Path, Request

from emulator.api.control.behind import behind
from emulator.api.control.jobs import RoleArn, started
from emulator.api.control.operations import operations
from emulator.api.control.wire import (
    Moment,
    Paged,
    StreamLedgerInPath,
    StreamName,
    Wire,
    arn_length,
    body,
    seconds,
    unique_id,
)

if TYPE_CHECKING:
    from emulator.delivery.streams.request import StreamRequest
    from emulator.delivery.streams.streams import StreamDescription, Streams

router = operations()

KinesisArn = Annotated[str, arn_length("StreamArn")]
StreamInPath = Annotated[str, Path(alias="stream_id"), unique_id("StreamId")]


class KinesisConfiguration(Wire):
    stream_arn: KinesisArn
    aggregation_enabled: bool | None = None


class StreamJournalToKinesisRequest(Wire):
    role_arn: RoleArn
    tags: dict[str, str | None] | None = None
    inclusive_start_time: Moment
    exclusive_end_time: Moment | None = None
    kinesis_configuration: KinesisConfiguration
    stream_name: StreamName

    def request(self) -> StreamRequest:
        from emulator.delivery.streams.request import StreamRequest  # noqa: PLC0415 - brings the engine along

        return StreamRequest(
            stream_name=self.stream_name,
            start_ms=self.inclusive_start_time,
            end_ms=self.exclusive_end_time,
            kinesis_arn=self.kinesis_configuration.stream_arn,
            is_aggregated=self.kinesis_configuration.aggregation_enabled is not False,
            role_arn=self.role_arn,
        )


class StreamResponse(Wire):
    stream_id: str


class JournalKinesisStreamDescription(Wire):
    ledger_name: str
    creation_time: float
    inclusive_start_time: float
    exclusive_end_time: float | None
    role_arn: str
    stream_id: str
    arn: str
    status: str
    kinesis_configuration: KinesisConfiguration
    error_cause: str | None
    stream_name: str

    @classmethod
    def of(cls, stream: StreamDescription) -> JournalKinesisStreamDescription:
        request = stream.request
        return cls(
            ledger_name=stream.ledger_name,
            creation_time=seconds(stream.created_at_ms),
            inclusive_start_time=seconds(request.start_ms),
            exclusive_end_time=None if request.end_ms is None else seconds(request.end_ms),
            role_arn=request.role_arn,
            stream_id=stream.stream_id,
            arn=stream.arn,
            status=stream.status,
            kinesis_configuration=KinesisConfiguration(
                stream_arn=request.kinesis_arn, aggregation_enabled=request.is_aggregated
            ),
            error_cause=stream.error_cause,
            stream_name=request.stream_name,
        )


class DescribeJournalKinesisStreamResponse(Wire):
    stream: JournalKinesisStreamDescription


class ListJournalKinesisStreamsForLedgerResponse(Wire):
    streams: list[JournalKinesisStreamDescription]
    next_token: str | None


async def _streams(request: Request) -> Streams:
    streams: Streams = behind(request).emulator.streams(request.scope["qldb.region"])
    return streams


InStreams = Annotated[Any, Depends(_streams)]


@router.post("/ledgers/{name}/journal-kinesis-streams")
async def stream_journal_to_kinesis(
    http: Request,
    streams: InStreams,
    name: StreamLedgerInPath,
    request: Annotated[StreamJournalToKinesisRequest, body(StreamJournalToKinesisRequest)],
) -> StreamResponse:
    candidate = streams.prepare(name, request.request(), request.tags or {})
    return StreamResponse(stream_id=await started(http, streams, candidate))


@router.get("/ledgers/{name}/journal-kinesis-streams/{stream_id}")
async def describe_journal_kinesis_stream(
    streams: InStreams, name: StreamLedgerInPath, stream_id: StreamInPath
) -> DescribeJournalKinesisStreamResponse:
    description = JournalKinesisStreamDescription.of(streams.describe(name, stream_id))
    return DescribeJournalKinesisStreamResponse(stream=description)


@router.get("/ledgers/{name}/journal-kinesis-streams")
async def list_journal_kinesis_streams_for_ledger(
    streams: InStreams, name: StreamLedgerInPath, page: Paged
) -> ListJournalKinesisStreamsForLedgerResponse:
    described, token = streams.list(name, *page)
    return ListJournalKinesisStreamsForLedgerResponse(
        streams=list(map(JournalKinesisStreamDescription.of, described)), next_token=token
    )


@router.delete("/ledgers/{name}/journal-kinesis-streams/{stream_id}")
async def cancel_journal_kinesis_stream(
    streams: InStreams, name: StreamLedgerInPath, stream_id: StreamInPath
) -> StreamResponse:
    streams.cancel(name, stream_id)
    return StreamResponse(stream_id=stream_id)
