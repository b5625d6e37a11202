"""Ledgers with the blocks of another one: the same strand, addresses and hashes, and a life of their own.

Of what the original redacts, a copy never has the data, whether it is erased there yet or the request's block is in the
copy: nothing in a part of the journal would tell that it is to go. So a part cannot end where such a revision was the
newest of its document, which would be a document without data.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from emulator.ids import IdSource
from emulator.journal.stores.closed_on_failure import closed_on_failure
from emulator.ledger.ledger import JOURNAL_FILE, VIEW_FILE, Ledger
from emulator.ledger.owner import ALONE, Owner
from emulator.ledger.view import View, redactions
from emulator.ledger.view.redactions import Waiting


def copy(original: Ledger, folder: Path | None, ids: IdSource, owner: Owner = ALONE, stop: int | None = None) -> Ledger:
    """A ledger with all blocks of another, or with those before `stop`; in a folder where nothing is, or in memory.

    The view of a whole ledger is copied too, that of a part is made from the journal. ValueError when there is no such
    part; `redacted_since` tells of those that there is no ledger of.
    """
    blocks = original.tip.address.sequence_no + 1
    stop = blocks if stop is None else stop
    if not 0 < stop <= blocks:
        raise ValueError(f"a part of the journal ends before one of the blocks 1 to {blocks}, got {stop}")
    original.mend()
    waiting = redactions.not_erased(original.view.reader, original.strand_id, stop)
    with closed_on_failure(original.journal.copy(folder and folder / JOURNAL_FILE, stop)) as journal:
        if waiting:
            journal.redact([redaction for _, redaction in waiting])
        place = folder and folder / VIEW_FILE
        made = _view(original, place, waiting) if stop == blocks else View(place, owner.settings)
        with closed_on_failure(made) as view:
            return Ledger(journal, view, original.clock, ids, owner)


def _view(original: Ledger, place: Path | None, waiting: Sequence[Waiting]) -> View:
    with closed_on_failure(original.view.copy(place)) as view:
        if waiting:
            view.erase([revision_no for revision_no, _ in waiting])
            view.note_erased()
        return view


def redacted_since(ledger: Ledger, stop: int) -> tuple[str, int] | None:
    """A document's id and version that was current before the block `stop` and is redacted by now, if there is one."""
    ledger.mend()
    return redactions.current_before(ledger.view.reader, stop)
