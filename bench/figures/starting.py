"""From the start of the process to its first answer."""

from __future__ import annotations

from collections.abc import Iterator

from bench.measuring import Bench, interleaved
from bench.report import Row, at_most
from bench.servers import emulator, running, uvicorn

_ROUNDS = 9


def measure(bench: Bench) -> Iterator[Row]:
    command = emulator(bench.folder / "data")
    measured = interleaved(lambda: _start(command), lambda: _start(uvicorn("bench.plain_fastapi:app")), _ROUNDS)
    value, floor = (elapsed * 1000 for elapsed in measured)
    yield at_most("start to listening, against FastAPI", value, floor, 1.3, "ms")


def _start(command: list[str]) -> float:
    with running(command) as server:
        return server.started_seconds
