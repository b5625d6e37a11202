"""Coroutines that begin at once."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import pytest

from emulator.api.eager import begin

Work = Coroutine[Any, Any, None]


def played(scenario: Callable[[list[str]], Awaitable[None]]) -> list[str]:
    """What a scenario wrote down."""
    log: list[str] = []

    async def run() -> None:
        await scenario(log)

    asyncio.run(run())
    return log


def test_work_that_never_waits_is_done_at_once() -> None:
    """There is no task of it."""

    async def work(log: list[str]) -> None:
        log.append("worked")

    async def scenario(log: list[str]) -> None:
        assert begin(work(log)) is None
        log.append("went on")

    assert played(scenario) == ["worked", "went on"]


def test_work_that_waits_goes_on_as_a_task() -> None:
    """However often it waits, and for whatever."""

    async def work(log: list[str], event: asyncio.Event) -> None:
        log.append("began")
        await event.wait()
        log.append("woke up")
        await asyncio.sleep(0)
        async with asyncio.Lock():
            log.append("ended")

    async def scenario(log: list[str]) -> None:
        event = asyncio.Event()
        task = begin(work(log, event))
        log.append("went on")
        event.set()
        assert task is not None
        assert inspect.iscoroutine(task.get_coro())  # from Python 3.12 on a task takes nothing else
        await task

    assert played(scenario) == ["began", "went on", "woke up", "ended"]


def test_cancellation_reaches_the_work() -> None:
    """Where it waits, be it for the first time; what it then waits for is waited for."""

    async def work(log: list[str]) -> None:
        for count in "one", "two":
            try:
                await asyncio.Future()
            except asyncio.CancelledError:
                log.append(count)
        await asyncio.sleep(0)
        log.append("ended")

    async def scenario(log: list[str]) -> None:
        task = begin(work(log))
        assert task is not None
        for _ in range(2):
            await asyncio.sleep(0)
            task.cancel()
        await task

    assert played(scenario) == ["one", "two", "ended"]


def test_what_work_raises_is_raised() -> None:
    """At once, or where its task is awaited."""

    async def work(waits: bool) -> None:
        if waits:
            await asyncio.sleep(0)
        raise ZeroDivisionError

    async def scenario(log: list[str]) -> None:
        with pytest.raises(ZeroDivisionError):
            begin(work(waits=False))
        task = begin(work(waits=True))
        assert task is not None
        with pytest.raises(ZeroDivisionError):
            await task

    played(scenario)
