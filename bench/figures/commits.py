"""Commits of the engine in this process: against the disk alone, and against the processor alone."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from bench.documents import SET_UP, document
from bench.engine import inserting, open_ledger, set_up, without_disk
from bench.measuring import Bench, interleaved, seconds
from bench.report import Row, at_least
from emulator.journal.encoding import encode_block
from emulator.ledger.ledger import GROUP_TRANSACTIONS, Ledger

_COMMITS = 512
_GROUP = GROUP_TRANSACTIONS
_ROUNDS = 9


def measure(bench: Bench) -> Iterator[Row]:
    ledger, forgetful = open_ledger(bench.folder / "ledger"), without_disk()
    for one in (ledger, forgetful):
        set_up(one, SET_UP)
    with closing(ledger), closing(forgetful), closing(_raw_store(bench.folder / "raw.sqlite")) as raw:
        rates = interleaved(_committing(ledger, 1), _appending(ledger, raw), _ROUNDS)
        yield at_least("engine, one transaction per commit, against SQLite", *rates, 0.30, "tx/s")
        rates = interleaved(_committing(ledger, _GROUP), _committing(forgetful, _GROUP), _ROUNDS)
        yield at_least("engine, groups of 64, against no disk", *rates, 0.50, "tx/s")


def _committing(ledger: Ledger, group: int) -> Callable[[], float]:
    """Measures transactions per second, so many of them in each commit."""

    def commit() -> None:
        for at in range(0, _COMMITS, group):
            for number in range(at, at + group):
                inserting(ledger, document(number))
            ledger.write()

    return lambda: _COMMITS / seconds(commit)


def _raw_store(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    for setting in ("journal_mode = WAL", "synchronous = FULL"):
        connection.execute(f"PRAGMA {setting}").fetchone()
    connection.execute("CREATE TABLE block (sequence_no INTEGER PRIMARY KEY, body BLOB NOT NULL)")
    return connection


def _appending(ledger: Ledger, raw: sqlite3.Connection) -> Callable[[], float]:
    """Measures how fast SQLite appends the bytes of the ledger's newest blocks, each in a transaction of its own."""

    def append(rows: list[tuple[int, bytes]]) -> None:
        for row in rows:
            raw.execute("BEGIN IMMEDIATE")
            raw.execute("INSERT INTO block VALUES (?, ?)", row)
            raw.execute("COMMIT")

    def rate() -> float:
        stop = ledger.tip.address.sequence_no + 1
        blocks = ledger.journal.read(stop - _COMMITS, stop)
        rows = [(block.address.sequence_no, encode_block(block)) for block in blocks]
        return len(rows) / seconds(lambda: append(rows))

    return rate
