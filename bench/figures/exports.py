"""Exports to a local folder: speed, memory, and what commits notice of them and of a stream."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from time import perf_counter, time

from bench import delivering
from bench.measuring import Bench, seconds
from bench.report import Row, at_most, plain
from bench.servers import Server, ask, emulator, running
from emulator import limits

_FORMATS = ("ION_TEXT", "ION_BINARY", "JSON")
_STREAM = "followed"
_FLAT = 1.25
_SLOWER = 1.10
_ROUNDS = 5


def measure(bench: Bench) -> Iterator[Row]:
    data, out = bench.folder / "data", bench.folder / "exports"
    blocks = bench.scale.small_blocks * 100
    journal = delivering.filled(data, blocks)
    floor = blocks / seconds(lambda: _copy(journal, bench.folder / "copied"))
    # Kinesis is a process of its own, as it is for everybody but the sandbox's users.
    with (
        running([*emulator(bench.folder / "kinesis")[:-1], "--sandbox", "--port"]) as kinesis,
        running(
            [*emulator(data)[:-1], "--export-dir", str(out), "--kinesis-endpoint-url", kinesis.endpoint, "--port"]
        ) as server,
    ):
        delivering.exported(server, delivering.export(server, "ION_TEXT"))
        settled = server.resident_megabytes()
        peaks = []
        for name in _FORMATS:
            started = perf_counter()
            peaks.append(delivering.exported(server, delivering.export(server, name)))
            rate = blocks / (perf_counter() - started)
            yield plain(f"export of {blocks:,} blocks, {name}, against copying the rows", rate, floor, "blocks/s")
        yield at_most(
            f"memory during an export of {blocks:,} blocks, against after one", max(peaks), settled, _FLAT, "MB"
        )
        yield from _commits(server, kinesis)


def _commits(server: Server, kinesis: Server) -> Iterator[Row]:
    delivering.kinesis_stream(kinesis, _STREAM)
    delivering.create_written(server)

    def export() -> Callable[[], object]:
        path = delivering.export(server, "ION_TEXT")
        return lambda: delivering.exported(server, path)

    def export_and_stream() -> Callable[[], object]:
        path = delivering.stream(server, delivering.WRITTEN, _STREAM, InclusiveStartTime=time() - 1)
        exported = export()
        return lambda: (exported(), ask(server.port, "DELETE", path))

    alone, beside, beside_both = delivering.half_of_commits(server, export, export_and_stream, rounds=_ROUNDS)
    yield at_most("HTTP, insert and commit during an export, against alone", beside, alone, _SLOWER, "ms")
    yield at_most(
        "HTTP, insert and commit during an export and a stream, against alone", beside_both, alone, _SLOWER, "ms"
    )


def _copy(journal: Path, folder: Path) -> None:
    """The least that can be done: the stored bytes of the blocks, put into files as large as an export's."""
    folder.mkdir()
    with closing(sqlite3.connect(journal)) as database:
        rows = database.execute("SELECT body FROM block ORDER BY sequence_no")
        while lot := rows.fetchmany(limits.EXPORT_OBJECT_BLOCKS):
            with (folder / str(len(list(folder.iterdir())))).open("wb") as file:
                file.writelines(body for (body,) in lot)
                file.flush()
                os.fsync(file.fileno())
