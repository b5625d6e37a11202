"""Ledgers with the blocks of another one: the same strand, addresses and hashes, and a life of their own."""

from __future__ import annotations

from pathlib import Path

from emulator.ids import IdSource
from emulator.ledger.ledger import JOURNAL_FILE, VIEW_FILE, Ledger
from emulator.ledger.owner import ALONE, Owner
from emulator.ledger.view import View


def copy(original: Ledger, folder: Path | None, ids: IdSource, owner: Owner = ALONE, stop: int | None = None) -> Ledger:
    """A ledger with all blocks of another, or with those before `stop`; in a folder where nothing is, or in memory.

    The view of a whole ledger is copied too, that of a part is made from the journal. ValueError when there is no such
    part.
    """
    blocks = original.tip.address.sequence_no + 1
    stop = blocks if stop is None else stop
    if not 0 < stop <= blocks:
        raise ValueError(f"a part of the journal ends before one of the blocks 1 to {blocks}, got {stop}")
    journal = original.journal.copy(folder and folder / JOURNAL_FILE, stop)
    place = folder and folder / VIEW_FILE
    view = original.view.copy(place) if stop == blocks else View(place, owner.settings)
    return Ledger(journal, view, original.clock, ids, owner)
