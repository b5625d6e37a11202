"""The least that any durable server does: answers of fixed bytes, and before that to a commit a block of bytes that is
appended as the journal appends, synced to the disk. Nothing in it is of a ledger."""

from __future__ import annotations

import os
from itertools import count
from pathlib import Path

from bench.fixed_server import answering
from emulator.journal.stores.sqlite_connection import connect, transaction

_BLOCK_BYTES = 750
"""What the block of one insert takes."""

_journal = connect(Path(os.environ["BENCH_FOLDER"]) / "appended.sqlite")
_numbers = count()


def _append() -> None:
    with transaction(_journal) as connection:
        connection.execute("INSERT INTO block VALUES (?, ?)", (next(_numbers), bytes(_BLOCK_BYTES)))


app = answering(_append)
