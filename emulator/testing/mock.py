"""`mock_qldb`: QLDB inside of a test, for unmodified boto3 and pyqldb. It goes around a function, a class or a block.

    @mock_qldb
    def test_something(): boto3.client("qldb").create_ledger(Name="l", PermissionsMode="STANDARD")

    with mock_qldb(seed="42", clock="2024-01-01T00:00:00Z,tick=1ms") as qldb: ...

It nests with moto's `mock_aws`, which has no QLDB: exports and streams then go to moto's S3 and Kinesis.
"""

from __future__ import annotations

import inspect
import unittest
from collections.abc import Callable
from contextlib import ContextDecorator, ExitStack
from functools import wraps
from types import TracebackType
from typing import Any, TypeVar, overload

from emulator.in_process import InProcess
from emulator.runtime import Emulator
from emulator.testing import interception
from emulator.testing.environment import made_up
from emulator.testing.handle import Qldb
from emulator.testing.options import settings_of
from emulator.testing.outlets import MockedOutlets

T = TypeVar("T", bound=Callable[..., Any])


@overload
def mock_qldb(function: T) -> T: ...


@overload
def mock_qldb(**settings: Any) -> MockQldb: ...


def mock_qldb(function: Any = None, **settings: Any) -> Any:
    """An emulator in memory, from the beginning of what it goes around to its end.

    `settings` are those of `emulator.settings.Settings`; a clock may be given as its text. TypeError for others.
    """
    mock = MockQldb(**settings)
    return mock if function is None else mock(function)


class MockQldb(ContextDecorator):
    """One that can be started and stopped, any number of times; each start has nothing of the one before."""

    def __init__(self, **settings: Any) -> None:
        self._settings = settings_of({**settings, "in_memory": True})
        self._running: list[ExitStack] = []

    def start(self) -> Qldb:
        """Put a new emulator in charge; the handle on it."""
        with ExitStack() as started:
            emulator = Emulator(self._settings, outlets=MockedOutlets(self._settings))
            started.callback(emulator.close)
            answering = InProcess(emulator)
            started.callback(answering.close)
            started.enter_context(made_up())
            started.enter_context(interception.in_charge(answering))
            self._running.append(started.pop_all())
        return Qldb(answering)

    def stop(self) -> None:
        """End what the last start began."""
        self._running.pop().close()

    def __enter__(self) -> Qldb:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def __call__(self, target: Any) -> Any:
        if inspect.isclass(target):
            return self._around_class(target)
        if inspect.iscoroutinefunction(target):
            return self._around_coroutine(target)
        return super().__call__(target)

    def _around_coroutine(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        async def inside(*arguments: Any, **named: Any) -> Any:
            with self:
                return await function(*arguments, **named)

        return inside

    def _around_class(self, target: type) -> type:
        """Around each of its tests: a new emulator for every one, there before its set-up."""
        if issubclass(target, unittest.TestCase):
            self._around_test_case(target)
            return target
        for name, member in inspect.getmembers(target, inspect.isfunction):
            if name.startswith("test"):
                setattr(target, name, self(member))
        return target

    def _around_test_case(self, target: Any) -> None:
        set_up = target.setUp

        @wraps(set_up)
        def inside(test: unittest.TestCase) -> None:
            self.start()
            test.addCleanup(self.stop)
            set_up(test)

        target.setUp = inside
