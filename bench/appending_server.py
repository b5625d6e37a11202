"""The least that any durable server does: answers of fixed bytes, and before that to a commit a block of bytes that is
appended as the journal appends, synced to the disk. Nothing in it is of a ledger."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.fixed_server import answering
from emulator.journal.stores.sqlite_connection import connect, transaction

_BLOCK_BYTES = 750
"""What the block of one insert takes."""

_folder = TemporaryDirectory(prefix="qldb-bench-")
_journal = connect(Path(_folder.name) / "journal.sqlite")
_numbers = count()


def _append() -> None:
    with transaction(_journal) as connection:
        connection.execute("INSERT INTO block VALUES (?, ?)", (next(_numbers), bytes(_BLOCK_BYTES)))


app = answering(_append)
