from collections.abc import Callable, Iterator
from typing import Any

import pytest

from emulator.clock import ManualClock
from emulator.ids import RandomIds
from emulator.ledger.ledger import Ledger
from emulator.session.sessions import Sessions
from emulator.settings import Settings
from tests.session.conversation import Conversation

Talk = Callable[[], Conversation]
Told = Callable[..., dict[str, Any]]


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def ledger(clock: ManualClock) -> Iterator[Ledger]:
    ledger = Ledger.open(None, clock, RandomIds())
    yield ledger
    ledger.close()


@pytest.fixture
def sessions(clock: ManualClock) -> Sessions:
    return Sessions(Settings(), clock)


@pytest.fixture
def talk(sessions: Sessions, ledger: Ledger) -> Talk:
    """Starts a further session on the ledger."""
    return lambda: Conversation(sessions.start(ledger, "ledger", RandomIds().new_id()))


@pytest.fixture
def session(talk: Talk) -> Conversation:
    """A session on a ledger with an empty table `People`, indexed on `name`."""
    session = talk()
    session.transact("CREATE TABLE People")
    session.transact("CREATE INDEX ON People (name)")
    return session


@pytest.fixture
def told(sessions: Sessions, ledger: Ledger) -> Told:
    """What the log of the ledger tells, newest first."""
    return lambda limit=10, transaction_id=None: sessions.log_of(ledger).newest(limit, transaction_id)


@pytest.fixture
def people(session: Conversation) -> Conversation:
    """A session on a ledger with two people, indexed by name, and a table of pets without an index."""
    session.transact("INSERT INTO People << {'name': 'Ada', 'age': 36}, {'name': 'Alan', 'age': 41} >>")
    session.transact("CREATE TABLE Pets")
    return session
