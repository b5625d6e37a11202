"""A stream of Kinesis."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from emulator import limits
from emulator.delivery.sinks import KinesisRecord, SinkError
from emulator.delivery.sinks.clients import client, sink_error


class KinesisSink:
    def __init__(self, stream_arn: str, region: str, endpoint_url: str | None) -> None:
        """SinkError when there can be no client."""
        self._client = client("kinesis", region, endpoint_url)
        self._stream_arn = stream_arn

    def validate(self) -> None:
        self._asked(self._client.describe_stream, Limit=1)

    def put(self, records: Sequence[KinesisRecord]) -> list[KinesisRecord]:
        """As many requests as it takes, none after one of which something was not taken."""
        unwritten = list(records)
        for request in _requests(records):
            left = self._put(request)
            unwritten = [*left, *unwritten[len(request) :]]
            if left:
                break
        return unwritten

    def _put(self, request: Sequence[KinesisRecord]) -> list[KinesisRecord]:
        entries = [{"Data": record.data, "PartitionKey": record.partition_key} for record in request]
        answers = self._asked(self._client.put_records, Records=entries)["Records"]
        left = [record for record, answer in zip(request, answers, strict=True) if answer.get("ErrorCode")]
        if len(left) == len(request):
            why = answers[0]
            raise SinkError(why["ErrorCode"], why.get("ErrorMessage", ""), refused=False)
        return left

    def close(self) -> None:
        self._client.close()

    def _asked(self, operation: Callable[..., Any], **parameters: Any) -> Any:
        try:
            return operation(StreamARN=self._stream_arn, **parameters)
        except (ClientError, BotoCoreError) as error:
            raise sink_error(error) from error


def _requests(records: Sequence[KinesisRecord]) -> Iterator[Sequence[KinesisRecord]]:
    """The records in as few pieces as one PutRecords takes each."""
    start, size = 0, 0
    for stop, record in enumerate(records):
        if stop - start == limits.KINESIS_RECORDS_PER_PUT or (
            size and size + record.size > limits.KINESIS_BYTES_PER_PUT
        ):
            yield records[start:stop]
            start, size = stop, 0
        size += record.size
    if start < len(records):
        yield records[start:]
