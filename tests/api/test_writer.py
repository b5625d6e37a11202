"""Commits on an event loop: many share one wait for the disk, and nobody else waits for it."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from emulator.api.admin import journal
from emulator.api.session import session_app
from emulator.api.writer import Writer
from emulator.clock import ManualClock
from emulator.ids import RandomIds
from emulator.journal.block import Block
from emulator.journal.stores.sqlite import SqliteJournal
from emulator.ledger.committing import Commit
from emulator.ledger.ledger import Ledger
from emulator.runtime import Emulator
from emulator.settings import Settings
from tests.api.session_sending import Answered, Client
from tests.ledger.driving import committed, create_table, run, struct, table
from tests.timing import TOO_LONG_SECONDS


class SlowDisk:
    """Real appends, of which the first takes a while, and those after it until somebody lets them go on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.groups: list[int] = []
        """The transactions of each append that began."""
        self.goes_on = threading.Event()
        self._append = SqliteJournal.append
        monkeypatch.setattr(SqliteJournal, "append", lambda *appended: self.append(*appended))  # noqa: PLW0108 - binds

    def append(self, journal: SqliteJournal, blocks: Sequence[Block], expected_sequence_no: int) -> None:
        self.groups.append(len(blocks))
        if len(self.groups) == 1:
            time.sleep(0.05)
        elif not self.goes_on.wait(TOO_LONG_SECONDS):
            raise TimeoutError("nobody was served meanwhile")
        self._append(journal, blocks, expected_sequence_no)

    async def begins(self, group: int) -> None:
        while len(self.groups) < group:
            await asyncio.sleep(0.001)


@pytest.mark.parametrize("clients", [0, 5])
def test_a_slow_disk_is_waited_for_together_and_by_nobody_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clients: int
) -> None:
    """While one group is appended, requests are answered, and the commits that come make up the next group.

    That holds for a transaction that is alone in its ledger, too.
    """

    async def scenario(emulator: Emulator) -> list[Answered]:
        app = session_app(emulator)
        try:
            first, *others = [await Client.start_session(app) for _ in range(1 + clients)]
            disk = SlowDisk(monkeypatch)
            await first.transact("CREATE TABLE People")
            for client in (first, *others):
                await client.start()
                await client.execute("INSERT INTO People {}")
            commits = [asyncio.create_task(first.commit())]
            await disk.begins(2)
            commits += [asyncio.create_task(client.commit()) for client in others]
            await (await Client.start_session(app)).start()
            assert not any(commit.done() for commit in commits)
            disk.goes_on.set()
            answers = await asyncio.gather(*commits)
            assert disk.groups == [1, 1, *([clients] if clients else [])]
            return answers
        finally:
            await app.close()

    emulator = Emulator(Settings(data_dir=tmp_path / "data"), ManualClock())
    emulator.account().ledgers.create("ledger", "ALLOW_ALL")
    try:
        answers = asyncio.run(scenario(emulator))
    finally:
        emulator.close()

    assert [answered.status for answered in answers] == [200] * (1 + clients)


def test_a_ledger_that_closes_is_left_alone(caplog: pytest.LogCaptureFixture) -> None:
    """Also by a writer that had an index to build, and waited for more commits to come."""
    clock = ManualClock()
    ledger = Ledger.open(None, clock, RandomIds())
    create_table(ledger, "T")
    for _ in range(30):
        committed(ledger, lambda t: [t.insert(table(ledger, "T"), struct(a=number)) for number in range(40)])
    opened = run(ledger.begin())
    opened.create_index(table(ledger, "T"), "a")
    ledger.submit(opened)
    ledger.write_waiting()
    assert ledger.view.unfinished

    async def scenario() -> Commit:
        writer, _others = Writer(), [ledger.begin(), ledger.begin()]
        opened = run(ledger.begin())
        opened.insert(table(ledger, "T"), struct(a=5))
        commit = ledger.submit(opened)
        settled = asyncio.create_task(writer.settled(ledger, commit))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        ledger.close()
        await settled
        await writer.close()
        return commit

    assert asyncio.run(scenario()).result().block_address is not None
    assert caplog.records == []


def test_blocks_that_are_being_appended_are_not_shown(tmp_path: Path) -> None:
    """The journal has them before its ledger does."""
    emulator = Emulator(Settings(data_dir=tmp_path), ManualClock())
    emulator.account().ledgers.create("ledger", "ALLOW_ALL")
    ledger = emulator.account().ledgers.connect("ledger")
    opened = run(ledger.begin())
    opened.create_table("T", {})
    ledger.submit(opened)
    group = ledger.prepare()
    ledger.append(group)
    page = asyncio.run(journal.read(emulator, "ledger", last=2))
    ledger.finish(group)
    later = asyncio.run(journal.read(emulator, "ledger", last=2))
    emulator.close()

    assert [len(page["blocks"]), page["next"]] == [1, None]
    assert [len(later["blocks"]), later["next"]] == [2, None]
