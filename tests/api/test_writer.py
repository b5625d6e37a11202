"""Commits on an event loop: many share one wait for the disk, and nobody else waits for it."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from emulator.api.session import session_app
from emulator.clock import ManualClock
from emulator.journal.block import Block
from emulator.journal.stores.sqlite import SqliteJournal
from emulator.runtime import Emulator
from emulator.settings import Settings
from tests.api.session_sending import Answered, Client
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
