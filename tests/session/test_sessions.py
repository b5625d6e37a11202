"""All sessions together: tokens, the limit, and what is remembered of those that expired."""

import re
from collections.abc import Callable
from itertools import count

import pytest

from emulator.clock import ManualClock
from emulator.errors import BadRequestException, InvalidSessionException, LimitExceededException
from emulator.ids import RandomIds
from emulator.ledger.copying import copy
from emulator.ledger.ledger import Ledger
from emulator.session.commands import EndSession, StartTransaction
from emulator.session.session import Session
from emulator.session.sessions import Sessions
from emulator.settings import Settings
from tests.session.conversation import finish

LIFETIME_MS = 15 * 60_000
Start = Callable[[], Session]


@pytest.fixture
def start(sessions: Sessions, ledger: Ledger) -> Start:
    """Starts sessions named `session-0`, `session-1`, …"""
    numbers = count()
    return lambda: sessions.start(ledger, "ledger", f"session-{next(numbers)}")


def test_token_leads_to_its_session(sessions: Sessions, start: Start) -> None:
    """Each session is found by its own token."""
    first, second = start(), start()
    assert (sessions.find(first.token), sessions.find(second.token)) == (first, second)


def test_token_is_what_the_service_model_allows(start: Start) -> None:
    """Letters, digits, `+`, `/` and `=`, 4 to 1024 of them, and never the same."""
    tokens = {start().token for _ in range(100)}
    assert len(tokens) == 100
    assert all(re.fullmatch(r"[A-Za-z0-9+/=]{4,1024}", token) for token in tokens)


@pytest.mark.parametrize("token", ["AAAA", "A" * 1024, "+/=="])
def test_unknown_token_is_no_session(sessions: Sessions, token: str) -> None:
    """A token that could be one but is none makes a driver start another session."""
    with pytest.raises(InvalidSessionException, match=r"^No such session$"):
        sessions.find(token)


@pytest.mark.parametrize("token", ["", "AAA", "A" * 1025, "a_bc", "äöü!", "AAAA\n"])
def test_malformed_token_is_not_valid(sessions: Sessions, token: str) -> None:
    """What can be no token is a fault of the client."""
    with pytest.raises(BadRequestException, match=r"^The parameter SessionToken is not valid$"):
        sessions.find(token)


def test_ended_session_is_forgotten(sessions: Sessions, start: Start) -> None:
    """Its token is unknown, and it counts no longer."""
    session = start()
    finish(session.run(EndSession()), session.ledger)
    assert len(sessions) == 0
    with pytest.raises(InvalidSessionException, match=r"^No such session$"):
        sessions.find(session.token)


def test_session_that_expired_unseen_is_told_once(sessions: Sessions, start: Start, clock: ManualClock) -> None:
    """Swept away when another one started, it is still told that it has expired, and then that it is unknown."""
    session = start()
    clock.advance(LIFETIME_MS)
    start()
    with pytest.raises(InvalidSessionException, match=r"^Session session-0 has expired$"):
        sessions.find(session.token)
    with pytest.raises(InvalidSessionException, match=r"^No such session$"):
        sessions.find(session.token)


def test_expired_session_is_forgotten_in_the_end(sessions: Sessions, start: Start, clock: ManualClock) -> None:
    """After as long again not even its id is kept."""
    session = start()
    for _ in range(2):
        clock.advance(LIFETIME_MS)
        start()
    with pytest.raises(InvalidSessionException, match=r"^No such session$"):
        sessions.find(session.token)


def test_ledger_has_so_many_sessions(clock: ManualClock, ledger: Ledger) -> None:
    """One more than the limit is refused until one ends or expires; another ledger has its own limit."""
    sessions = Sessions(Settings(), clock, sessions_per_ledger=2)
    first, _ = sessions.start(ledger, "ledger", "1"), sessions.start(ledger, "ledger", "2")
    with pytest.raises(LimitExceededException, match=r"^Exceeded the session limit of 2$"):
        sessions.start(ledger, "ledger", "3")
    first.end()
    sessions.start(ledger, "ledger", "4")
    clock.advance(LIFETIME_MS)
    sessions.start(ledger, "ledger", "5")
    assert len(sessions) == 1


def test_sessions_may_live_for_ever(clock: ManualClock, ledger: Ledger) -> None:
    """A lifetime of zero is none."""
    session = Sessions(Settings(session_lifetime_ms=0), clock).start(ledger, "ledger", "1")
    clock.advance(1000 * LIFETIME_MS)
    finish(session.run(StartTransaction()), ledger)


def test_expired_transactions_are_swept(start: Start, clock: ManualClock, ledger: Ledger) -> None:
    """What clients left open is let go of when others start, and they are still told of its expiry."""
    left = start()
    finish(left.run(StartTransaction()), ledger)
    clock.advance(30_000)
    finish(start().run(StartTransaction()), ledger)
    assert ledger.open_transactions == 1
    with pytest.raises(InvalidSessionException, match=r"^Transaction .{22} has expired$"):
        finish(left.run(StartTransaction()), ledger)


def test_sessions_end_with_their_ledger(sessions: Sessions, start: Start, clock: ManualClock, ledger: Ledger) -> None:
    """Nothing is kept of the sessions of a ledger that is closed; others go on."""
    start()
    other = Ledger.open(None, clock, RandomIds())
    gone = sessions.start(other, "other", "y" * 22)
    finish(gone.run(StartTransaction()), other)

    sessions.end_those_of(other)

    assert len(sessions) == 1
    assert other.open_transactions == 0
    with pytest.raises(InvalidSessionException, match="No such session"):
        sessions.find(gone.token)


def test_copy_of_a_ledger_has_sessions_of_its_own(sessions: Sessions, start: Start, ledger: Ledger) -> None:
    """It has the same strand. Neither takes from the other's limit, has its statements, or ends with it."""
    other = copy(ledger, None, RandomIds())
    few = Sessions(Settings(), ledger.clock, sessions_per_ledger=1)
    few.start(ledger, "ledger", "1")
    few.start(other, "other", "2")
    kept = start()
    log = sessions.log_of(ledger)
    sessions.start(other, "other", "3")
    assert sessions.log_of(other) is not log

    sessions.end_those_of(other)

    assert len(sessions) == 1
    assert sessions.find(kept.token) is kept
    assert sessions.log_of(ledger) is log
    other.close()


def test_close_ends_every_session(sessions: Sessions, start: Start) -> None:
    """When the emulator closes no transaction stays open."""
    session = start()
    finish(session.run(StartTransaction()), session.ledger)
    sessions.close()
    assert (len(sessions), session.ledger.open_transactions) == (0, 0)
