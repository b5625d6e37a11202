"""Stream operations say, in a modelled error, that they are not there yet."""

from datetime import datetime
from typing import Any

import pytest

TIME = datetime(2024, 1, 1)
ROLE = "arn:aws:iam::123456789012:role/mine"
ID = "0" * 22
STREAM = {
    "InclusiveStartTime": TIME,
    "RoleArn": ROLE,
    "StreamName": "mine",
    "KinesisConfiguration": {"StreamArn": "arn:aws:kinesis:us-east-1:123456789012:stream/mine"},
}
OPERATIONS: list[tuple[str, dict[str, Any]]] = [
    ("StreamJournalToKinesis", {"LedgerName": "first", **STREAM}),
    ("DescribeJournalKinesisStream", {"LedgerName": "first", "StreamId": ID}),
    ("ListJournalKinesisStreamsForLedger", {"LedgerName": "first"}),
    ("CancelJournalKinesisStream", {"LedgerName": "first", "StreamId": ID}),
]
METHODS = {
    "StreamJournalToKinesis": "stream_journal_to_kinesis",
    "DescribeJournalKinesisStream": "describe_journal_kinesis_stream",
    "ListJournalKinesisStreamsForLedger": "list_journal_kinesis_streams_for_ledger",
    "CancelJournalKinesisStream": "cancel_journal_kinesis_stream",
}


@pytest.mark.parametrize(("operation", "arguments"), OPERATIONS, ids=lambda value: value if value is str else None)
def test_operation_comes_later(qldb: Any, operation: str, arguments: dict[str, Any]) -> None:
    """The error names the operation."""
    qldb.create_ledger(Name="first", PermissionsMode="STANDARD")

    with pytest.raises(qldb.exceptions.ResourcePreconditionNotMetException, match=f"The operation {operation} is"):
        getattr(qldb, METHODS[operation])(**arguments)


@pytest.mark.parametrize(("operation", "arguments"), OPERATIONS, ids=lambda value: value if value is str else None)
def test_ledger_is_looked_for_first(qldb: Any, operation: str, arguments: dict[str, Any]) -> None:
    """On a ledger that is not there, that is what is said."""
    with pytest.raises(qldb.exceptions.ResourceNotFoundException):
        getattr(qldb, METHODS[operation])(**arguments)
