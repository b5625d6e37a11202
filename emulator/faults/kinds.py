"""What can go wrong: each fault by its name, and what it does to an answer and to the session that waits for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
from emulator.frozen import frozen

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

WITHOUT_LEDGER = (
    "CreateLedger",
    "ListLedgers",
    "ListJournalS3Exports",
    "TagResource",
    "UntagResource",
    "ListTagsForResource",
)
"""Operations that no rule for a certain ledger is about: the ledger is not there yet, or they do not name one."""
WITH_STATEMENTS = ("ExecuteStatement", "FetchPage", "CommitTransaction", "AbortTransaction", "EndSession")
"""Commands that may be about statements: the one that runs, or those of the transaction that is open."""

_IN_TRANSACTIONS = ("ExecuteStatement", "FetchPage", "CommitTransaction")
COMMANDS = (*SESSION_COMMANDS, *OPERATIONS)


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


@frozen
class Fault:
    """An answer that is an error, a broken connection, or neither: then the call is only late.

    `error` makes the error from the transaction's id, which is empty where there is none. `commands` are those that
    the service could have failed like that.
    """

    error: Callable[[str], AwsError] | None = None
    ends: Ends = Ends.NOTHING
    breaks: Break | None = None
    commands: tuple[str, ...] = COMMANDS

    @property
    def strikes(self) -> bool:
        """Whether the client does not get its answer."""
        return self.error is not None or self.breaks is not None


def _said(error: Callable[[], AwsError]) -> Callable[[str], AwsError]:
    return lambda transaction_id: error()


def _expired(transaction_id: str) -> AwsError:
    return InvalidSessionException(f"Transaction {transaction_id} has expired")


LATENCY = "Latency"
FAULTS: Mapping[str, Fault] = {
    "OccConflictException": Fault(_said(OccConflictException), Ends.TRANSACTION, commands=_IN_TRANSACTIONS),
    "TransactionExpired": Fault(_expired, Ends.SESSION, commands=_IN_TRANSACTIONS),
    "InvalidSessionException": Fault(
        _said(lambda: InvalidSessionException("No such session")), Ends.SESSION, commands=SESSION_COMMANDS
    ),
    "BadRequestException": Fault(
        _said(lambda: BadRequestException("A fault rule refuses the request")), commands=SESSION_COMMANDS
    ),
    "LimitExceededException": Fault(
        _said(lambda: LimitExceededException("Exceeded the session limit of 0")), commands=("StartSession",)
    ),
    "RateExceededException": Fault(_said(RateExceededException), commands=SESSION_COMMANDS),
    "CapacityExceededException": Fault(_said(CapacityExceededException), commands=SESSION_COMMANDS),
    "ThrottlingException": Fault(_said(ThrottlingException), commands=OPERATIONS),
    "InternalFailure": Fault(_said(InternalFailure)),
    "ServiceUnavailable": Fault(_said(ServiceUnavailable)),
    "ConnectionReset": Fault(breaks=Break.RESET),
    "TruncatedBody": Fault(breaks=Break.TRUNCATION),
    LATENCY: Fault(),
}
"""Faults by name: names of errors where they are one."""
