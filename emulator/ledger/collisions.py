"""What a conflict was, for people: each read that a later write met, and the block of that write."""

from __future__ import annotations

from collections.abc import Sequence

from emulator.frozen import frozen
from emulator.ion.values import NULL, Value
from emulator.journal.block import Block
from emulator.journal.errors import JournalError
from emulator.journal.stores import JournalStore
from emulator.ledger.conflicts import Key, WriteLog
from emulator.ledger.transaction import Transaction

_TOLD = 8
"""Of the reads of one transaction; there may be as many as a table has documents."""


@frozen
class Collision:
    """`seen_sequence_no` is the newest block that the read could see, `block` the later one that wrote the key.

    `looked_up` is the value behind a key of an index, the beginning of a long one; NULL where there is none to be told.
    """

    key: Key
    seen_sequence_no: int
    block: Block
    looked_up: Value


def collisions(
    transaction: Transaction, writes: WriteLog, sealed: Sequence[Block], journal: JournalStore
) -> tuple[Collision, ...]:
    """The first of the reads that were written later, by a block of the journal or one `sealed` and not yet in it.

    A journal that cannot be read leaves the conflict without its story.
    """
    blocks = {block.address.sequence_no: block for block in sealed}
    found = []
    try:
        for key, seen, written in writes.conflicts(transaction.reads, _TOLD):
            if written not in blocks:
                blocks |= {block.address.sequence_no: block for block in journal.read(written, written + 1)}
            if written in blocks:
                found.append(Collision(key, seen, blocks[written], transaction.looked_up.get(key, NULL)))
    except JournalError:
        return ()
    return tuple(found)
