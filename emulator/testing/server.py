"""An emulator with a port of its own, for clients that are not in this process or not botocore's."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from types import TracebackType
from typing import Any

from emulator import runtime
from emulator.api import server
from emulator.api.app import create_app
from emulator.client.transport import HttpTransport
from emulator.testing.handle import Qldb
from emulator.testing.options import settings_of


class Emulator:
    """Serves on a thread and a free port of 127.0.0.1, in memory unless there is a `data_dir`.

    Settings are those of `emulator.settings.Settings`. `start` and `stop`, or a `with` around what needs it.
    """

    def __init__(self, **settings: Any) -> None:
        self._settings = settings_of({"in_memory": settings.get("data_dir") is None, **settings})
        self._running = ExitStack()
        self.url = ""
        """The endpoint; empty while it does not serve."""

    def start(self) -> Emulator:
        """Serve. DataFolderError when the data directory cannot be used."""
        with ExitStack() as started:
            emulator = runtime.Emulator(self._settings)
            started.callback(emulator.close)
            self.url = started.enter_context(server.running(create_app(emulator)))
            self._running = started.pop_all()
        return self

    def stop(self) -> None:
        """Serve no longer; what was in memory is gone."""
        self.url = ""
        self._running.close()

    def handle(self, ledger: str | None = None) -> Qldb:
        """A handle on it."""
        return Qldb(HttpTransport(self.url), ledger)

    def __enter__(self) -> Emulator:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()


class AsyncEmulator(Emulator):
    """The same for asynchronous tests: an `async with`, which does not hold up their event loop."""

    async def __aenter__(self) -> AsyncEmulator:
        await asyncio.to_thread(self.start)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await asyncio.to_thread(self.stop)
