"""What a server holds in memory after it took in many small documents, and while it reads them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import repeat

from bench.connections import play
from bench.loading import load
from bench.measuring import Bench
from bench.reading import lookups, scans
from bench.report import Row, at_most, bounded
from bench.servers import Server, emulator, running

_LEDGER = "remembered"
_MEGABYTES = 300
_READINGS = 3
_LOOKUPS = 10_000
_FLAT = 1.1


def measure(bench: Bench) -> Iterator[Row]:
    documents = bench.scale.documents
    with running(emulator(bench.folder / "data")) as server:
        empty = server.resident_megabytes()
        load(server, _LEDGER, documents)
        loaded = server.resident_megabytes()
        yield bounded(f"memory with {documents:,} documents, against none", loaded, empty, _MEGABYTES, "MB")
        read = max(_reading(server, documents) for _ in range(_READINGS))
        yield at_most("memory while reading, against before", read, loaded, _FLAT, "MB")


def _reading(server: Server, documents: int) -> float:
    """Memory after every document was read, and some of them again by the index."""
    counted = repeat(True, _LOOKUPS)
    once = repeat(True, 1)
    play(
        server.port,
        [
            lookups(_LEDGER, documents, lambda: next(counted, False), []),
            scans(_LEDGER, lambda: next(once, False)),
        ],
    )
    return server.resident_megabytes()
