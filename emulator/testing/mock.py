"""`mock_qldb`: QLDB inside of a test, for unmodified boto3 and pyqldb. It goes around a function, a class or a block.

    @mock_qldb
    def test_something(): boto3.client("qldb").create_ledger(Name="l", PermissionsMode="STANDARD")

    with mock_qldb(seed="42", clock="2024-01-01T00:00:00Z,tick=1ms") as qldb: ...

It nests with moto's `mock_aws`, which has no QLDB: exports and streams then go to moto's S3 and Kinesis.
"""

from __future__ import annotations

import inspect
import unittest
from collections.abc import Callable, Iterator
from contextlib import ContextDecorator, ExitStack
from dataclasses import replace
from functools import wraps
from types import TracebackType
from typing import Any, TypeVar, overload

from emulator.in_process import InProcess
from emulator.runtime import Emulator
from emulator.testing import environment, interception
from emulator.testing.faked_time import read_what_cannot_be_read_then
from emulator.testing.first_ledger import make_ledger
from emulator.testing.handle import Qldb
from emulator.testing.options import IN_PROCESS, environments_region, settings_of
from emulator.testing.outlets import MockedOutlets

T = TypeVar("T", bound=Callable[..., Any])

_started: list[MockQldb] = []
"""Those that run, each as often as it was started: one that nobody else holds would end where it began."""

_SET_UP, _TEAR_DOWN = "setup_method", "teardown_method"


@overload
def mock_qldb(function: T) -> T: ...


@overload
def mock_qldb(**settings: Any) -> MockQldb: ...


def mock_qldb(function: Any = None, **settings: Any) -> Any:
    """An emulator in memory, from the beginning of what it goes around to its end.

    `settings` are those of `emulator.settings.Settings`; a clock may be given as its text or a time. TypeError for
    others, ValueError for one that is wrong.
    """
    if function is not None and not callable(function):
        raise TypeError(f"mock_qldb goes around a function or a class, or takes settings by name, got {function!r}")
    mock = MockQldb(**settings)
    return mock if function is None else mock(function)


class MockQldb(ContextDecorator):
    """One that can be started and stopped, any number of times; each start has nothing of the one before."""

    def __init__(self, **settings: Any) -> None:
        self._settings = replace(settings_of(settings, IN_PROCESS), in_memory=True)
        self._region: str | None = settings.get("region")
        self._running: list[ExitStack] = []

    def start(self, ledger: str | None = None) -> Qldb:
        """Put a new emulator in charge, with a new ledger of that name where one is given; the handle on it.

        ServerError, as from CreateLedger, when there can be no such ledger.
        """
        read_what_cannot_be_read_then()
        with ExitStack() as started:
            settings = replace(self._settings, region=self._region or environments_region())
            emulator = Emulator(settings, outlets=MockedOutlets(settings))
            started.callback(emulator.close)
            if ledger is not None:
                make_ledger(emulator, ledger)
            answering = InProcess(emulator)
            started.callback(answering.close)
            started.enter_context(environment.made_up(self._region))
            started.enter_context(interception.in_charge(answering))
            self._running.append(started.pop_all())
        _started.append(self)
        return Qldb(answering, ledger)

    def stop(self) -> None:
        """End what the last start began. RuntimeError where nothing was started."""
        if not self._running:
            raise RuntimeError("stop() comes after start(): this mock_qldb is not started")
        _started.remove(self)
        self._running.pop().close()

    def __enter__(self) -> Qldb:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def __call__(self, target: Any) -> Any:
        if inspect.isclass(target):
            return self._around_class(target)
        for is_such, around in self._manners():
            if is_such(target):
                return around(target)
        return super().__call__(target)

    def _manners(self) -> Iterator[tuple[Callable[[Any], bool], Callable[[Any], Any]]]:
        """Functions whose body does not run when they are called."""
        yield inspect.iscoroutinefunction, self._around_coroutine
        yield inspect.isasyncgenfunction, self._around_async_generator
        yield inspect.isgeneratorfunction, self._around_generator

    def _around_coroutine(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        async def inside(*arguments: Any, **named: Any) -> Any:
            with self:
                return await function(*arguments, **named)

        return inside

    def _around_generator(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """A fixture with a `yield`, say."""

        @wraps(function)
        def inside(*arguments: Any, **named: Any) -> Any:
            with self:
                return (yield from function(*arguments, **named))

        return inside

    def _around_async_generator(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        async def inside(*arguments: Any, **named: Any) -> Any:
            with self:
                async for value in function(*arguments, **named):
                    yield value

        return inside

    def _around_class(self, target: type) -> type:
        """Around each of its tests: a new emulator for every one, there before its set-up and until its tear-down."""
        if issubclass(target, unittest.TestCase):
            self._around_set_up_of_case(target)
        elif hasattr(target, _SET_UP) or hasattr(target, _TEAR_DOWN):
            self._around_set_up(target)
        else:
            self._around_tests(target)
        return target

    def _around_set_up_of_case(self, target: Any) -> None:
        set_up = target.setUp

        @wraps(set_up)
        def inside(test: unittest.TestCase) -> None:
            self.start()
            test.addCleanup(self.stop)
            set_up(test)

        target.setUp = inside

    def _around_set_up(self, target: Any) -> None:
        """The way of pytest, which calls neither a test nor its tear-down when the set-up fails."""
        set_up, tear_down = getattr(target, _SET_UP, None), getattr(target, _TEAR_DOWN, None)

        def before(test: Any, method: Any) -> None:
            with ExitStack() as started:
                self.start()
                started.callback(self.stop)
                _call(set_up, test, method)
                started.pop_all()

        def after(test: Any, method: Any) -> None:
            try:
                _call(tear_down, test, method)
            finally:
                self.stop()

        setattr(target, _SET_UP, before)
        setattr(target, _TEAR_DOWN, after)

    def _around_tests(self, target: type) -> None:
        for name, member in inspect.getmembers_static(target):
            if not name.lower().startswith("test"):
                continue
            if isinstance(member, staticmethod | classmethod):
                setattr(target, name, type(member)(self(member.__func__)))
            elif inspect.isfunction(member) or _is_inside(member, target):
                setattr(target, name, self(member))


def _is_inside(member: Any, target: type) -> bool:
    """Whether it is a class of tests in the class, and not just one that is named there."""
    return inspect.isclass(member) and member.__qualname__.startswith(f"{target.__qualname__}.")


def _call(function: Callable[..., Any] | None, test: Any, method: Any) -> None:
    """As pytest does: with the method that is tested, where that is wanted."""
    if function is not None:
        takes_method = len(inspect.signature(function).parameters) > 1
        function(*((test, method) if takes_method else (test,)))
