"""Coroutines that begin at once, and become a task only where they must wait. Python 3.12 calls that an eager task."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Generator
from functools import partial
from types import coroutine
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


@coroutine
def _rest(work: Coroutine[Any, Any, None], awaited: Any) -> Generator[Any, Any, None]:
    """The work from where it waits for `awaited`, which the task of this waits for in its place."""
    while True:
        try:
            yield awaited
        except BaseException as error:
            resume = partial(work.throw, error)
        else:
            resume = partial(work.send, None)
        try:
            awaited = resume()
        except StopIteration:
            return
