"""A meter for each ledger, and what they all show."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from emulator import limits
from emulator.clock import Clock
from emulator.errors import AwsError, OccConflictException, RateExceededException
from emulator.frozen import frozen
from emulator.metrics.figures import FIGURES, LATENCY
from emulator.metrics.series import Latency, Minute, Series

_MINUTE_MS = 60_000


class ConsumedIOs(Protocol):
    @property
    def read_ios(self) -> int: ...
    @property
    def write_ios(self) -> int: ...


@frozen
class Reading:
    """One value of one figure, as CloudWatch keeps it."""

    figure: str
    ledger_name: str
    dimension: str
    """The value of the figure's own dimension; empty where it has none."""
    minute: Minute


class Meter:
    """Counts what happens in one ledger. One thread's own, but for reading."""

    def __init__(self, region: str, ledger_name: str, clock: Clock) -> None:
        self.region = region
        self.ledger_name = ledger_name
        self._clock = clock
        self._series: dict[tuple[str, str], Series] = {}

    def add(self, figure: str, value: float, dimension: str = "") -> None:
        """Count one value of a figure of `FIGURES`."""
        self._of(figure, dimension).add(self._clock.now_ms() // _MINUTE_MS, value)

    def set(self, figure: str, value: float, dimension: str = "") -> None:
        """Tell a level of `FIGURES` as it is now."""
        self._of(figure, dimension).set(self._clock.now_ms() // _MINUTE_MS, value)

    def answered(self, command: str, milliseconds: float, ios: ConsumedIOs | None = None) -> None:
        """A command of a session was answered."""
        minute = self._clock.now_ms() // _MINUTE_MS
        self._of(LATENCY, command).add(minute, milliseconds)
        if ios is not None:
            if ios.read_ios:
                self._of("ReadIOs").add(minute, ios.read_ios)
            if ios.write_ios:
                self._of("WriteIOs").add(minute, ios.write_ios)

    def refused(self, error: AwsError) -> None:
        """A command of a session was answered by an error."""
        self.add("Session5xxExceptions" if error.status >= 500 else "Session4xxExceptions", 1)
        if isinstance(error, OccConflictException):
            self.add("OccConflictExceptions", 1)
        elif isinstance(error, RateExceededException):
            self.add("SessionRateExceededExceptions", 1)

    @property
    def is_level_due(self) -> bool:
        """Whether no level was told yet for the time it is. Sessions start at least as often as that time lasts."""
        return not self.is_told(self._of("JournalStorage"))

    def is_told(self, level: Series) -> bool:
        """Whether one of the meter's levels was told for the time it is."""
        return not level.is_over(self._clock.now_ms() // _MINUTE_MS)

    def series(self) -> dict[tuple[str, str], Series]:
        """Every series that has a value, by figure and dimension."""
        return {key: series for key, series in dict(self._series).items() if series.count}

    def readings(self) -> Iterator[Reading]:
        """What is kept, of each figure from old to new. Any thread may ask."""
        now = self._clock.now_ms() // _MINUTE_MS
        for (figure, dimension), series in self.series().items():
            minutes = series.levels(now) if FIGURES[figure].is_level else series.minutes()
            for minute in minutes:
                yield Reading(figure, self.ledger_name, dimension, minute)

    def _of(self, figure: str, dimension: str = "") -> Series:
        series = self._series.get((figure, dimension))
        if series is None:
            made_by = Latency if figure == LATENCY else Series
            series = self._series[figure, dimension] = made_by(FIGURES[figure].minutes)
        return series


class Meters:
    """The meters of the ledgers that were used last, by Region and name. A ledger made anew under its name goes on."""

    def __init__(self, clock: Clock, most: int = limits.METERED_LEDGERS) -> None:
        self._clock = clock
        self._most = most
        self._meters: dict[tuple[str, str], Meter] = {}

    def of(self, region: str, ledger_name: str) -> Meter:
        meter = self._meters.pop((region, ledger_name), None) or Meter(region, ledger_name, self._clock)
        self._meters[region, ledger_name] = meter
        if len(self._meters) > self._most:
            del self._meters[next(iter(self._meters))]
        return meter

    def all(self) -> list[Meter]:
        return list(self._meters.values())

    def clear(self) -> None:
        self._meters.clear()
