"""Threads for work that the event loop should not wait for."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

R = TypeVar("R")


class Threads:
    """A few at a time: the interpreter runs them by turns, and while they wait each holds its memory.

    The end of the process does not wait for them: what they work out, nobody wants any more then.
    """

    def __init__(self, most: int, name: str) -> None:
        self._free = asyncio.Semaphore(most)
        self._name = name

    async def run(self, work: Callable[[], R]) -> R:
        """What `work` returns, or raises, on a thread of its own."""
        async with self._free:
            finished: asyncio.Future[R] = asyncio.get_running_loop().create_future()
            threading.Thread(target=_run, args=(work, finished), name=self._name, daemon=True).start()
            return await finished


def _run(work: Callable[[], R], finished: asyncio.Future[R]) -> None:
    try:
        result = work()
    except Exception as error:
        _tell(finished, finished.set_exception, error)
    else:
        _tell(finished, finished.set_result, result)


def _tell(finished: asyncio.Future[R], settle: Callable[..., None], outcome: object) -> None:
    def told() -> None:
        if not finished.done():
            settle(outcome)

    with suppress(RuntimeError):  # the loop is closed
        finished.get_loop().call_soon_threadsafe(told)
