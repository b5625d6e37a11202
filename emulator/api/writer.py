"""Group commit on an event loop: one writer for each ledger, awake while there is work to do.

The loop's thread prepares and finishes. The append waits for the disk: where that takes long it runs on a thread, so
that meanwhile other requests are answered and the next group gathers; where it is over sooner than the way to a thread
and back, it does not. A transaction that is alone in its ledger is not made to wait for others to join its group.

When no transaction waits, the writer builds indexes, and erases what was redacted. Work that is due later wakes it;
what is shown does not depend on that, it follows from the clock.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from time import perf_counter

from emulator.api.turns import wake_up
from emulator.ledger.committing import Commit, Group
from emulator.ledger.ledger import GROUP_TRANSACTIONS, Ledger

_log = logging.getLogger(__name__)
_APPENDING_THREADS = 4
_SHORT_SECONDS = 0.002
"""An append that takes less may keep the event loop waiting: it is as long as one slice of anybody's statement."""
_LOOK_AGAIN_SECONDS = 1.0
_WEIGHT = 0.1
"""What the newest append counts in the average."""


class Writer:
    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_APPENDING_THREADS, thread_name_prefix="append")
        self._awake: dict[Ledger, asyncio.Task[None]] = {}
        self._alarms: dict[Ledger, asyncio.TimerHandle] = {}
        self._is_closing = False
        self._append_seconds = 0.0
        """How long appends take, the recent ones above all."""

    async def settled(self, ledger: Ledger, commit: Commit) -> None:
        """Wait until a commit submitted to the ledger is settled. How it went, the commit says."""
        if ledger not in self._awake:
            if ledger.open_transactions <= 1 and self._waits_little(ledger):
                with self._timed():
                    ledger.write_waiting()
            self.attend(ledger)
        if not commit.done:
            settled = asyncio.get_running_loop().create_future()
            commit.when_done(partial(wake_up, settled))
            await settled

    def attend(self, ledger: Ledger) -> None:
        """See to it that the ledger's work is done: that which waits, and that which is due later."""
        if ledger in self._awake or ledger.closed:
            return
        if ledger.waiting or (ledger.has_work and not self._is_closing):
            self._awake[ledger] = asyncio.create_task(self._write(ledger))
        elif ledger.eraser.is_pending and not self._is_closing and ledger not in self._alarms:
            # The clock may be moved meanwhile, so it is looked at often.
            seconds = min(ledger.eraser.due_in_ms / 1000, _LOOK_AGAIN_SECONDS)
            self._alarms[ledger] = asyncio.get_running_loop().call_later(seconds, self._wake, ledger)

    def _wake(self, ledger: Ledger) -> None:
        del self._alarms[ledger]
        self.attend(ledger)

    async def _write(self, ledger: Ledger) -> None:
        """Commit group after group until none waits, then do other work, a piece at a time."""
        try:
            while ledger.waiting or (ledger.has_work and not self._is_closing):
                await _gathered(ledger)
                if ledger.waiting:
                    await self._write_group(ledger)
                elif ledger.has_work and ledger.view.unfinished:
                    ledger.maintain()
                elif ledger.has_work:
                    await self._erase(ledger)
        except BaseException as error:
            del self._awake[ledger]
            if not isinstance(error, Exception):
                raise
            _log.exception("the writer stops; the next commit starts it again")
            ledger.refuse_waiting()
        else:
            del self._awake[ledger]
            self.attend(ledger)

    async def _write_group(self, ledger: Ledger) -> None:
        at_once = self._waits_little(ledger)
        group = ledger.prepare(beside_readers=not at_once)
        try:
            if at_once:
                self._append(ledger, group)
            else:
                await asyncio.get_running_loop().run_in_executor(self._threads, self._append, ledger, group)
        except Exception as error:
            ledger.fail(group, error)
        else:
            ledger.finish(group)

    async def _erase(self, ledger: Ledger) -> None:
        """Erase some of what was redacted, while others read."""
        with ledger.erasing() as waiting:
            if ledger.view.in_memory:
                ledger.eraser.erase(waiting)
            else:
                await asyncio.get_running_loop().run_in_executor(self._threads, ledger.eraser.erase, waiting)

    def _append(self, ledger: Ledger, group: Group) -> None:
        with self._timed():
            ledger.append(group)

    def _waits_little(self, ledger: Ledger) -> bool:
        """Whether the event loop may wait for an append."""
        return ledger.view.in_memory or self._append_seconds < _SHORT_SECONDS

    @contextmanager
    def _timed(self) -> Iterator[None]:
        started = perf_counter()
        try:
            yield
        finally:
            self._append_seconds += _WEIGHT * (perf_counter() - started - self._append_seconds)

    async def close(self) -> None:
        """Wait for the commits on their way; an index that is being built goes on after the next start."""
        self._is_closing = True
        for alarm in self._alarms.values():
            alarm.cancel()
        while self._awake:
            await asyncio.gather(*self._awake.values(), return_exceptions=True)
        self._threads.shutdown()


async def _gathered(ledger: Ledger) -> None:
    """Let requests that are there already be served, for as long as that brings further transactions to the group."""
    before = -1
    while before < ledger.waiting < GROUP_TRANSACTIONS:
        before = ledger.waiting
        await asyncio.sleep(0)
