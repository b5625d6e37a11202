"""All sessions of an emulator, by token.

Nothing runs in the background: what has expired is taken out when a session or a transaction starts. An expired
session leaves its id behind for as long again as it could live, so that its client is told once that it has expired.
"""

from __future__ import annotations

from collections import defaultdict

from emulator import limits
from emulator.clock import Clock
from emulator.errors import BadRequestException, InvalidSessionException, LimitExceededException
from emulator.ledger.ledger import Ledger
from emulator.session import messages
from emulator.session.deadlines import Deadlines
from emulator.session.open_transaction import OpenTransaction
from emulator.session.session import Session
from emulator.session.statement_log import StatementLog
from emulator.session.tokens import is_well_formed, new_token
from emulator.settings import Settings


class Sessions:
    """Starts sessions and finds them again. One thread's own, as the sessions are."""

    def __init__(self, settings: Settings, clock: Clock, sessions_per_ledger: int = limits.SESSIONS_PER_LEDGER) -> None:
        self._settings = settings
        self._clock = clock
        self._sessions_per_ledger = sessions_per_ledger
        self._live: dict[str, Session] = {}
        # By the ledger itself: one that is a copy has the strand of another.
        self._of_ledger: defaultdict[Ledger, set[Session]] = defaultdict(set)
        self._logs: dict[Ledger, StatementLog] = {}
        self._expiries: Deadlines[Session] = Deadlines()
        self._open_transactions: Deadlines[OpenTransaction] = Deadlines()
        self._remembered: dict[str, str] = {}
        """Of sessions that expired unseen: the id by the token."""
        self._forgetting: Deadlines[str] = Deadlines()

    def start(self, ledger: Ledger, ledger_name: str, session_id: str) -> Session:
        """A new session; `session_id` is its name in messages and logs, never a key.

        LimitExceededException when the ledger has as many as it may.
        """
        now_ms = self._clock.now_ms()
        self._sweep(now_ms)
        if len(self._of_ledger.get(ledger, ())) >= self._sessions_per_ledger:
            raise LimitExceededException(messages.SESSION_LIMIT.format(limit=self._sessions_per_ledger))
        return self._add(ledger, ledger_name, session_id, now_ms)

    def find(self, token: str) -> Session:
        """A token's session. InvalidSessionException when there is none, BadRequestException for what is no token."""
        session = self._live.get(token)
        if session is not None:
            return session
        session_id = self._remembered.pop(token, None)
        if session_id is not None:
            self._forgetting.discard(token)
            raise InvalidSessionException(messages.SESSION_EXPIRED.format(session_id=session_id))
        if not is_well_formed(token):
            raise BadRequestException(messages.SESSION_TOKEN_NOT_VALID)
        raise InvalidSessionException(messages.NO_SUCH_SESSION)

    def log_of(self, ledger: Ledger) -> StatementLog:
        """What its statements did, as far back as is remembered."""
        log = self._logs.get(ledger)
        if log is None:
            settings = self._settings
            log = self._logs[ledger] = StatementLog(settings.statement_log, settings.slow_statement_ms)
        return log

    def end_those_of(self, ledger: Ledger) -> None:
        """End the sessions of a ledger that is closed."""
        for session in list(self._of_ledger.get(ledger, ())):
            session.end()
        self._logs.pop(ledger, None)

    def close(self) -> None:
        """End them all."""
        for session in list(self._live.values()):
            session.end()

    def __len__(self) -> int:
        return len(self._live)

    def _add(self, ledger: Ledger, ledger_name: str, session_id: str, now_ms: int) -> Session:
        lifetime_ms = self._settings.session_lifetime_ms
        expires_at_ms = now_ms + lifetime_ms if lifetime_ms else None
        session = Session(
            session_id,
            new_token(),
            ledger,
            ledger_name,
            expires_at_ms=expires_at_ms,
            settings=self._settings,
            clock=self._clock,
            open_transactions=self._open_transactions,
            log=self.log_of(ledger),
            on_end=self._remove,
        )
        self._live[session.token] = session
        self._of_ledger[ledger].add(session)
        if expires_at_ms is not None:
            self._expiries.add(session, expires_at_ms)
        return session

    def _remove(self, session: Session) -> None:
        del self._live[session.token]
        self._expiries.discard(session)
        of_ledger = self._of_ledger[session.ledger]
        of_ledger.remove(session)
        if not of_ledger:
            del self._of_ledger[session.ledger]

    def _sweep(self, now_ms: int) -> None:
        self._open_transactions.expire(now_ms, OpenTransaction.expire)
        self._forgetting.expire(now_ms, self._remembered.pop)
        self._expiries.expire(now_ms, self._expire)

    def _expire(self, session: Session) -> None:
        ended_at_ms = self._clock.now_ms()
        session.end()
        self._remembered[session.token] = session.session_id
        self._forgetting.add(session.token, ended_at_ms + self._settings.session_lifetime_ms)
