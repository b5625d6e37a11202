"""A server of a test's own, for threads and for event loops."""

import asyncio
import gc
import weakref
from collections.abc import Callable
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from emulator.client.session import Session
from emulator.client.transport import ServerError
from emulator.testing import AsyncEmulator, Emulator, Qldb, mock_qldb

OPEN = Path("/proc/self/fd")


def health(url: str) -> int:
    with urlopen(f"{url}/_qldb/health") as answer:
        return int(answer.status)


def open_files() -> int:
    return len(list(OPEN.iterdir()))


@pytest.mark.skipif(not OPEN.exists(), reason="only Linux tells what is open")
def test_started_and_stopped() -> None:
    """Any number of times; each start has nothing of the one before, and nothing is left open."""
    emulator = Emulator()
    emulator.start().stop()
    gc.collect()  # what earlier tests left open is not closed meanwhile
    before = open_files()

    for _ in range(3):
        emulator.start()
        handle = emulator.handle()
        assert handle.ledgers() == []
        handle.create_ledger("l")
        emulator.stop()

    assert emulator.url == ""
    emulator.stop()
    assert open_files() == before


def use(qldb: Qldb) -> None:
    """A ledger, some statements, a conflict, and all proofs."""
    qldb.create_ledger("l")
    qldb.run("CREATE TABLE t", "INSERT INTO t {'n': 1}", ledger="l")
    one, other = Session(qldb._transport, "l"), Session(qldb._transport, "l")
    for session in (one, other):
        session.start()
        list(session.execute("UPDATE t SET n = n + 1"))
    one.commit()
    with pytest.raises(ServerError, match="OccConflict"):
        other.commit()
    qldb.assert_verified("l")


def use_a_mock() -> None:
    with mock_qldb() as qldb:
        use(qldb)


def use_an_emulator() -> None:
    with Emulator() as emulator:
        use(emulator.handle())


@pytest.mark.parametrize("use", [use_a_mock, use_an_emulator])
def test_it_leaves_nothing_to_the_collector_of_garbage(use: Callable[[], None]) -> None:
    """What a test had is gone when the test is; else it would be looked at, again and again, beside later ones."""
    use()
    gc.collect()
    gc.freeze()  # what others have is not looked at
    gc.disable()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        use()
        gc.collect()
        left = {type(each).__qualname__ for each in gc.garbage if type(each).__module__.startswith("emulator")}
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.enable()
        gc.unfreeze()
    assert left == set()


def test_it_goes_on_until_it_is_stopped() -> None:
    """Also where nobody holds it, for what is wanted of it is its URL."""
    emulator = Emulator().start()
    url, found = emulator.url, weakref.ref(emulator)

    del emulator
    gc.collect()

    assert health(url) == 200
    started = found()
    assert started is not None
    started.stop()
    with pytest.raises(URLError):
        health(url)


def test_two_starts_are_one_too_many() -> None:
    """The first server is still the one that answers."""
    with Emulator() as emulator:
        with pytest.raises(RuntimeError, match="serves already, at http"):
            emulator.start()
        assert health(emulator.url) == 200


def test_handle_is_on_one_that_serves() -> None:
    """Before and after there is nothing to have one of."""
    with pytest.raises(RuntimeError, match=r"start\(\) it"):
        Emulator().handle()


def test_event_loops_wait_for_it() -> None:
    """By `async with`, or start and stop; meanwhile the loop goes on."""

    async def use() -> list[str]:
        async with AsyncEmulator(max_ledgers=1) as emulator:
            handle = emulator.handle()
            await asyncio.to_thread(handle.create_ledger, "l")
            names = await asyncio.to_thread(handle.ledgers)
        again = await emulator.start()
        assert health(again.url) == 200
        await again.stop()
        assert emulator.url == ""
        return names

    assert asyncio.run(use()) == ["l"]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"max_ledgers": "x"}, "max_ledgers: a whole number from 1 on is wanted, got 'x'"),
        ({"max_ledgers": 0}, "max_ledgers: a whole number from 1 on is wanted, got 0"),
        ({"session_lifetime_ms": -1}, "session_lifetime_ms: a whole number from 0 on is wanted, got -1"),
        ({"seed": 1.5}, "seed: a text or a whole number is wanted, got 1.5"),
        ({"clock": 5}, "clock: a time such as '2024-01-01T00:00:00Z,tick=1ms' is wanted, got 5"),
        ({"clock": "soon"}, "clock: a time is one such as"),
        ({"clock": "2024-01-01,tick=-1ms"}, "clock: a clock does not tick backwards, got '-1ms'"),
        ({"region": 5}, "region: a text is wanted, got 5"),
        ({"in_memory": "yes"}, "in_memory: True or False is wanted, got 'yes'"),
        ({"data_dir": 5}, "data_dir: a path is wanted, got 5"),
    ],
)
def test_settings_that_are_wrong_are_told(settings: dict[str, object], said: str) -> None:
    """Before anything starts, with what came and what is wanted."""
    with pytest.raises(ValueError, match=said):
        Emulator(**settings)


def test_ledger_is_there_from_the_start() -> None:
    """It is to the byte the one that CreateLedger would have made."""
    repeatable = {"seed": "42", "clock": "2024-01-01T00:00:00Z,tick=1ms"}
    begun, made = Emulator(**repeatable), Emulator(**repeatable)
    try:
        begun.start(ledger="accounts")
        made.start().handle().create_ledger("accounts")

        assert begun.handle().ledgers() == ["accounts"]
        assert begun.handle("accounts").journal() == made.handle("accounts").journal()
    finally:
        begun.stop()
        made.stop()


def test_ledger_that_cannot_be_is_refused_at_the_start() -> None:
    """As CreateLedger would, and nothing serves."""
    emulator = Emulator()

    with pytest.raises(ServerError) as raised:
        emulator.start(ledger="a/b")

    assert raised.value.code == "InvalidParameterException"
    assert emulator.url == ""
