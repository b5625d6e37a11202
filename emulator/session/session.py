"""A QLDB session: a conversation about one ledger, with at most one transaction open.

    command             idle                     open
    StartTransaction    opens a transaction      Transaction already open
    ExecuteStatement    No open transaction      first page
    FetchPage           No open transaction      further page
    CommitTransaction   No open transaction      commits; idle, also after an OCC conflict
    AbortTransaction    nothing to do            forgets the transaction; idle
    EndSession          ends                     forgets the transaction; ends

A command that is refused changes nothing: a failed statement, a wrong commit digest or a second StartTransaction leave
the open transaction open. Time is looked at on every command and at every turn: a transaction older than 30 seconds
ends its whole session, as does the session's own age. Ended, a session answers nothing any more.

Sources: the developer guide's pages on driver errors and sessions, and what drivers do after each answer. They reuse a
session straight after a conflict, and drop it when AbortTransaction fails; so nothing to abort is no failure.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from enum import Enum
from typing import Any, Never

from emulator.clock import Clock
from emulator.errors import AwsError, BadRequestException, InvalidSessionException, OccConflictException
from emulator.ledger.committing import Commit, Receipt
from emulator.ledger.ledger import Ledger
from emulator.session import messages
from emulator.session.aside import Aside, aside
from emulator.session.commands import (
    AbortTransaction,
    Command,
    CommitTransaction,
    ConsumedIOs,
    EndSession,
    ExecuteStatement,
    FetchPage,
    Result,
    SessionEnded,
    StartTransaction,
    TransactionAborted,
    TransactionCommitted,
    TransactionStarted,
)
from emulator.session.deadlines import Deadlines
from emulator.session.open_transaction import OpenTransaction
from emulator.session.pages import PageSize
from emulator.session.statement_facts import Outcome
from emulator.session.statement_log import StatementLog
from emulator.settings import Settings

Steps = Generator[Commit | Aside[Any] | None, None, Result]
"""The work of a command. It gives None where others may go first, a commit to wait for, or work that a thread may do;
and returns the result."""


class State(Enum):
    IDLE = "idle"
    OPEN = "open"


class Session:
    """One session, for one command at a time; whoever runs it sees to that."""

    def __init__(
        self,
        session_id: str,
        token: str,
        ledger: Ledger,
        ledger_name: str,
        *,
        expires_at_ms: int | None,
        settings: Settings,
        clock: Clock,
        open_transactions: Deadlines[OpenTransaction],
        log: StatementLog,
        on_end: Callable[[Session], None],
    ) -> None:
        self.session_id = session_id
        self.token = token
        self.ledger = ledger
        self.ledger_name = ledger_name
        self._expires_at_ms = expires_at_ms
        self._transaction_lifetime_ms = settings.transaction_lifetime_ms
        self._page_size = PageSize(settings.page_values, settings.page_bytes)
        self._clock = clock
        self._open_transactions = open_transactions
        self._log = log
        self._on_end = on_end
        self._open: OpenTransaction | None = None
        self._has_ended = False

    @property
    def state(self) -> State:
        return State.IDLE if self._open is None else State.OPEN

    @property
    def open_transaction_id(self) -> str:
        """Empty where none is open."""
        return "" if self._open is None else self._open.transaction_id

    @property
    def open_statements(self) -> tuple[str, ...]:
        """The texts of the open transaction's statements so far."""
        return () if self._open is None else self._open.texts

    def run(self, command: Command) -> Steps:
        """Answer a command in steps. Raises what a client is to be told; anything else calls for `abandon`."""
        self._refuse_when_over()
        answer = PROTOCOL[type(command), self.state](self, command)
        if isinstance(answer, Generator):
            return (yield from self._watch(answer))
        return answer

    def abandon(self) -> None:
        """Abort the open transaction, if any; also after a command that was cut off in the middle."""
        opened = self._take()
        if opened is not None:
            opened.abort()

    def work_ahead(self) -> None:
        """Do what the commit will need done, while the client is busy with its answer."""
        if self._open is not None:
            self._open.work_ahead()

    def end(self) -> None:
        """Forget everything; every further command is refused."""
        self.abandon()
        if not self._has_ended:
            self._has_ended = True
            self._on_end(self)

    def _watch(self, steps: Steps) -> Steps:
        """The same steps, broken off at the turn at which the time is over, or the ledger closed.

        Nothing may read on in a ledger that is closed: its databases may be another's by then.
        """
        try:
            while True:
                step = next(steps)
                yield step
                if not isinstance(step, Commit):
                    self._refuse_when_over()
        except StopIteration as end:
            result: Result = end.value
            return result
        finally:
            steps.close()

    def _refuse_when_over(self) -> None:
        now_ms = self._clock.now_ms()
        if self._has_ended or self.ledger.closed:
            self._end_with(messages.NO_SUCH_SESSION)
        if self._open is not None and self._open.has_expired(now_ms):
            self._open.expire()
            self._end_with(messages.TRANSACTION_EXPIRED.format(transaction_id=self._open.transaction_id))
        if self._expires_at_ms is not None and now_ms >= self._expires_at_ms:
            self._end_with(messages.SESSION_EXPIRED.format(session_id=self.session_id))

    def _end_with(self, message: str) -> Never:
        self.end()
        raise InvalidSessionException(message)

    # The protocol, one method for each cell of the table

    def _start_transaction(self, _: StartTransaction) -> TransactionStarted:
        now_ms = self._clock.now_ms()
        self._open_transactions.expire(now_ms, OpenTransaction.expire)
        expires_at_ms = now_ms + self._transaction_lifetime_ms
        self._open = OpenTransaction(self.ledger.begin(), expires_at_ms, self._page_size, self._log, self.session_id)
        self._open_transactions.add(self._open, expires_at_ms)
        return TransactionStarted(self._open.transaction_id)

    def _execute_statement(self, command: ExecuteStatement) -> Steps:
        opened = self._named(command.transaction_id)
        return opened.execute(command.statement, command.parameters, self._clock.now_ms())

    def _fetch_page(self, command: FetchPage) -> Steps:
        return self._named(command.transaction_id).fetch(command.next_page_token)

    def _commit_transaction(self, command: CommitTransaction) -> Steps:
        opened = self._named(command.transaction_id)
        self._check_digest(opened, command.commit_digest)
        if opened.transaction.is_large:
            yield from aside(opened.transaction.hash_ahead)
        commit = self.ledger.submit(opened.transaction)
        # From here on the transaction is the ledger's. Whatever comes of it, the session is free for the next one.
        self._take()
        opened.release()
        opened.facts.outcome = Outcome.COMMITTING
        yield commit
        receipt = self._receipt(opened, commit)
        return TransactionCommitted(command.transaction_id, command.commit_digest, ConsumedIOs(0, receipt.write_ios))

    def _receipt(self, opened: OpenTransaction, commit: Commit) -> Receipt:
        try:
            receipt = commit.result()
        except OccConflictException:
            opened.refused(commit, self.ledger.view.catalog, self._clock.now_ms())
            raise
        except AwsError:
            opened.facts.outcome = Outcome.FAILED
            raise
        opened.committed(receipt)
        return receipt

    def _abort_transaction(self, _: AbortTransaction) -> TransactionAborted:
        self.abandon()
        return TransactionAborted()

    def _end_session(self, _: EndSession) -> SessionEnded:
        self.end()
        return SessionEnded()

    def _refuse_second_transaction(self, _: StartTransaction) -> Never:
        raise BadRequestException(messages.TRANSACTION_ALREADY_OPEN)

    def _refuse_without_transaction(self, _: Command) -> Never:
        raise BadRequestException(messages.NO_OPEN_TRANSACTION)

    # What they lean on

    def _take(self) -> OpenTransaction | None:
        """The open transaction, which is the session's no longer."""
        opened, self._open = self._open, None
        if opened is not None:
            self._open_transactions.discard(opened)
        return opened

    def _named(self, transaction_id: str) -> OpenTransaction:
        if self._open is None or self._open.transaction_id != transaction_id:
            raise BadRequestException(messages.NO_OPEN_TRANSACTION)
        return self._open

    def _check_digest(self, opened: OpenTransaction, commit_digest: bytes) -> None:
        expected = opened.commit_digest()
        if commit_digest == expected:
            return
        opened.mismatched(expected, commit_digest, self._clock.now_ms())
        raise BadRequestException(messages.DIGESTS_DO_NOT_MATCH)


Handler = Callable[[Session, Any], Steps | Result]

PROTOCOL: dict[tuple[type[Command], State], Handler] = {
    (StartTransaction, State.IDLE): Session._start_transaction,
    (StartTransaction, State.OPEN): Session._refuse_second_transaction,
    (ExecuteStatement, State.IDLE): Session._refuse_without_transaction,
    (ExecuteStatement, State.OPEN): Session._execute_statement,
    (FetchPage, State.IDLE): Session._refuse_without_transaction,
    (FetchPage, State.OPEN): Session._fetch_page,
    (CommitTransaction, State.IDLE): Session._refuse_without_transaction,
    (CommitTransaction, State.OPEN): Session._commit_transaction,
    (AbortTransaction, State.IDLE): Session._abort_transaction,
    (AbortTransaction, State.OPEN): Session._abort_transaction,
    (EndSession, State.IDLE): Session._end_session,
    (EndSession, State.OPEN): Session._end_session,
}
