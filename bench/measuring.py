"""How a figure and its floor are measured: by turns, so that what else the machine does hits both alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is measured: blocks and documents of the large ledgers."""

    blocks: int
    documents: int

    small_blocks: int = 1_000
    scanned_documents: int = 100_000


@dataclass(frozen=True, slots=True)
class Bench:
    """What a figure is given: how much to measure, a folder of its own that vanishes, the driver's Python."""

    scale: Scale
    folder: Path
    driver_python: Path


def interleaved(value: Callable[[], float], floor: Callable[[], float], rounds: int) -> tuple[float, float]:
    """Both measured `rounds` times in turn, after once for warmth; the medians."""
    value(), floor()
    measured = [(value(), floor()) for _ in range(rounds)]
    return median(one for one, _ in measured), median(other for _, other in measured)


def seconds(action: Callable[[], object]) -> float:
    """How long an action takes."""
    started = perf_counter()
    action()
    return perf_counter() - started
