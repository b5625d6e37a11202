"""The view follows the journal: at start-up, after another writer appended, and after a failure of its own."""

from __future__ import annotations

from collections.abc import Callable

from emulator.clock import Clock
from emulator.ids import IdSource
from emulator.journal.block import Block
from emulator.journal.hash_chain import genesis
from emulator.journal.stores import JournalStore
from emulator.ledger.view import View
from emulator.ledger.view.view import Applied

_BLOCKS_PER_COMMIT = 1_000

Note = Callable[[Block, Applied], None]


def begin_journal(journal: JournalStore, clock: Clock, ids: IdSource) -> None:
    """Give a journal that is empty its first block."""
    if journal.tip() is None:
        journal.append([genesis(ids.new_id(), ids.new_id(), clock.now_ms())], 0)


def catch_up(journal: JournalStore, view: View, note: Note) -> Block:
    """Apply what the journal has and the view has not, telling `note` of each block; the journal's tip.

    A view that is not of this journal begins anew.
    """
    tip = journal.tip()
    assert tip is not None
    if not _is_of(journal, view, tip):
        view.begin_anew()
    for block in journal.read(view.applied_sequence_no + 1, tip.address.sequence_no + 1):
        note(block, view.apply(block))
        if block.address.sequence_no % _BLOCKS_PER_COMMIT == 0:
            view.commit()
            view.checkpoint_if_due()
    view.commit()
    view.flush()
    return tip


def _is_of(journal: JournalStore, view: View, tip: Block) -> bool:
    """Whether the last block that the view applied is the journal's."""
    applied = view.applied_sequence_no
    if not 0 <= applied <= tip.address.sequence_no:
        return applied < 0
    block = tip if applied == tip.address.sequence_no else next(journal.read(applied, applied + 1))
    return view.merkle_tree.node(0, applied) == block.block_hash
