"""Long statements: they need no more memory than short ones, and end when their transaction does."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from resource import RUSAGE_SELF, getrusage
from typing import Any

import pytest

from emulator.clock import ManualClock
from emulator.errors import InvalidSessionException
from emulator.ids import RandomIds
from emulator.ion.values import Struct
from emulator.ledger.ledger import Ledger
from emulator.session.commands import ExecuteStatement
from emulator.session.sessions import Sessions
from emulator.settings import Settings
from tests.session.conftest import Talk
from tests.session.conversation import Conversation, values

HUNDRED = f"<<{', '.join(map(str, range(100)))}>>"
MILLION = f"{HUNDRED} AS a, {HUNDRED} AS b, {HUNDRED} AS c"
ENDLESS = f"{MILLION}, {HUNDRED} AS d, {HUNDRED} AS e"
MEGABYTE = 1 << 20
KILOBYTE = 1 << 10
"""The unit of `ru_maxrss`, on Linux; elsewhere it is smaller, and the bound stricter than meant."""


@pytest.fixture
def traced() -> Iterator[Callable[[], int]]:
    """Tells the most bytes that were held at once since it was asked last."""
    gc.freeze()  # what other tests left need not be looked through again and again
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]

    def peak() -> int:
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        return most - before

    yield peak
    tracemalloc.stop()
    gc.unfreeze()


def held() -> int:
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


def test_a_million_rows_are_never_all_there(session: Conversation, traced: Callable[[], int]) -> None:
    """The pages of a long result come one by one, and none of them needs more than itself."""
    session.start()
    page = session.execute(f"SELECT a, b, c FROM {MILLION}")
    rows = len(page.values)
    for _ in range(50):
        page = session.fetch(page.next_page_token)
        rows += len(page.values)

    assert rows == 51 * 200
    assert page.next_page_token is not None
    assert traced() < MEGABYTE


@pytest.mark.process
def test_a_million_rows_are_fetched_to_the_end() -> None:
    """All pages of it, in no more memory than a few of them; in a process whose memory nothing else has used."""
    with ProcessPoolExecutor(1, get_context("spawn")) as processes:
        rows, growth = processes.submit(fetched_to_the_end).result()

    assert rows == 1_000_000
    assert growth < 16 * MEGABYTE / KILOBYTE


def fetched_to_the_end() -> tuple[int, int]:
    """The number of rows, and how much more memory the process had at once than after the first page."""
    ledger = Ledger.open(None, ManualClock(), RandomIds())
    session = Conversation(Sessions(Settings(), ManualClock()).start(ledger, "ledger", RandomIds().new_id()))
    session.start()
    page = session.execute(f"SELECT a, b, c FROM {MILLION}")
    before = getrusage(RUSAGE_SELF).ru_maxrss
    rows = len(page.values)
    while page.next_page_token:
        page = session.fetch(page.next_page_token)
        rows += len(page.values)
    return rows, getrusage(RUSAGE_SELF).ru_maxrss - before


@pytest.mark.parametrize(
    ("select", "row"),
    [
        ("COUNT(*)", [10_000]),
        ("SUM(a), AVG(b), MIN(a + b), MAX(a)", [495_000, 49.5, 0, 99]),
        ("COUNT(n.x), SUM(n.x)", [10_000, 495_000]),
    ],
)
def test_aggregates_hold_one_row(session: Conversation, traced: Callable[[], int], select: str, row: list[Any]) -> None:
    """However many rows go by, an aggregate holds its result so far, also over the rows of a query in FROM."""
    sources = f"{HUNDRED} AS a, {HUNDRED} AS b"
    if "n." in select:
        sources = f"(SELECT a AS x FROM {sources}) AS n"
    session.start()
    session.execute(f"SELECT {select} FROM {sources} WHERE true")
    traced()
    (result,) = values(session.execute(f"SELECT {select} FROM {sources}"))

    assert isinstance(result, Struct)
    assert [value for _, value in result] == row
    assert traced() < MEGABYTE // 2


RUNAWAYS = {
    "count": f"SELECT COUNT(*) FROM {ENDLESS}",
    "filter": f"SELECT a FROM {ENDLESS} WHERE a + b + c + d + e < 0",
    "nested count": f"SELECT (SELECT COUNT(*) FROM {ENDLESS}) AS n FROM <<1>> AS x",
    "nested filter": f"SELECT * FROM <<1>> AS x WHERE 1 IN (SELECT VALUE 1 FROM {ENDLESS} WHERE e < 0)",
    "source": f"SELECT COUNT(*) FROM (SELECT VALUE a FROM {ENDLESS}) AS n",
    "table": f"SELECT COUNT(*) FROM People AS p, {ENDLESS}",
    "update": f"FROM People AS p, {ENDLESS} WHERE e < 0 SET p.name = 'x'",
    "delete": f"DELETE FROM People WHERE SIZE((SELECT VALUE a FROM {ENDLESS} WHERE e < 0)) = 0",
    "insert": f"INSERT INTO People (SELECT VALUE {{'a': a}} FROM {ENDLESS} WHERE e < 0)",
}


@pytest.mark.parametrize("statement", RUNAWAYS.values(), ids=RUNAWAYS)
def test_a_runaway_ends_with_its_transaction(ledger: Ledger, statement: str) -> None:
    """Whatever it does, the statement is broken off at the turn at which the thirty seconds are over."""
    clock = ManualClock()
    session = Conversation(Sessions(Settings(), clock).start(ledger, "ledger", RandomIds().new_id()))
    session.transact("CREATE TABLE People")
    session.transact("INSERT INTO People {'name': 'Ada'}")
    transaction_id = session.start()
    steps = session.session.run(ExecuteStatement(transaction_id, statement))
    for _ in range(500):
        next(steps)
    clock.advance(29_999)
    next(steps)
    clock.advance(1)
    with pytest.raises(InvalidSessionException, match=f"^Transaction {transaction_id} has expired$"):
        next(steps)


def test_pages_end_with_their_transaction(session: Conversation, clock: ManualClock) -> None:
    """A long result is fetched for thirty seconds, not longer."""
    session.start()
    page = session.execute(f"SELECT a FROM {ENDLESS}")
    clock.advance(29_999)
    page = session.fetch(page.next_page_token)
    clock.advance(1)
    with pytest.raises(InvalidSessionException, match="has expired"):
        session.fetch(page.next_page_token)


def test_others_are_served_beside_a_runaway(talk: Talk, session: Conversation, clock: ManualClock) -> None:
    """A statement in the middle of nowhere keeps nobody from reading and writing."""
    transaction_id = session.start()
    steps = session.session.run(ExecuteStatement(transaction_id, RUNAWAYS["nested count"]))
    other = talk()
    for number in range(5):
        for _ in range(100):
            assert next(steps) is None
        other.transact(f"INSERT INTO People {{'name': '{number}'}}")
    clock.advance(30_000)
    with pytest.raises(InvalidSessionException, match="has expired"):
        next(steps)
    other.start()

    assert len(other.execute("SELECT * FROM People").values) == 5


@pytest.mark.parametrize("end", ["abort", "commit", "expire", "end"])
def test_an_abandoned_result_holds_nothing(
    talk: Talk, session: Conversation, clock: ManualClock, traced: Callable[[], int], end: str
) -> None:
    """Pages that nobody fetches are gone with their transaction, however it ends."""
    document = Struct([("note", "n" * 100_000)])
    for _ in range(2):
        session.start()
        session.execute("INSERT INTO People ?", [document] * 30)
        session.commit()
    session.start()
    before = held()
    session.execute("SELECT * FROM People AS a, <<1, 2>> AS b")
    assert held() - before > MEGABYTE
    if end == "expire":
        clock.advance(30_000)
        talk().start()
    else:
        getattr(session, end)()

    assert held() - before < MEGABYTE
