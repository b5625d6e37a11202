"""Does the long work of commands on a thread, so that the event loop serves the others meanwhile."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from typing import Any

from emulator.session.aside import Aside

_THREADS = 4
"""More than one, so that a large document does not wait for the slowest of texts."""


class Asides:
    """A few at a time: the interpreter runs them by turns, and while they wait each holds its memory."""

    def __init__(self) -> None:
        self._free = asyncio.Semaphore(_THREADS)

    async def done(self, aside: Aside[Any]) -> None:
        """Wait until it is done, well or not."""
        async with self._free:
            loop = asyncio.get_running_loop()
            finished = loop.create_future()
            # A thread that the end of the process does not wait for: what it works out, nobody wants any more then.
            threading.Thread(target=_run, args=(aside, loop, finished), name="aside", daemon=True).start()
            await finished


def _run(aside: Aside[Any], loop: asyncio.AbstractEventLoop, finished: asyncio.Future[None]) -> None:
    aside.run()
    with suppress(RuntimeError):  # the loop is closed
        loop.call_soon_threadsafe(_finish, finished)


def _finish(finished: asyncio.Future[None]) -> None:
    if not finished.done():
        finished.set_result(None)
