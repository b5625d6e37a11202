"""Eight keep-alive connections, each in a loop of StartTransaction, INSERT and Commit."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

from bench.connections import play
from bench.conversation import inserts, statements
from bench.documents import INSERT, SET_UP, document
from bench.measuring import Bench, interleaved
from bench.report import Row, at_least, plain
from bench.servers import Server, create_ledger, emulator, fixed_server, running

_LEDGER = "loaded"
_CONNECTIONS = 8
_SECONDS = 2.0
_ROUNDS = 5
_DOCUMENTS = [[document(number)] for number in range(200)]


def measure(bench: Bench) -> Iterator[Row]:
    with running(emulator(bench.folder / "data")) as server, running(fixed_server()) as floor:
        create_ledger(server, _LEDGER)
        play(server.port, [statements(_LEDGER, *SET_UP)])
        load, floor_load = _Load(server), _Load(floor)
        rate, floor_rate = interleaved(load.rate, floor_load.rate, _ROUNDS)
        yield at_least("HTTP, 8 connections, inserts, durable", rate, floor_rate, 0.25, "tx/s")
        costs = (load.cpu_milliseconds, floor_load.cpu_milliseconds)
        yield plain("HTTP, processor time of the server", *costs, "ms/tx")


class _Load:
    """Loads a server, and knows how much processor time each transaction took."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._cpu_seconds = 0.0
        self._transactions = 0

    @property
    def cpu_milliseconds(self) -> float:
        return self._cpu_seconds * 1000 / self._transactions

    def rate(self) -> float:
        """Transactions per second over some seconds."""
        count, cpu_before, started = 0, self._server.cpu_seconds(), perf_counter()

        def again() -> bool:
            nonlocal count
            more = perf_counter() < started + _SECONDS
            count += more
            return more

        play(self._server.port, [inserts(_LEDGER, INSERT, _DOCUMENTS, again) for _ in range(_CONNECTIONS)])
        elapsed = perf_counter() - started
        self._cpu_seconds += self._server.cpu_seconds() - cpu_before
        self._transactions += count
        return count / elapsed
