"""Coroutines that begin at once, and become a task only where they must wait. Python 3.12 calls that an eager task."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Generator
from functools import partial
from typing import Any


def begin(work: Coroutine[Any, Any, None]) -> asyncio.Task[None] | None:
    """Run the work up to where it first waits; the task of the rest, or None when it is done. What it raises is raised.

    Up to there it has no current task, so it must not ask for one, as `asyncio.timeout` would.
    """
    try:
        awaited = work.send(None)
    except StopIteration:
        return None
    return asyncio.get_running_loop().create_task(_rest(work, awaited))


async def _rest(work: Coroutine[Any, Any, None], awaited: Any) -> None:
    """The work from where it waits for `awaited`, which the task of this waits for in its place."""
    while True:
        try:
            await _Handed(awaited)
        except BaseException as error:
            resume = partial(work.throw, error)
        else:
            resume = partial(work.send, None)
        try:
            awaited = resume()
        except StopIteration:
            return


class _Handed:
    """What a coroutine handed to its task, to be handed to another. A future says that it is waited for already."""

    def __init__(self, awaited: Any) -> None:
        self._awaited = awaited

    def __await__(self) -> Generator[Any, Any, None]:
        yield self._awaited
