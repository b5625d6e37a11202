"""Result of a command → bytes of the response. Put together as text, because this is the hot path.

Values always go out as `IonBinary`, whatever a request used: drivers read nothing else. `Values` is always there, and
`NextPageToken` only where another page is: drivers take an empty token for a page.
"""

from __future__ import annotations

from binascii import b2a_base64
from collections.abc import Callable
from typing import Any

from emulator.session.commands import (
    AbortTransaction,
    CommitTransaction,
    ConsumedIOs,
    EndSession,
    ExecuteStatement,
    FetchPage,
    PageRead,
    StartSession,
    StartTransaction,
    TransactionCommitted,
    TransactionStarted,
)
from emulator.session.session import Session


def write_response(command: object, result: object, milliseconds: int) -> bytes:
    """The body of the answer to a command, given its result and how long it took.

    At least one millisecond is reported: pyqldb takes a zero for no answer.
    """
    timing = f'"TimingInformation":{{"ProcessingTimeMilliseconds":{max(1, milliseconds)}}}'
    members = _MEMBERS[type(command)](result)
    return f'{{"{type(command).__name__}":{{{members}{timing}}}}}'.encode("ascii")


def _nothing(_: object) -> str:
    return ""


def _session(session: Session) -> str:
    return f'"SessionToken":"{session.token}",'


def _transaction(started: TransactionStarted) -> str:
    return f'"TransactionId":"{started.transaction_id}",'


def _first_page(page: PageRead) -> str:
    return f'"FirstPage":{_page(page)},{_consumed(page.consumed_ios)},'


def _further_page(page: PageRead) -> str:
    return f'"Page":{_page(page)},{_consumed(page.consumed_ios)},'


def _commit(committed: TransactionCommitted) -> str:
    return (
        f'"TransactionId":"{committed.transaction_id}","CommitDigest":"{_base64(committed.commit_digest)}",'
        f"{_consumed(committed.consumed_ios)},"
    )


def _page(page: PageRead) -> str:
    values = ",".join([f'{{"IonBinary":"{_base64(value)}"}}' for value in page.values])
    token = f',"NextPageToken":"{page.next_page_token}"' if page.next_page_token is not None else ""
    return f'{{"Values":[{values}]{token}}}'


def _consumed(ios: ConsumedIOs) -> str:
    return f'"ConsumedIOs":{{"ReadIOs":{ios.read_ios},"WriteIOs":{ios.write_ios}}}'


def _base64(data: bytes) -> str:
    return b2a_base64(data, newline=False).decode("ascii")


_MEMBERS: dict[type, Callable[[Any], str]] = {
    StartSession: _session,
    StartTransaction: _transaction,
    ExecuteStatement: _first_page,
    FetchPage: _further_page,
    CommitTransaction: _commit,
    AbortTransaction: _nothing,
    EndSession: _nothing,
}
"""The members of each command's result but for TimingInformation, each followed by a comma."""
