"""Does the long work of commands on a thread, so that the event loop serves the others meanwhile."""

from __future__ import annotations

from typing import Any

from emulator.api.threads import Threads
from emulator.session.aside import Aside

_THREADS = 4
"""More than one, so that a large document does not wait for the slowest of texts."""


class Asides:
    def __init__(self) -> None:
        self._threads = Threads(_THREADS, "aside")

    async def done(self, aside: Aside[Any]) -> None:
        """Wait until it is done, well or not."""
        await self._threads.run(aside.run)
