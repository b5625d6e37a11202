"""How long one client's lookup by an index waits for another client's scans of a whole table."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

from bench.connections import play
from bench.loading import load
from bench.measuring import Bench
from bench.reading import lookups, scans
from bench.report import Row, bounded, plain
from bench.servers import Server, emulator, running

_LEDGER = "scanned"
_SECONDS = 4.0
_ROUNDS = 4
_MILLISECONDS = 50


def measure(bench: Bench) -> Iterator[Row]:
    documents = bench.scale.scanned_documents
    with running(emulator(bench.folder / "data")) as server:
        load(server, _LEDGER, documents)
        alone: list[float] = []
        beside: list[float] = []
        for _ in range(_ROUNDS):
            alone += _lookups(server, documents, scanning=False)
            beside += _lookups(server, documents, scanning=True)
    during = f"lookup during scans of {documents:,} documents"
    yield plain(f"{during}, 99 of 100, against alone", _percentile(beside, 99), _percentile(alone, 99), "ms")
    yield bounded(f"{during}, longest, against alone", max(beside), max(alone), _MILLISECONDS, "ms")


def _lookups(server: Server, documents: int, *, scanning: bool) -> list[float]:
    """Milliseconds that each lookup took, for some seconds."""
    ends = perf_counter() + _SECONDS
    elapsed: list[float] = []
    scripts = [lookups(_LEDGER, documents, lambda: perf_counter() < ends, elapsed)]
    if scanning:
        scripts.append(scans(_LEDGER, lambda: perf_counter() < ends))
    play(server.port, scripts)
    return [seconds * 1000 for seconds in elapsed]


def _percentile(values: list[float], percent: int) -> float:
    return sorted(values)[len(values) * percent // 100]
