"""An emulator with a port of its own, for clients that are not in this process or not botocore's."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from dataclasses import replace
from types import TracebackType
from typing import Any

from emulator import runtime
from emulator.api import server
from emulator.api.app import create_app
from emulator.client.transport import HttpTransport
from emulator.testing import configuration, ports
from emulator.testing.first_ledger import make_ledger
from emulator.testing.handle import Qldb
from emulator.testing.options import settings_of
from emulator.testing.outlets import MockedOutlets

_started: list[Emulator] = []
"""Those that serve: one that nobody else holds would end where it began."""


class Emulator:
    """Serves on a thread and a free port of 127.0.0.1, in memory unless there is a `data_dir`.

    Settings are those of `emulator.settings.Settings`; the Region is that of the environment, where it has one. `start`
    and `stop`, or a `with` around what needs it.
    """

    def __init__(self, **settings: Any) -> None:
        self._settings = settings_of({"in_memory": settings.get("data_dir") is None, **settings})
        self._region: str | None = settings.get("region")
        self._running = ExitStack()
        self.url = ""
        """The endpoint; empty while it does not serve."""

    def start(self, ledger: str | None = None) -> Emulator:
        """Serve, with a new ledger of that name where one is given.

        DataFolderError when the data directory cannot be used, RuntimeError when it serves already, ServerError, as
        from CreateLedger, when there can be no such ledger.
        """
        if self.url:
            raise RuntimeError(f"start() comes before stop(): this emulator serves already, at {self.url}")
        with ExitStack() as started:
            settings = replace(self._settings, region=self._region or configuration.region())
            emulator = runtime.Emulator(settings, outlets=MockedOutlets(settings))
            started.callback(emulator.close)
            if ledger is not None:
                make_ledger(emulator, ledger)
            self.url = started.enter_context(server.running(create_app(emulator, reads_ahead=False)))
            started.enter_context(ports.served(self.url))
            self._running = started.pop_all()
        _started.append(self)
        return self

    def stop(self) -> None:
        """Serve no longer, where it did; what was in memory is gone."""
        if self.url:
            _started.remove(self)
        self.url = ""
        self._running.close()

    def handle(self, ledger: str | None = None) -> Qldb:
        """A handle on it, as long as it serves. RuntimeError when it does not."""
        if not self.url:
            raise RuntimeError("a handle is on an emulator that serves: start() it, or take it in a `with`")
        transport = HttpTransport(self.url)
        self._running.callback(transport.close)
        return Qldb(transport, ledger)

    def __enter__(self) -> Emulator:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()


class AsyncEmulator:
    """The same for asynchronous tests, whose event loop it does not hold up: `start` and `stop` are awaited, and the
    `with` is an `async with`."""

    def __init__(self, **settings: Any) -> None:
        self._emulator = Emulator(**settings)

    @property
    def url(self) -> str:
        """The endpoint; empty while it does not serve."""
        return self._emulator.url

    async def start(self, ledger: str | None = None) -> AsyncEmulator:
        """As Emulator.start."""
        await asyncio.to_thread(self._emulator.start, ledger)
        return self

    async def stop(self) -> None:
        """As Emulator.stop."""
        await asyncio.to_thread(self._emulator.stop)

    def handle(self, ledger: str | None = None) -> Qldb:
        """As Emulator.handle; its methods wait for their answers, so call them by asyncio.to_thread."""
        return self._emulator.handle(ledger)

    async def __aenter__(self) -> AsyncEmulator:
        return await self.start()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.stop()
