"""How long one client's lookup by an index waits for another client's scans of a whole table."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

from bench.connections import play
from bench.loading import load
from bench.measuring import Bench
from bench.reading import Lookup, lookups, scans
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
        alone: list[Lookup] = []
        beside: list[Lookup] = []
        for _ in range(_ROUNDS):
            alone += _lookups(server, documents, scanning=False)
            beside += _lookups(server, documents, scanning=True)
    during = f"during scans of {documents:,} documents, against alone"
    select, select_alone = ([lookup.statement_seconds * 1000 for lookup in done] for done in (beside, alone))
    whole, whole_alone = ([lookup.transaction_seconds * 1000 for lookup in done] for done in (beside, alone))
    yield bounded(f"longest lookup {during}", max(select), max(select_alone), _MILLISECONDS, "ms")
    yield plain(f"99 of 100 lookups {during}", _percentile_99(select), _percentile_99(select_alone), "ms")
    yield plain(f"99 of 100 with start and commit {during}", _percentile_99(whole), _percentile_99(whole_alone), "ms")


def _lookups(server: Server, documents: int, *, scanning: bool) -> list[Lookup]:
    """The lookups of some seconds."""
    ends = perf_counter() + _SECONDS
    done: list[Lookup] = []
    scripts = [lookups(_LEDGER, documents, lambda: perf_counter() < ends, done)]
    if scanning:
        scripts.append(scans(_LEDGER, lambda: perf_counter() < ends))
    play(server.port, scripts)
    return done


def _percentile_99(values: list[float]) -> float:
    return sorted(values)[len(values) * 99 // 100]
