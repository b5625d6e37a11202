"""One figure of one ledger through time: what came in each minute, and all there ever was."""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

from emulator import limits

BOUNDS = (1.0, 2.5, 5.0, 10.0, 25.0, 50.0, 100.0, 250.0, 500.0, 1_000.0, 5_000.0, 30_000.0)
"""Upper ends of the classes that latencies are counted in, in milliseconds."""


class Minute(NamedTuple):
    """What came in a minute, counted from the epoch on."""

    minute: int
    samples: int
    total: float
    least: float
    most: float


class Series:
    """Written by one thread; others may read it, and see the minute under way in the middle of an addition."""

    def __init__(self, minutes_each: int = 1) -> None:
        """`minutes_each` is how long the times are that are told apart."""
        self._minutes_each = minutes_each
        self._past: deque[Minute] = deque(maxlen=limits.METRIC_MINUTES // minutes_each)
        self._minute = -1
        self._count = 0
        self._total = self._least = self._most = 0.0
        self._total_before = 0.0
        self._count_before = 0

    def add(self, minute: int, value: float) -> None:
        if minute - minute % self._minutes_each != self._minute:
            self._begin(minute)
            self._least = self._most = value
        self._count += 1
        self._total += value
        self._least = min(self._least, value)
        self._most = max(self._most, value)

    def set(self, minute: int, value: float) -> None:
        """The value that stands for this time, in place of any before."""
        if self.is_over(minute):
            self._begin(minute)
        self._count, self._total, self._least, self._most = 1, value, value, value

    def is_over(self, minute: int) -> bool:
        """Whether the time of the newest value is past."""
        return minute - minute % self._minutes_each != self._minute

    def minutes(self) -> list[Minute]:
        """What is kept, from old to new."""
        return [*list(self._past), self._current()] if self._count else []

    def levels(self, minute: int) -> Iterator[Minute]:
        """The same of a level, which holds for all the time until the next, and until now."""
        known = self.minutes()
        ends = [later.minute for later in known[1:]] + [minute + 1]
        for level, end in zip(known, ends, strict=True):
            for start in range(level.minute, end, self._minutes_each):
                yield level._replace(minute=start)

    @property
    def total(self) -> float:
        """Of all values ever."""
        return self._total_before + self._total

    @property
    def count(self) -> int:
        """Of all values ever."""
        return self._count_before + self._count

    @property
    def latest(self) -> float:
        """The newest value of a level."""
        return self._most

    def _begin(self, minute: int) -> None:
        if self._count:
            self._past.append(self._current())
            self._total_before += self._total
            self._count_before += self._count
        self._minute = minute - minute % self._minutes_each
        self._count, self._total = 0, 0.0

    def _current(self) -> Minute:
        return Minute(self._minute, self._count, self._total, self._least, self._most)


class Latency(Series):
    """A series that also counts its values by their size."""

    def __init__(self, minutes_each: int = 1) -> None:
        super().__init__(minutes_each)
        self.classes = [0] * (len(BOUNDS) + 1)
        """How many values ever came up to each bound, and beyond the last."""

    def add(self, minute: int, value: float) -> None:
        super().add(minute, value)
        self.classes[bisect_left(BOUNDS, value)] += 1
