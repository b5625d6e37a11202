"""How much room a ledger takes."""

from __future__ import annotations

from typing import NamedTuple

from emulator.journal.stores.sqlite_file import size_bytes
from emulator.ledger.ledger import Ledger


class Sizes(NamedTuple):
    """In bytes: `view` is what tables, indexes and history take."""

    journal: int
    view: int


def sizes(ledger: Ledger) -> Sizes:
    return Sizes(ledger.journal.size_bytes(), size_bytes(ledger.view.reader))
