"""The figures there are: names and units of the developer guide's page on monitoring with CloudWatch."""

from __future__ import annotations

from collections.abc import Mapping

from emulator.frozen import frozen

NAMESPACE = "AWS/QLDB"
LATENCY = "CommandLatency"


@frozen
class Figure:
    unit: str
    """As CloudWatch writes it."""
    dimension: str | None = None
    """What it is told apart by, beside the ledger."""
    is_level: bool = False
    """A level holds until it changes; anything else is of the minute it happened in."""
    minutes: int = 1
    """How long the time is that one value stands for."""


FIGURES: Mapping[str, Figure] = {
    LATENCY: Figure("Milliseconds", "CommandType"),
    "ReadIOs": Figure("Count"),
    "WriteIOs": Figure("Count"),
    "OccConflictExceptions": Figure("Count"),
    "Session4xxExceptions": Figure("Count"),
    "Session5xxExceptions": Figure("Count"),
    "SessionRateExceededExceptions": Figure("Count"),
    "IsImpaired": Figure("Count", "StreamId"),
    "JournalStorage": Figure("Bytes", is_level=True, minutes=15),
    "IndexedStorage": Figure("Bytes", is_level=True, minutes=15),
}
