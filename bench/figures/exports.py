"""Exports to a local folder: how fast they are, what they hold in memory, and what commits notice of them."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from statistics import median
from time import perf_counter, sleep, time

from bench.connections import play
from bench.conversation import Script, opened, prepare, statements
from bench.documents import INSERT, SET_UP, document
from bench.engine import fill
from bench.measuring import Bench, seconds
from bench.reading import timed
from bench.report import Row, at_most, plain
from bench.servers import Server, ask, create_ledger, emulator, running
from emulator import limits
from emulator.runtime import Emulator
from emulator.settings import Settings

_EXPORTED, _WRITTEN = "exported", "written"
_FORMATS = ("ION_TEXT", "ION_BINARY", "JSON")
_FLAT = 1.25
_SLOWER = 1.10
_SECONDS = 3.0
_ROUNDS = 8
_POLL_SECONDS = 0.02


def measure(bench: Bench) -> Iterator[Row]:
    data, out = bench.folder / "data", bench.folder / "exports"
    blocks = bench.scale.small_blocks * 100
    journal = _filled(data, blocks)
    floor = blocks / seconds(lambda: _copy(journal, bench.folder / "copied"))
    with running([*emulator(data)[:-1], "--export-dir", str(out), "--port"]) as server:
        _wait(server, _export(server, "ION_TEXT"))
        settled = server.resident_megabytes()
        peaks = []
        for name in _FORMATS:
            started = perf_counter()
            peaks.append(_wait(server, _export(server, name)))
            rate = blocks / (perf_counter() - started)
            yield plain(f"export of {blocks:,} blocks, {name}, against copying the rows", rate, floor, "blocks/s")
        yield at_most(
            f"memory during an export of {blocks:,} blocks, against after one", max(peaks), settled, _FLAT, "MB"
        )
        create_ledger(server, _WRITTEN)
        play(server.port, [statements(_WRITTEN, *SET_UP)])
        beside, alone = _commits(server)
        yield at_most("HTTP, insert and commit during an export, against alone", beside, alone, _SLOWER, "ms")


def _filled(data: Path, blocks: int) -> Path:
    """Make a data directory with a ledger of so many blocks; its journal's file."""
    served = Emulator(Settings(data_dir=data))
    with closing(served):
        ledgers = served.account().ledgers
        ledgers.create(_EXPORTED, "ALLOW_ALL")
        fill(ledgers.connect(_EXPORTED), blocks)
    (journal,) = data.rglob("journal.sqlite")
    return journal


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


def _export(server: Server, output_format: str) -> str:
    """Ask for all blocks; the export's path."""
    path = f"/ledgers/{_EXPORTED}/journal-s3-exports"
    body = {
        "InclusiveStartTime": 0,
        "ExclusiveEndTime": time() - 0.001,
        "S3ExportConfiguration": {
            "Bucket": "measured",
            "Prefix": "",
            "EncryptionConfiguration": {"ObjectEncryptionType": "NO_ENCRYPTION"},
        },
        "RoleArn": "arn:aws:iam::123456789012:role/measured",
        "OutputFormat": output_format,
    }
    return f"{path}/{ask(server.port, 'POST', path, body)['ExportId']}"


def _wait(server: Server, export: str) -> float:
    """Wait until an export has ended; the most memory the server was seen to hold."""
    peak = 0.0
    while (status := ask(server.port, "GET", export)["ExportDescription"]["Status"]) == "IN_PROGRESS":
        peak = max(peak, server.resident_megabytes())
        sleep(_POLL_SECONDS)
    if status != "COMPLETED":
        raise RuntimeError(f"the export was {status}")
    return peak


def _commits(server: Server) -> tuple[float, float]:
    """Milliseconds of half of all transactions that insert a document, while there is an export and while not."""
    beside: list[float] = []
    alone: list[float] = []
    for _ in range(_ROUNDS):
        alone += _inserting(server)
        export = _export(server, "ION_TEXT")
        beside += _inserting(server)
        _wait(server, export)
    return median(beside) * 1000, median(alone) * 1000


def _inserting(server: Server) -> list[float]:
    """How long transactions take that are done one after the other."""
    ends = perf_counter() + _SECONDS
    took: list[float] = []

    def inserts() -> Script:
        session = yield from opened(_WRITTEN)
        statement = prepare(session.token, INSERT, [document(1)])
        while perf_counter() < ends:
            waits: list[float] = []
            yield from timed(session.transaction([statement]), waits)
            took.append(sum(waits))

    play(server.port, [inserts()])
    return took
