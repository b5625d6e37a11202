"""Runs the steps of a command from asyncio, so that no request waits for the whole of another one's work.

The engine is synchronous and works in steps. Between two of them, once some milliseconds are used up, the event loop
serves the others; where a step is a commit, the request waits until it is durable.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Generator
from time import perf_counter
from typing import TypeVar

from emulator.ledger.committing import Commit

R = TypeVar("R")
Committed = Callable[[Commit], Awaitable[object]]
"""Waits until a submitted transaction is committed or refused; which of the two, the commit itself says."""

SLICE_SECONDS = 0.005
"""How long one request may keep the event loop: less than anyone notices, more than the switch costs."""


async def drive(steps: Generator[Commit | None, None, R], committed: Committed) -> R:
    """What the steps return once all are taken. What they raise is raised; a cancellation ends them."""
    slice_ends = perf_counter() + SLICE_SECONDS
    try:
        while True:
            step = next(steps)
            if step is not None:
                await committed(step)
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
