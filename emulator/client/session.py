"""A session with a ledger: transactions, statements and their pages, as a driver has them."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from emulator.client.transport import ServerError, Transport, blob, read, signature
from emulator.ion.binary import decode, encode
from emulator.ion.hashing import ion_hash
from emulator.ion.values import Value
from emulator.journal.hash_chain import commit_digest_after, commit_digest_start, statement_digest

_TARGET = {"x-amz-target": "QLDBSession.SendCommand", "content-type": "application/x-amz-json-1.0"}
OCC_CONFLICT, INVALID_SESSION = "OccConflictException", "InvalidSessionException"
CAPACITY_EXCEEDED = "CapacityExceededException"

_OVER = frozenset({OCC_CONFLICT, INVALID_SESSION})


def leaves_open(error: Exception) -> bool:
    """Whether a transaction is open still after an error, without what was refused."""
    if not isinstance(error, ServerError):
        return False
    return (error.status < 500 or error.code == CAPACITY_EXCEEDED) and error.code not in _OVER


class CommitUnknown(OSError):
    """No word came of a commit: it may have been done, or not. Trying again may do it twice."""


@dataclass(slots=True)
class Costs:
    """What a statement cost so far, its pages together."""

    read_ios: int = 0
    write_ios: int = 0
    milliseconds: int = 0

    def __add__(self, other: Costs) -> Costs:
        return Costs(
            self.read_ios + other.read_ios, self.write_ios + other.write_ios, self.milliseconds + other.milliseconds
        )

    def add(self, result: dict[str, Any]) -> None:
        ios = result.get("ConsumedIOs") or {}
        self.read_ios += ios.get("ReadIOs", 0)
        self.write_ios += ios.get("WriteIOs", 0)
        self.milliseconds += (result.get("TimingInformation") or {}).get("ProcessingTimeMilliseconds", 0)


class Rows:
    """The rows of a statement, a page at a time as somebody goes through them. `costs` grow meanwhile."""

    def __init__(self, session: Session, first: dict[str, Any]) -> None:
        self.costs = Costs()
        self.costs.add(first)
        self._session = session
        self._page: dict[str, Any] | None = first["FirstPage"]
        self._transaction_id = session.transaction_id

    def __iter__(self) -> Iterator[Value]:
        return map(decode, self.encoded())

    def encoded(self) -> Iterator[bytes]:
        """The rows as they came, each a stream of binary Ion."""
        while self._page is not None:
            page, self._page = self._page, None
            for value in page["Values"]:
                yield b64decode(value["IonBinary"])
            token = page.get("NextPageToken")
            if token:
                self._page = self._fetched(token)

    def _fetched(self, token: str) -> dict[str, Any]:
        command = {"TransactionId": self._transaction_id, "NextPageToken": token}
        result = self._session.send("FetchPage", command)
        self.costs.add(result)
        page: dict[str, Any] = result["Page"]
        return page


class Session:
    """One session, with one transaction at a time; it ends with its `with`. ServerError for what is refused."""

    def __init__(self, transport: Transport, ledger_name: str, region: str | None = None) -> None:
        self._transport = transport
        self._headers = {**_TARGET, **signature(region)}
        self._token: str | None = None
        self._digest = b""
        self.transaction_id = ""
        """Of the open transaction; empty where none is open."""
        self._token = self.send("StartSession", {"LedgerName": ledger_name})["SessionToken"]

    def __enter__(self) -> Session:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """What went wrong inside is told, and not that there is nothing to end any more."""
        with suppress(*([] if error is None else [ServerError, OSError])):
            self.end()

    def start(self) -> str:
        """Begin a transaction; its id."""
        self.transaction_id = self.send("StartTransaction", {})["TransactionId"]
        self._digest = commit_digest_start(self.transaction_id)
        return self.transaction_id

    def execute(self, statement: str, parameters: Sequence[Value] = ()) -> Rows:
        """Run a statement in the open transaction."""
        holders = [{"IonBinary": blob(encode(parameter))} for parameter in parameters]
        command = {"TransactionId": self.transaction_id, "Statement": statement, "Parameters": holders}
        first = self.send("ExecuteStatement", command)
        hashes = [ion_hash(parameter) for parameter in parameters]
        self._digest = commit_digest_after(self._digest, statement_digest(statement, hashes))
        return Rows(self, first)

    def commit(self) -> Costs:
        """Commit the open transaction; CommitUnknown when nothing is told.

        After a conflict it is over too; after another refusal it is open still, for `abort`.
        """
        transaction_id, self.transaction_id = self.transaction_id, ""
        command = {"TransactionId": transaction_id, "CommitDigest": blob(self._digest)}
        costs = Costs()
        try:
            costs.add(self.send("CommitTransaction", command))
        except (OSError, KeyboardInterrupt) as error:
            raise CommitUnknown(str(error) or "it was stopped") from error
        except ServerError as error:
            if leaves_open(error):
                self.transaction_id = transaction_id
            elif error.code not in _OVER:
                raise CommitUnknown(str(error)) from error
            raise
        return costs

    def abort(self) -> None:
        self.transaction_id = ""
        self.send("AbortTransaction", {})

    def transact(self, statements: Sequence[str], parameters: Sequence[Sequence[Value]] = ()) -> list[Value]:
        """Run statements in a transaction of their own; the rows of the last. It is aborted when one fails."""
        self.start()
        try:
            rows: list[Value] = []
            for place, statement in enumerate(statements):
                rows = list(self.execute(statement, parameters[place] if place < len(parameters) else ()))
            self.commit()
        except ServerError:
            if self.transaction_id:
                with suppress(ServerError):
                    self.abort()
            raise
        return rows

    def end(self) -> None:
        """End the session."""
        self.send("EndSession", {})

    def send(self, command: str, members: dict[str, Any]) -> dict[str, Any]:
        """The result of one command."""
        request = {command: members} if self._token is None else {"SessionToken": self._token, command: members}
        answer = self._transport.request("POST", "/", self._headers, json.dumps(request).encode("ascii"))
        result: dict[str, Any] = read(answer)[command]
        return result
