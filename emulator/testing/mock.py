"""`mock_qldb`: QLDB inside of a test, for unmodified boto3 and pyqldb. It goes around a function, a class or a block.

    @mock_qldb
    def test_something(): boto3.client("qldb").create_ledger(Name="l", PermissionsMode="STANDARD")

    with mock_qldb(seed="42", clock="2024-01-01T00:00:00Z,tick=1ms") as qldb: ...

It nests with moto's `mock_aws`, which has no QLDB: exports and streams then go to moto's S3 and Kinesis.
"""

from __future__ import annotations

import atexit
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from types import TracebackType
from typing import Any, TypeVar, overload

from emulator.in_process import InProcess
from emulator.runtime import Emulator
from emulator.testing import configuration, environment, interception
from emulator.testing.decorating import around
from emulator.testing.faked_time import read_what_cannot_be_read_then
from emulator.testing.first_ledger import make_ledger
from emulator.testing.handle import Qldb
from emulator.testing.options import IN_PROCESS, settings_of
from emulator.testing.outlets import MockedOutlets

T = TypeVar("T", bound=Callable[..., Any])

_started: list[MockQldb] = []
"""Those that run, each as often as it was started: one that nobody else holds would end where it began."""


@atexit.register
def _stop_all() -> None:
    """While there is still an interpreter to do it."""
    while _started:
        _started[-1].stop()


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


class MockQldb:
    """One that can be started and stopped, any number of times; each start has nothing of the one before."""

    def __init__(self, **settings: Any) -> None:
        self._settings = replace(settings_of(settings, IN_PROCESS), in_memory=True)
        self._region: str | None = settings.get("region")
        self._running: list[tuple[ExitStack, ExitStack]] = []

    def start(self, ledger: str | None = None) -> Qldb:
        """Put a new emulator in charge, with a new ledger of that name where one is given; the handle on it.

        ServerError, as from CreateLedger, when there can be no such ledger.
        """
        read_what_cannot_be_read_then()
        with ExitStack() as started, ExitStack() as inside:
            settings = replace(self._settings, region=self._region or configuration.region())
            emulator = Emulator(settings, outlets=MockedOutlets(settings))
            started.callback(emulator.close)
            if ledger is not None:
                make_ledger(emulator, ledger)
            answering = InProcess(emulator)
            started.callback(answering.close)
            inside.enter_context(environment.made_up(self._region))
            inside.enter_context(interception.in_charge(answering))
            self._running.append((started.pop_all(), inside.pop_all()))
        _started.append(self)
        return Qldb(answering, ledger)

    def stop(self) -> None:
        """End what the last start began. RuntimeError where nothing was started."""
        if not self._running:
            raise RuntimeError("stop() comes after start(): this mock_qldb is not started")
        _started.remove(self)
        started, inside = self._running.pop()
        with started, inside:
            pass

    def leave(self) -> None:
        """Be in charge no longer, and let the handle of the last start have the emulator until `stop`."""
        _, inside = self._running[-1]
        inside.close()

    def __enter__(self) -> Qldb:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def __call__(self, target: Any) -> Any:
        """The function or class with this around it. TypeError for a fixture that is one already."""
        return around(target, self)
