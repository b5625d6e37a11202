"""What a driver does around a session: opens it when it is needed, keeps whole results, and tries again.

What is tried again, how often and with which pauses is as in the official drivers: four times, the whole transaction,
after 10, 20, 40 and 80 milliseconds. Unlike them it does not try again what may have been committed.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

from emulator.client.kept import KeptRows
from emulator.client.session import CAPACITY_EXCEEDED, INVALID_SESSION, OCC_CONFLICT, CommitUnknown, Costs, Session
from emulator.client.transport import ServerError, Transport
from emulator.frozen import frozen
from emulator.ion.values import Value

RETRIES = 4
_PAUSE_SECONDS = 0.01
_EXPIRED = re.compile("Transaction .* has expired")
_PASSING = frozenset({OCC_CONFLICT, INVALID_SESSION, CAPACITY_EXCEEDED, "RateExceededException"})
_BROKEN = (ConnectionResetError, BrokenPipeError)
_PASSING_STATUSES = frozenset({500, 503})


@frozen
class Call:
    """A statement with its parameters."""

    text: str
    parameters: Sequence[Value] = ()


@frozen
class Result:
    """The rows of a statement, all of them, and what they cost."""

    rows: KeptRows
    costs: Costs


@frozen
class Committed:
    """What a transaction brought: a result for each statement, the costs of the commit, and how often it was tried."""

    results: Sequence[Result]
    costs: Costs
    attempts: int

    def close(self) -> None:
        for result in self.results:
            result.rows.close()


class StatementError(ServerError):
    """A ServerError of one of several statements; `place` is which, from 0."""

    def __init__(self, place: int, error: ServerError) -> None:
        super().__init__(error.code, error.message, error.status, error.members)
        self.place = place


def is_expired(error: ServerError) -> bool:
    """Whether a transaction was open for too long."""
    return error.code == INVALID_SESSION and _EXPIRED.match(error.message) is not None


def is_passing(error: ServerError | OSError) -> bool:
    """Whether the same may succeed when it is tried again, and cannot have succeeded already."""
    if isinstance(error, OSError):
        return isinstance(error, _BROKEN) and not isinstance(error, CommitUnknown)
    return not is_expired(error) and (error.code in _PASSING or error.status in _PASSING_STATUSES)


def run(session: Session, call: Call) -> Result:
    """All rows of a statement in the open transaction."""
    rows, kept = session.execute(call.text, call.parameters), KeptRows()
    try:
        for encoded in rows.encoded():
            kept.add(encoded)
    except BaseException:
        kept.close()
        raise
    return Result(kept, rows.costs)


class Driver:
    """The way to one ledger. Not for several threads."""

    def __init__(
        self,
        transport: Transport,
        ledger_name: str,
        region: str | None = None,
        pause: Callable[[float], object] = time.sleep,
    ) -> None:
        self.ledger_name = ledger_name
        self._transport = transport
        self._region = region
        self._pause = pause
        self._session: Session | None = None

    def start(self) -> Session:
        """A session whose transaction has just begun; another one when the last is over."""
        if self._session is not None:
            try:
                self._session.start()
                return self._session
            except ServerError as error:
                if error.code != INVALID_SESSION:
                    raise
        self._session = Session(self._transport, self.ledger_name, self._region)
        self._session.start()
        return self._session

    def transact(self, calls: Sequence[Call], retries: int = RETRIES) -> Committed:
        """Run statements in one transaction and commit it.

        ServerError when it is refused, StatementError where a statement is why; OSError when the server is not reached,
        CommitUnknown among them.
        """
        for attempt in range(retries):
            try:
                return self._attempt(calls, attempt + 1)
            except (ServerError, OSError) as error:
                if not is_passing(error):
                    raise
            self._pause(_PAUSE_SECONDS * 2**attempt)
        return self._attempt(calls, retries + 1)

    def _attempt(self, calls: Sequence[Call], attempts: int) -> Committed:
        session = self.start()
        results: list[Result] = []
        try:
            for call in calls:
                results.append(_run_as(len(results), session, call))
            return Committed(results, session.commit(), attempts)
        except BaseException as error:
            for result in results:
                result.rows.close()
            self.give_up(error)
            raise

    def give_up(self, error: BaseException) -> None:
        """Abort what is open after an error; leave a session alone that has not answered."""
        if not isinstance(error, ServerError):
            self.forget()
        elif self._session is not None and self._session.transaction_id:
            with suppress(ServerError, OSError):
                self._session.abort()

    def forget(self) -> None:
        """Have nothing more to do with the session: the next transaction opens another."""
        self._session = None

    def end(self) -> None:
        """End the session, if there is one and it can be told."""
        if self._session is not None:
            with suppress(ServerError, OSError):
                self._session.end()
        self._session = None


def _run_as(place: int, session: Session, call: Call) -> Result:
    try:
        return run(session, call)
    except ServerError as error:
        raise StatementError(place, error) from error
