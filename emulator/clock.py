"""Time, from one place. Expiry and pending states are computed from it when asked; there are no timers."""

import time
from typing import Protocol


class Clock(Protocol):
    """What tells the time: milliseconds since the Unix epoch, UTC."""

    def now_ms(self) -> int: ...


class SystemClock:
    """The machine's clock."""

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000


class ManualClock:
    """A clock that stands still until told otherwise; tests move it.

    `tick_ms` is added after every reading, so that successive events can have distinct times.
    """

    def __init__(self, now_ms: int = 1_700_000_000_000, tick_ms: int = 0) -> None:
        self._now_ms = now_ms
        self._tick_ms = tick_ms

    def now_ms(self) -> int:
        now = self._now_ms
        self._now_ms += self._tick_ms
        return now

    def advance(self, milliseconds: int) -> None:
        self._now_ms += milliseconds
