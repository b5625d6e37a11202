"""Meters of ledgers."""

from dataclasses import dataclass

import pytest

from emulator.clock import ManualClock
from emulator.errors import (
    AwsError,
    BadRequestException,
    CapacityExceededException,
    OccConflictException,
    RateExceededException,
)
from emulator.metrics.meters import Meter, Meters


@dataclass
class Consumed:
    read_ios: int
    write_ios: int


@pytest.fixture
def meter() -> Meter:
    return Meters(ManualClock()).of("us-east-1", "first")


def totals(meter: Meter) -> dict[str, float]:
    return {figure: series.total for (figure, _), series in meter.series().items()}


def test_command_counts_its_latency_and_ios(meter: Meter) -> None:
    """An answered command adds to the latencies of its kind and to the IOs of its ledger."""
    meter.answered("ExecuteStatement", 2.0, Consumed(3, 0))
    meter.answered("ExecuteStatement", 4.0, Consumed(1, 2))
    meter.answered("EndSession", 1.0)

    assert meter.series()["CommandLatency", "ExecuteStatement"].total == 6.0
    assert meter.series()["CommandLatency", "EndSession"].total == 1.0
    assert meter.series()["ReadIOs", ""].total == 4
    assert meter.series()["WriteIOs", ""].total == 2


@pytest.mark.parametrize(
    ("error", "figures"),
    [
        (BadRequestException("no"), {"Session4xxExceptions"}),
        (OccConflictException(), {"Session4xxExceptions", "OccConflictExceptions"}),
        (RateExceededException(), {"Session4xxExceptions", "SessionRateExceededExceptions"}),
        (CapacityExceededException(), {"Session5xxExceptions"}),
    ],
)
def test_error_counts_under_every_name_it_has(meter: Meter, error: AwsError, figures: set[str]) -> None:
    """A refused command adds to the class of its status, and to its own figure if it has one."""
    meter.refused(error)

    assert totals(meter) == dict.fromkeys(figures, 1)


def test_figure_of_a_stream_is_told_apart_by_its_id(meter: Meter) -> None:
    """What a stream counts stands under the stream's id."""
    meter.add("IsImpaired", 1, "stream-1")
    meter.add("IsImpaired", 0, "stream-2")

    readings = {reading.dimension: reading.minute.total for reading in meter.readings()}
    assert readings == {"stream-1": 1, "stream-2": 0}


def test_ledgers_used_last_keep_their_meters() -> None:
    """Beyond the limit the meter goes that was asked for the longest time ago."""
    meters = Meters(ManualClock(), most=2)
    first = meters.of("us-east-1", "first")
    meters.of("us-east-1", "second")

    assert meters.of("us-east-1", "first") is first
    meters.of("us-east-1", "third")
    assert [meter.ledger_name for meter in meters.all()] == ["first", "third"]
