"""How a writer goes about its work without being in anybody's way.

Python runs one thread at a time, and a thread that computes lets go of the interpreter only every few milliseconds:
longer than a commit takes. So a writer stops after every half millisecond of work. Where it finds that others have
used the processor meanwhile, it leaves them most of the time; where it is alone, it goes on nearly at once.
"""

from __future__ import annotations

import threading
from time import perf_counter, process_time, thread_time

WORK_SECONDS = 0.0005
"""How long a writer works without letting others in."""
GLANCE_SECONDS = 0.00005
"""How long it lets go when nobody seems to be waiting: enough for a thread that is to take over."""
BUSY = 0.05
"""Others are at work if they use more of the time than this."""
RESTRAINT = 12
"""For how many times as long as it worked a writer then leaves the processor to them."""


class Stopped(Exception):
    """The writer is to end now."""


class Pace:
    """Of one writer, on its own thread."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._started, self._all, self._own = perf_counter(), process_time(), thread_time()

    def stop(self) -> None:
        """End the writer where it is, from any thread."""
        self._stop.set()

    def wait(self, seconds: float) -> None:
        """Do nothing for so long. Stopped if that ends the writer."""
        if self._stop.wait(seconds):
            raise Stopped
        self._measure()

    def give_way(self) -> None:
        """To be called between any two small pieces of work. Stopped if the writer is to end."""
        if self._stop.is_set():
            raise Stopped
        worked = thread_time() - self._own
        if worked < WORK_SECONDS:
            return
        elapsed = perf_counter() - self._started
        others = process_time() - self._all - worked
        pause = RESTRAINT * worked if others > BUSY * elapsed else GLANCE_SECONDS
        self._measure()
        if self._stop.wait(pause):
            raise Stopped

    def _measure(self) -> None:
        self._started, self._all, self._own = perf_counter(), process_time(), thread_time()
