"""A fork of a ledger of ten thousand blocks: on disk, in memory, and up to a block in its middle."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from bench.engine import fill
from bench.measuring import Bench, interleaved, seconds
from bench.report import Row, bounded, plain
from emulator.runtime import Emulator
from emulator.settings import Settings

_BLOCKS = 10_000
_ROUNDS = 15
_ROUNDS_OF_PARTS = 3
_GOAL_MS = 100.0


def measure(bench: Bench) -> Iterator[Row]:
    folder = bench.folder / "data"
    with closing(Emulator(Settings(data_dir=folder))) as on_disk, closing(Emulator(Settings(in_memory=True))) as within:
        for emulator in (on_disk, within):
            emulator.account().ledgers.create("original", "ALLOW_ALL", deletion_protection=False)
            fill(emulator.account().ledgers.connect("original"), _BLOCKS)
        files = sorted(folder.rglob("*.sqlite"))
        copied, read = _copying(files, bench.folder / "copies"), _reading(files)
        for what, emulator, floor in (("on disk", on_disk, copied), ("in memory", within, read)):
            measured = interleaved(_forking(emulator), floor, _ROUNDS)
            yield bounded(f"fork of 10,000 blocks, {what}", *_milliseconds(measured), _GOAL_MS, "ms")
        half = interleaved(_forking(on_disk, _BLOCKS // 2), copied, _ROUNDS_OF_PARTS)
        yield plain("fork of the first half of 10,000 blocks, on disk", *_milliseconds(half), "ms")


def _forking(emulator: Emulator, block: int | None = None) -> Callable[[], float]:
    """How long a fork takes until it can be used; it is deleted again."""

    ledgers = emulator.account().ledgers

    def fork() -> None:
        emulator.copies().fork("original", "fork", block)
        ledgers.connect("fork")

    def measured() -> float:
        elapsed = seconds(fork)
        ledgers.delete("fork")
        return elapsed

    return measured


def _copying(files: list[Path], folder: Path) -> Callable[[], float]:
    """How long the same files take to be copied and synced, and no more."""

    def copy() -> None:
        folder.mkdir()
        for number, file in enumerate(files):
            with (folder / str(number)).open("wb") as written, file.open("rb") as given:
                shutil.copyfileobj(given, written)
                written.flush()
                os.fsync(written.fileno())

    def measured() -> float:
        elapsed = seconds(copy)
        shutil.rmtree(folder)
        return elapsed

    return measured


def _reading(files: list[Path]) -> Callable[[], float]:
    """How long the same files take to be read into memory."""
    return lambda: seconds(lambda: [file.read_bytes() for file in files])


def _milliseconds(measured: tuple[float, float]) -> tuple[float, float]:
    value, floor = measured
    return value * 1000, floor * 1000
