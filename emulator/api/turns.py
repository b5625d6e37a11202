"""Runs the steps of a command from asyncio, so that no request waits for the whole of another one's work.

The engine is synchronous and works in steps. Between two of them, once some milliseconds are used up, the event loop
serves the others; where a step is a commit, the request waits until it is durable, and where it is long work that
needs nobody, until a thread has done it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Generator
from time import perf_counter
from typing import Any, TypeVar

from emulator.ledger.committing import Commit
from emulator.session.aside import Aside

R = TypeVar("R")
Waiting = Callable[[Commit | Aside[Any]], Awaitable[object]]
"""Waits until a submitted transaction is committed or refused, or an aside is done. How it went, the step says."""

SLICE_SECONDS = 0.002
"""How long one request may keep the event loop: less than anyone notices, more than the switch costs."""


async def drive(steps: Generator[Commit | Aside[Any] | None, None, R], wait: Waiting) -> R:
    """What the steps return once all are taken. What they raise is raised; a cancellation ends them."""
    slice_ends = perf_counter() + SLICE_SECONDS
    try:
        while True:
            step = next(steps)
            if step is not None:
                await wait(step)
            elif perf_counter() < slice_ends:
                continue
            else:
                await asyncio.sleep(0)
            slice_ends = perf_counter() + SLICE_SECONDS
    except StopIteration as end:
        result: R = end.value
        return result
    finally:
        steps.close()


def wake_up(waiting: asyncio.Future[None]) -> None:
    """What a future was waited for has happened; nobody may be waiting any more."""
    if not waiting.done():
        waiting.set_result(None)
