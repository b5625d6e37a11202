"""The aggregated format, read back by a library that is not ours."""

from base64 import b64decode, b64encode
from itertools import pairwise
from typing import Any

from aws_kinesis_agg.deaggregator import deaggregate_records
from hypothesis import given
from hypothesis import strategies as st

from emulator import limits
from emulator.delivery.sinks import KinesisRecord
from emulator.delivery.streams.aggregation import MAGIC, aggregated

KINESIS_RECORDS = st.builds(KinesisRecord, st.text("abcXYZ019", min_size=1, max_size=22), st.binary(max_size=30_000))


def taken_apart(records: list[KinesisRecord]) -> list[KinesisRecord]:
    """The records a consumer finds inside."""
    wrapped: list[dict[str, Any]] = [
        {
            "kinesis": {
                "kinesisSchemaVersion": "1.0",
                "sequenceNumber": "1",
                "approximateArrivalTimestamp": 0,
                "partitionKey": record.partition_key,
                "data": b64encode(record.data).decode(),
            }
        }
        for record in records
    ]
    found = deaggregate_records(wrapped)
    return [KinesisRecord(it["kinesis"]["partitionKey"], b64decode(it["kinesis"]["data"])) for it in found]


@given(st.lists(KINESIS_RECORDS, max_size=20))
def test_a_consumer_finds_what_was_aggregated(records: list[KinesisRecord]) -> None:
    """The library for consumers takes aggregates apart into the same records, in the same order."""
    assert taken_apart(list(aggregated(records))) == records


@given(st.lists(KINESIS_RECORDS, max_size=20))
def test_aggregates_keep_to_their_limit(records: list[KinesisRecord]) -> None:
    """No aggregate of several records is larger than the limit, and none could have been left out."""
    made = list(aggregated(records))

    assert all(record.data.startswith(MAGIC) for record in made)
    assert all(record.size <= limits.AGGREGATE_BYTES + 64 for record in made if len(taken_apart([record])) > 1)
    assert all(first.size + second.size > limits.AGGREGATE_BYTES for first, second in pairwise(made))


def test_a_record_larger_than_the_limit_is_an_aggregate_by_itself() -> None:
    """The largest record there can be still fits into a record of Kinesis."""
    large = KinesisRecord("k" * 22, bytes(limits.KINESIS_RECORD_BYTES - 100))

    (alone,) = aggregated([large])

    assert alone.size <= limits.KINESIS_RECORD_BYTES
    assert taken_apart([alone]) == [large]
