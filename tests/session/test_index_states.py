"""Indexes come and go by the clock: what the catalog says of them, and from when on queries use them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from emulator.clock import ManualClock
from emulator.errors import BadRequestException
from emulator.ids import RandomIds
from emulator.ion.values import Struct, Value
from emulator.ledger.ledger import Ledger
from emulator.ledger.owner import Alone
from emulator.session.sessions import Sessions
from emulator.settings import Settings
from tests.session.conversation import Conversation, values

BUILDING_MS, DELETING_MS = 2_000, 3_000
SETTINGS = Settings(index_building_ms=BUILDING_MS, index_deleting_ms=DELETING_MS)
BY_NAME = "SELECT * FROM People WHERE name = 'Ada 1'"


@pytest.fixture
def ledger(clock: ManualClock) -> Iterator[Ledger]:
    ledger = Ledger.open(None, clock, RandomIds(), owner=Alone(SETTINGS))
    yield ledger
    ledger.close()


@pytest.fixture
def session(ledger: Ledger, clock: ManualClock) -> Conversation:
    """A session on a ledger with three people and no index."""
    session = Conversation(Sessions(SETTINGS, clock).start(ledger, "ledger", "session"))
    session.transact("CREATE TABLE People")
    session.transact("INSERT INTO People << {'name': 'Ada 1'}, {'name': 'Ada 2'}, {'name': 'Ada 3'} >>")
    return session


def indexes(session: Conversation) -> list[Any]:
    session.start()
    statement = "SELECT VALUE i FROM information_schema.user_tables t, t.indexes i WHERE t.name = 'People'"
    found = values(session.execute(statement))
    session.commit()
    return list(found)


def statuses(session: Conversation) -> list[str]:
    return [str(index["status"]) for index in indexes(session)]


def read_ios(session: Conversation) -> int:
    session.start()
    read = session.execute(BY_NAME).consumed_ios.read_ios
    session.commit()
    return read


def test_an_index_is_built_finalized_and_online(session: Conversation, clock: ManualClock) -> None:
    """BUILDING in the first half of its time, FINALIZING in the second, then ONLINE; only then is it used."""
    session.transact("CREATE INDEX ON People (name)")
    seen = []
    for _ in range(4):
        seen.append((statuses(session), read_ios(session)))
        clock.advance(BUILDING_MS // 2 - 1)
        seen.append((statuses(session), read_ios(session)))
        clock.advance(1)

    assert seen == [
        (["BUILDING"], 3),
        (["BUILDING"], 3),
        (["FINALIZING"], 3),
        (["FINALIZING"], 3),
        *[(["ONLINE"], 1)] * 4,
    ]


def test_an_index_that_is_not_complete_is_building(
    session: Conversation, ledger: Ledger, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However much time is over: queries could miss documents."""
    monkeypatch.setattr("emulator.ledger.view.view._BUILD_DOCUMENTS", 1)
    monkeypatch.setattr(ledger, "write", ledger.write_waiting)
    session.transact("CREATE INDEX ON People (name)")
    clock.advance(BUILDING_MS)
    seen = [(statuses(session), read_ios(session))]
    while ledger.view.unfinished:
        ledger.maintain()
    seen.append((statuses(session), read_ios(session)))

    assert seen == [(["BUILDING"], 3), (["ONLINE"], 1)]


def test_an_index_of_large_documents_is_built_a_few_at_a_time(
    session: Conversation, ledger: Ledger, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Others have their turn between two pieces, so a piece must not take long."""
    monkeypatch.setattr(ledger, "write", ledger.write_waiting)
    large = [Struct([("note", "n" * 100_000), ("name", f"Bea {number}")]) for number in range(30)]
    session.start()
    session.execute("INSERT INTO People ?", large)
    session.commit()
    session.transact("CREATE INDEX ON People (name)")
    clock.advance(BUILDING_MS)
    assert statuses(session) == ["BUILDING"]
    pieces = 0
    while ledger.view.unfinished:
        ledger.maintain()
        pieces += 1

    assert pieces >= 8
    assert (statuses(session), read_ios(session)) == (["ONLINE"], 1)
    session.start()
    assert len(values(session.execute("SELECT p.name FROM People AS p WHERE p.name IN ?", _names(large)))) == 30


def _names(people: list[Struct]) -> Value:
    return [person["name"] for person in people]


def test_a_statement_that_was_planned_before_uses_the_index(session: Conversation, clock: ManualClock) -> None:
    """Within one transaction, too, the same text is a look-up once the index is ONLINE."""
    session.transact("CREATE INDEX ON People (name)")
    session.start()
    before = session.execute(BY_NAME).consumed_ios.read_ios
    clock.advance(BUILDING_MS)
    assert (before, session.execute(BY_NAME).consumed_ios.read_ios) == (3, 1)


def test_writes_meanwhile_are_found(session: Conversation, clock: ManualClock) -> None:
    """An index that is not used yet is kept right all the same."""
    session.transact("CREATE INDEX ON People (name)")
    session.transact("UPDATE People SET name = 'Ada 1' WHERE name = 'Ada 3'", "DELETE FROM People WHERE name = 'Ada 2'")
    clock.advance(BUILDING_MS)
    session.start()
    assert len(session.execute(BY_NAME).values) == 2


def test_a_dropped_index_is_deleting(session: Conversation, clock: ManualClock) -> None:
    """It is shown until its time is over, and used no more from the start."""
    session.transact("CREATE INDEX ON People (name)")
    clock.advance(BUILDING_MS)
    (index,) = indexes(session)
    session.transact(drop(index))
    (going,) = indexes(session)
    assert (going["indexId"], going["expr"], going["status"]) == (index["indexId"], "[name]", "DELETING")
    assert read_ios(session) == 3
    clock.advance(DELETING_MS - 1)
    assert statuses(session) == ["DELETING"]
    clock.advance(1)
    assert statuses(session) == []


def test_an_index_that_is_deleting_cannot_be_dropped(session: Conversation) -> None:
    session.transact("CREATE INDEX ON People (name)")
    (index,) = indexes(session)
    session.start()
    session.execute(drop(index))
    with pytest.raises(BadRequestException, match="already being deleted"):
        session.execute(drop(index))


def test_the_field_can_be_indexed_again_at_once(session: Conversation, clock: ManualClock) -> None:
    """What is being deleted counts neither as an index on its field nor against the limit."""
    for _ in range(7):
        session.transact("CREATE INDEX ON People (name)")
        session.transact(drop(indexes(session)[0]))
    session.transact("CREATE INDEX ON People (name)")
    clock.advance(BUILDING_MS)
    assert sorted(statuses(session)) == ["DELETING"] * 7 + ["ONLINE"]
    assert read_ios(session) == 1


def test_indexes_that_are_gone_are_forgotten(session: Conversation, ledger: Ledger, clock: ManualClock) -> None:
    """The catalog does not grow with every index that ever was."""
    for _ in range(5):
        session.transact("CREATE INDEX ON People (name)")
        session.transact(drop(next(index for index in indexes(session) if index["status"] != "DELETING")))
        clock.advance(DELETING_MS)
    (table,) = ledger.view.catalog.tables
    assert len(table.dropped_indexes) <= 1


@pytest.mark.parametrize("consent", ["", " WITH (purge = false)"])
def test_dropping_needs_its_consent(session: Conversation, consent: str) -> None:
    """DROP INDEX is refused without `purge = true`."""
    session.transact("CREATE INDEX ON People (name)")
    (index,) = indexes(session)
    session.start()
    with pytest.raises(BadRequestException, match=r"WITH \(purge = true\)"):
        session.execute(f'DROP INDEX "{index["indexId"]}" ON People{consent}')


def drop(index: Any) -> str:
    return f'DROP INDEX "{index["indexId"]}" ON People WITH (purge = true)'
