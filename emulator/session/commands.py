"""What a client sends to a session and what it gets back, as values. `api/session.py` reads and writes their bytes.

Names are those of the service model `qldb-session` 2019-07-11; blobs are decoded from their base64. StartSession
stands apart: no session is there yet, so it goes to `Sessions.start`.
"""

from __future__ import annotations

from collections.abc import Sequence

from emulator.frozen import frozen

# Commands


@frozen
class StartSession:
    ledger_name: str


@frozen
class StartTransaction:
    pass


@frozen
class IonBinary:
    """A parameter as Ion binary."""

    data: bytes


@frozen
class IonText:
    """A parameter as Ion text."""

    text: str


Parameter = IonBinary | IonText


@frozen
class ExecuteStatement:
    transaction_id: str
    statement: str
    parameters: Sequence[Parameter] = ()


@frozen
class FetchPage:
    transaction_id: str
    next_page_token: str


@frozen
class CommitTransaction:
    transaction_id: str
    commit_digest: bytes


@frozen
class AbortTransaction:
    pass


@frozen
class EndSession:
    pass


Command = StartTransaction | ExecuteStatement | FetchPage | CommitTransaction | AbortTransaction | EndSession


# Results


@frozen
class TransactionStarted:
    transaction_id: str


@frozen
class ConsumedIOs:
    """What one command cost; drivers add up the commands of a statement."""

    read_ios: int
    write_ios: int


@frozen
class PageRead:
    """A page of a statement's rows, each a complete Ion binary stream; without a token it is the last."""

    values: Sequence[bytes]
    next_page_token: str | None
    consumed_ios: ConsumedIOs


@frozen
class TransactionCommitted:
    transaction_id: str
    commit_digest: bytes
    consumed_ios: ConsumedIOs


@frozen
class TransactionAborted:
    pass


@frozen
class SessionEnded:
    pass


Result = TransactionStarted | PageRead | TransactionCommitted | TransactionAborted | SessionEnded
