"""Time, from one place. Expiry and pending states are computed from it when asked; there are no timers."""

import time
from typing import Protocol

from emulator.frozen import frozen
from emulator.times import LONGEST_MS, duration_ms, iso, time_ms

_LAST_MS = LONGEST_MS - 1
"""As late as it gets: there is room behind it for what is due later, in years that can still be written."""


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


class SettableClock:
    """A clock that users control: it runs as another does, until it is moved or frozen. At the end of 9998 it stops.

    `tick_ms` is how far a frozen clock moves with every request, so that what happens in one request happens at one
    time, however often it is looked at.
    """

    def __init__(self, runs_as: Clock) -> None:
        self._runs_as = runs_as
        self._offset_ms = 0
        self._frozen_at_ms: int | None = None
        self.tick_ms = 0

    def now_ms(self) -> int:
        if self._frozen_at_ms is not None:
            return self._frozen_at_ms
        return min(self._runs_as.now_ms() + self._offset_ms, _LAST_MS)

    @property
    def is_frozen(self) -> bool:
        return self._frozen_at_ms is not None

    def set(self, now_ms: int) -> None:
        """It is that time now; frozen or running, it stays so."""
        if self._frozen_at_ms is None:
            self._offset_ms = now_ms - self._runs_as.now_ms()
        else:
            self._frozen_at_ms = now_ms

    def advance(self, milliseconds: int) -> None:
        """Move on, or back; ValueError where that leads out of the times there are."""
        now_ms = self.now_ms()
        if not 0 <= now_ms + milliseconds <= _LAST_MS:
            raise ValueError(f"a clock stays in the years 1970 to 9998, and stands at {iso(now_ms)}")
        self.set(now_ms + milliseconds)

    def freeze(self) -> None:
        """Stand still from now on."""
        self._frozen_at_ms = self.now_ms()

    def run(self) -> None:
        """Go on from the time it stands at."""
        now_ms, self._frozen_at_ms = self.now_ms(), None
        self.set(now_ms)

    def reset(self) -> None:
        """Be the other clock again."""
        self.stand_as(SettableClock(self._runs_as))

    def stand_as(self, other: "SettableClock") -> None:
        """Stand, or go on, as another does that runs as the same clock."""
        self._offset_ms, self._frozen_at_ms, self.tick_ms = other._offset_ms, other._frozen_at_ms, other.tick_ms

    def tick(self) -> None:
        """A request comes in."""
        if self._frozen_at_ms is not None:
            self._frozen_at_ms = min(self._frozen_at_ms + self.tick_ms, _LAST_MS)


@frozen
class ClockStart:
    """How a clock begins: frozen at a time, unless it runs on from there; `tick_ms` as in SettableClock."""

    now_ms: int
    tick_ms: int = 0
    runs: bool = False

    @classmethod
    def of(cls, text: str) -> "ClockStart":
        """`TIME`, `TIME,tick=1ms` or `TIME,run`; ValueError for anything else."""
        time_text, _, manner = text.partition(",")
        if manner.startswith("tick="):
            return cls(time_ms(time_text), tick_ms(manner.removeprefix("tick=")))
        if manner not in ("", "run"):
            raise ValueError(f"after the time comes 'run' or a tick such as 'tick=1ms', got {manner!r}")
        return cls(time_ms(time_text), runs=manner == "run")

    def start(self, clock: SettableClock) -> None:
        if not self.runs:
            clock.freeze()  # before it is set: until then it moves
        clock.set(self.now_ms)
        clock.tick_ms = self.tick_ms


def tick_ms(came: object) -> int:
    """How far a clock ticks, as a duration that is not negative; ValueError for anything else."""
    milliseconds = duration_ms(came)
    if milliseconds < 0:
        raise ValueError(f"a clock does not tick backwards, got {came!r}")
    return milliseconds
