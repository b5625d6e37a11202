"""Group commit on an event loop: one writer for each ledger, awake while transactions wait in line.

The loop's thread prepares and finishes; the append, which waits for the disk, runs on a thread, so that meanwhile other
requests are answered and the next group gathers. With a single request under way there is nobody to answer meanwhile,
and its commit is spared the way to the thread and back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from emulator.ledger.committing import Commit, Receipt
from emulator.ledger.ledger import Ledger

_APPENDING_THREADS = 4


class Writer:
    def __init__(self, requests_under_way: Callable[[], int]) -> None:
        self._requests_under_way = requests_under_way
        self._threads = ThreadPoolExecutor(_APPENDING_THREADS, thread_name_prefix="append")
        self._awake: dict[Ledger, asyncio.Task[None]] = {}

    async def committed(self, commit: Commit) -> Receipt:
        """Wait until a submitted commit is settled; its receipt, or what it raises."""
        ledger = commit.ledger
        if ledger not in self._awake:
            if self._requests_under_way() <= 1:
                ledger.write_waiting()
            if ledger.has_work:
                self._awake[ledger] = asyncio.create_task(self._write(ledger))
        if not commit.done:
            settled = asyncio.Event()
            commit.when_done(settled.set)
            await settled.wait()
        return commit.result()

    async def _write(self, ledger: Ledger) -> None:
        """Commit group after group until none waits, then do the view's pending work a piece at a time."""
        try:
            while ledger.has_work:
                if ledger.has_waiting:
                    await self._write_group(ledger)
                else:
                    ledger.view.maintain()
                    await asyncio.sleep(0)
        finally:
            del self._awake[ledger]

    async def _write_group(self, ledger: Ledger) -> None:
        group = ledger.prepare()
        try:
            if ledger.in_memory:
                ledger.append(group)
            else:
                await asyncio.get_running_loop().run_in_executor(self._threads, ledger.append, group)
        except Exception as error:
            ledger.fail(group, error)
        else:
            ledger.finish(group)

    async def close(self) -> None:
        """Wait for the writers at work."""
        while self._awake:
            await asyncio.gather(*self._awake.values(), return_exceptions=True)
        self._threads.shutdown()
