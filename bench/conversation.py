"""The session protocol as a client speaks it that wants to cost as little as it can.

Whole HTTP requests are made ahead, but for the transaction id and the commit digest, whose lengths never change. A
script is a generator: it yields a request, gets the body of the answer, and so on.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Any

from emulator.ion.hashing import ion_hash_encoded
from emulator.journal.hash_chain import commit_digest_after, commit_digest_start, statement_digest

Script = Generator[bytes, bytes, None]
Again = Callable[[], bool]
"""Whether a script should go round once more."""

_HEAD = (
    "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-amz-json-1.0\r\n"
    "X-Amz-Target: QLDBSession.SendCommand\r\n"
    "Authorization: AWS4-HMAC-SHA256 Credential=local/20250101/us-east-1/qldb/aws4_request, "
    "SignedHeaders=host;x-amz-target, Signature=0000000000000000000000000000000000000000000000000000000000000000\r\n"
    "Content-Length: {}\r\n\r\n{}"
)
_NO_ID = "=" * 22
_NO_DIGEST = "=" * 44
_ID_CHARACTERS = len(_NO_ID)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A statement with its parameters, as a request that lacks a transaction id, and as the commit digest takes it."""

    before: bytes
    after: bytes
    digest: bytes

    def request(self, transaction_id: bytes) -> bytes:
        return self.before + transaction_id + self.after


def prepare(token: str, text: str, parameters: Sequence[bytes] = ()) -> Prepared:
    """A statement; its parameters are Ion binary."""
    holders = [{"IonBinary": base64.b64encode(parameter).decode()} for parameter in parameters]
    members = {"TransactionId": _NO_ID, "Statement": text, "Parameters": holders}
    before, after = _request(token, "ExecuteStatement", members).split(_NO_ID.encode())
    return Prepared(before, after, statement_digest(text, map(ion_hash_encoded, parameters)))


class Session:
    """The requests of one session. A token stays what it is for the session's life."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.start = _request(token, "StartTransaction", {})
        self.abort = _request(token, "AbortTransaction", {})
        self._commit = (
            _request(token, "CommitTransaction", {"TransactionId": _NO_ID, "CommitDigest": _NO_DIGEST})
            .replace(_NO_DIGEST.encode(), b"%b")
            .replace(_NO_ID.encode(), b"%b")
        )

    def transaction(self, statements: Sequence[Prepared]) -> Generator[bytes, bytes, list[bytes]]:
        """One transaction; the answers to its statements."""
        started = yield self.start
        transaction_id = _started(started)
        digest = commit_digest_start(transaction_id.decode())
        answers = []
        for statement in statements:
            answers.append((yield statement.request(transaction_id)))
            digest = commit_digest_after(digest, statement.digest)
        yield self._commit % (transaction_id, base64.b64encode(digest))
        return answers

    def fetch(self, transaction_id: str, page_token: str) -> bytes:
        """The request for a further page."""
        return _request(self.token, "FetchPage", {"TransactionId": transaction_id, "NextPageToken": page_token})


def start_session(ledger: str) -> bytes:
    """The request that starts a session."""
    return _request(None, "StartSession", {"LedgerName": ledger})


def opened(ledger: str) -> Generator[bytes, bytes, Session]:
    """Start a session."""
    answer = json.loads((yield start_session(ledger)))
    return Session(answer["StartSession"]["SessionToken"])


def statements(ledger: str, *texts: str) -> Script:
    """A session that runs statements, each in a transaction of its own."""
    session = yield from opened(ledger)
    for text in texts:
        yield from session.transaction([prepare(session.token, text)])


def inserts(ledger: str, text: str, documents: Sequence[Sequence[bytes]], again: Again) -> Script:
    """A session that inserts, one statement in each transaction; the parameters are used in turn, while `again()`."""
    session = yield from opened(ledger)
    prepared = [prepare(session.token, text, parameters) for parameters in documents]
    while True:
        for statement in prepared:
            if not again():
                return
            yield from session.transaction([statement])


def _started(answer: bytes) -> bytes:
    at = answer.index(b'"TransactionId":"') + 17
    return answer[at : at + _ID_CHARACTERS]


def _request(token: str | None, command: str, members: dict[str, Any]) -> bytes:
    body = json.dumps({**({} if token is None else {"SessionToken": token}), command: members}, separators=(",", ":"))
    return _HEAD.format(len(body), body).encode("ascii")
