"""A statement that would never end, over real connections."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from emulator.testing.controls import Clock
from tests.api.driving import Driver

TEN = f"<<{', '.join(map(str, range(10)))}>>"
ENDLESS = ", ".join(f"{TEN} AS {alias}" for alias in "abcdefghij")


def _running(http: httpx.Client) -> list[str]:
    told = http.get("/_qldb/ledgers/ledger/statements").json()["statements"]
    return [each["statement"] for each in told if each["progress"] == "running"]


@pytest.mark.parametrize(
    "statement",
    [
        f"SELECT COUNT(*) FROM {ENDLESS}",
        f"SELECT COUNT(*) FROM {ENDLESS}, [] AS z",
        f"SELECT (SELECT COUNT(*) FROM {ENDLESS}) AS n FROM <<1>> AS x",
    ],
    ids=["join", "join that finds nothing", "nested"],
)
def test_runaway_disturbs_nobody_and_ends(
    driver: Driver, qldb_session_client: Any, http: httpx.Client, clock: Clock, statement: str
) -> None:
    """Beside it others read and write; after thirty seconds its client is told that its transaction has expired."""
    driver.start()
    with ThreadPoolExecutor(1) as thread:
        runaway = thread.submit(driver.execute, statement)
        other = Driver(qldb_session_client)
        for number in range(5):
            other.transact(f"INSERT INTO People {{'number': {number}}}")
        while not (running := _running(http)):
            assert not runaway.done()
        clock.advance(30_000)
        with pytest.raises(qldb_session_client.exceptions.InvalidSessionException, match="has expired"):
            runaway.result(timeout=10)

    assert running == [statement]
    assert len(other.transact("SELECT * FROM People")) == 5
