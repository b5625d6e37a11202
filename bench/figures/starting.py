"""From the start of the process to its first answer, and to the first thing a client wants of it."""

from __future__ import annotations

from collections.abc import Iterator

from bench.measuring import Bench, interleaved, seconds
from bench.report import Row, at_most, plain
from bench.servers import ask, create_ledger, emulator, running, uvicorn

_ROUNDS = 9


def measure(bench: Bench) -> Iterator[Row]:
    command = emulator(bench.folder / "data")
    value, floor = interleaved(lambda: _start(command), _start_fastapi, _ROUNDS)
    yield at_most("start to listening, against FastAPI", value * 1000, floor * 1000, 1.3, "ms")
    # What is not read before the server listens is read now: it may be put off, and not come out dearer.
    value, floor = interleaved(lambda: _start_and_create(command), _start_fastapi, _ROUNDS)
    yield plain("start to the first ledger, against FastAPI's first answer", value * 1000, floor * 1000, "ms")


def _start(command: list[str]) -> float:
    with running(command) as server:
        return server.started_seconds


def _start_fastapi() -> float:
    return _start(uvicorn("bench.plain_fastapi:app"))


def _start_and_create(command: list[str]) -> float:
    with running(command) as server:
        elapsed = server.started_seconds + seconds(lambda: create_ledger(server, "first"))
        ask(server.port, "DELETE", "/ledgers/first")
        return elapsed
