"""What can go wrong: each fault by its name, and what it does to an answer and to the session that waits for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto

from emulator.errors import (
    AwsError,
    BadRequestException,
    CapacityExceededException,
    InternalFailure,
    InvalidSessionException,
    LimitExceededException,
    OccConflictException,
    RateExceededException,
    ServiceUnavailable,
    ThrottlingException,
)

SESSION_COMMANDS = (
    "StartSession",
    "StartTransaction",
    "ExecuteStatement",
    "FetchPage",
    "CommitTransaction",
    "AbortTransaction",
    "EndSession",
)
OPERATIONS = (
    "CreateLedger",
    "DescribeLedger",
    "ListLedgers",
    "UpdateLedger",
    "UpdateLedgerPermissionsMode",
    "DeleteLedger",
    "GetDigest",
    "GetBlock",
    "GetRevision",
    "ExportJournalToS3",
    "DescribeJournalS3Export",
    "ListJournalS3ExportsForLedger",
    "ListJournalS3Exports",
    "StreamJournalToKinesis",
    "DescribeJournalKinesisStream",
    "ListJournalKinesisStreamsForLedger",
    "CancelJournalKinesisStream",
    "TagResource",
    "UntagResource",
    "ListTagsForResource",
)


class Ends(Enum):
    """What is over with a fault, as it would be on the service."""

    NOTHING = auto()
    TRANSACTION = auto()
    SESSION = auto()


class Break(Enum):
    """What becomes of the connection in place of an answer."""

    RESET = auto()
    """It is reset before a byte of an answer."""
    TRUNCATION = auto()
    """It is closed in the middle of the answer's body."""


@dataclass(frozen=True, slots=True)
class Fault:
    """An answer that is an error, a broken connection, or neither: then the call is only late."""

    error: Callable[[], AwsError] | None = None
    ends: Ends = Ends.NOTHING
    breaks: Break | None = None


def _bad_request() -> AwsError:
    return BadRequestException("The request was refused by a fault rule")


LATENCY = "Latency"
FAULTS: Mapping[str, Fault] = {
    "OccConflictException": Fault(OccConflictException, Ends.TRANSACTION),
    "InvalidSessionException": Fault(lambda: InvalidSessionException("No such session"), Ends.SESSION),
    "TransactionExpired": Fault(
        lambda: InvalidSessionException("Transaction {transaction_id} has expired"), Ends.SESSION
    ),
    "BadRequestException": Fault(_bad_request),
    "RateExceededException": Fault(RateExceededException),
    "LimitExceededException": Fault(lambda: LimitExceededException("Exceeded the session limit of 0")),
    "CapacityExceededException": Fault(CapacityExceededException),
    "ThrottlingException": Fault(ThrottlingException),
    "InternalFailure": Fault(InternalFailure),
    "ServiceUnavailable": Fault(ServiceUnavailable),
    "ConnectionReset": Fault(breaks=Break.RESET),
    "TruncatedBody": Fault(breaks=Break.TRUNCATION),
    LATENCY: Fault(),
}
"""Faults by name: names of errors where they are one."""
