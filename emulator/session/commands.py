"""What a client sends to a session and what it gets back, as values. `api/session.py` reads and writes their bytes.

Names are those of the service model `qldb-session` 2019-07-11; blobs are decoded from their base64. StartSession
stands apart: no session is there yet, so it goes to `Sessions.start`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

# Commands


@dataclass(frozen=True, slots=True)
class StartSession:
    ledger_name: str


@dataclass(frozen=True, slots=True)
class StartTransaction:
    pass


@dataclass(frozen=True, slots=True)
class IonBinary:
    """A parameter as Ion binary."""

    data: bytes


@dataclass(frozen=True, slots=True)
class IonText:
    """A parameter as Ion text."""

    text: str


Parameter = IonBinary | IonText


@dataclass(frozen=True, slots=True)
class ExecuteStatement:
    transaction_id: str
    statement: str
    parameters: Sequence[Parameter] = ()


@dataclass(frozen=True, slots=True)
class FetchPage:
    transaction_id: str
    next_page_token: str


@dataclass(frozen=True, slots=True)
class CommitTransaction:
    transaction_id: str
    commit_digest: bytes


@dataclass(frozen=True, slots=True)
class AbortTransaction:
    pass


@dataclass(frozen=True, slots=True)
class EndSession:
    pass


Command = StartTransaction | ExecuteStatement | FetchPage | CommitTransaction | AbortTransaction | EndSession


# Results


@dataclass(frozen=True, slots=True)
class TransactionStarted:
    transaction_id: str


@dataclass(frozen=True, slots=True)
class ConsumedIOs:
    """What one command cost; drivers add up the commands of a statement."""

    read_ios: int
    write_ios: int


@dataclass(frozen=True, slots=True)
class PageRead:
    """A page of a statement's rows, each a complete Ion binary stream; without a token it is the last."""

    values: Sequence[bytes]
    next_page_token: str | None
    consumed_ios: ConsumedIOs


@dataclass(frozen=True, slots=True)
class TransactionCommitted:
    transaction_id: str
    commit_digest: bytes
    consumed_ios: ConsumedIOs


@dataclass(frozen=True, slots=True)
class TransactionAborted:
    pass


@dataclass(frozen=True, slots=True)
class SessionEnded:
    pass


Result = TransactionStarted | PageRead | TransactionCommitted | TransactionAborted | SessionEnded
