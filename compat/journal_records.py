"""What a journal stream leaves in Kinesis, taken apart by the library that consumers use."""

from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from typing import Any

from amazon.ion.simpleion import loads
from aws_kinesis_agg.deaggregator import deaggregate_records


def journal_records(kinesis_records: Iterable[dict[str, Any]]) -> Iterator[Any]:
    """Give the Ion values in records of GetRecords, aggregated or not; their data is bytes or, in JSON, base64."""
    for record in deaggregate_records([_as_lambda_gets_it(each) for each in kinesis_records]):
        yield loads(b64decode(record["kinesis"]["data"]))


def _as_lambda_gets_it(record: dict[str, Any]) -> dict[str, Any]:
    # The library was made for Lambda functions, whose events hold records in this shape.
    data = record["Data"]
    return {
        "kinesis": {
            "kinesisSchemaVersion": "1.0",
            "sequenceNumber": record["SequenceNumber"],
            "approximateArrivalTimestamp": 0,
            "partitionKey": record["PartitionKey"],
            "data": data if isinstance(data, str) else b64encode(data).decode(),
        }
    }
