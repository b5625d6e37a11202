"""The journal of a ledger as a writer reads it, on a thread of its own: by number, and by time."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from typing import TYPE_CHECKING

from emulator.delivery.pace import Pace
from emulator.journal.block import Block

if TYPE_CHECKING:
    from emulator.ledger.ledger import Ledger

_BLOCKS = 16
"""So many are read at a time, and one at a time while there is data to erase: it may become due between two."""
_SETTLING_SECONDS = 0.005
_ERASING_ROUNDS = 200
"""How often to look whether redacted data is gone: the writer erases between commits, so that is a second at most."""


class JournalSource:
    """Made on the thread that owns the ledger; everything else is for the writer's."""

    def __init__(self, ledger: Ledger) -> None:
        self.strand_id = ledger.strand_id
        self._ledger = ledger
        self._reader = ledger.journal.reader()

    def read(self, start: int, stop: int, pace: Pace) -> Iterator[Block]:
        """The blocks of a half-open range of sequence numbers, in order; those beyond the tip are left out.

        Data that counts as redacted by then is not among them, unless it takes long to erase it.
        """
        waits = True
        while start < stop:
            is_pending = self._ledger.eraser.is_pending
            if is_pending and waits:
                waits = self._await_erasing(pace)
            blocks = list(self._reader.read(start, min(stop, start + (1 if is_pending else _BLOCKS))))
            if not blocks:
                return
            yield from blocks
            start += len(blocks)

    def next_sequence_no(self) -> int:
        """The number after the tip's."""
        tip = self._reader.tip()
        return 0 if tip is None else tip.address.sequence_no + 1

    def first_since(self, time_ms: int) -> int:
        """The number of the first block of that time or later, which may be the one that comes next.

        Block times never decrease along the strand, so it is found without reading the others.
        """
        return bisect_left(range(self.next_sequence_no()), time_ms, key=self._time_ms)

    def settle(self, pace: Pace) -> None:
        """Wait until every block that is sealed by now is in the journal, or never will be.

        Once the clock has passed a moment, this makes sure that no block from before it is still to come. What counts
        as redacted by now should be erased, too; that is waited for as well, if it does not take long.
        """
        group = self._ledger.group
        while group is not None and self._ledger.group is group:
            pace.wait(_SETTLING_SECONDS)
        self._await_erasing(pace)

    def _await_erasing(self, pace: Pace) -> bool:
        """Whether what counts as redacted is gone, after a while perhaps."""
        for _ in range(_ERASING_ROUNDS):
            if not self._ledger.eraser.is_due:
                return True
            pace.wait(_SETTLING_SECONDS)
        return False

    def close(self) -> None:
        self._reader.close()

    def _time_ms(self, sequence_no: int) -> int:
        return next(self._reader.read(sequence_no, sequence_no + 1)).timestamp_ms
