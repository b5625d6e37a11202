"""Redacted data goes in two steps. From a moment after its request on, a revision is shown without it, which follows
from the clock. Soon after, the writer finds time to erase it from the files of journal and view.

The journal comes first: as long as the view has the request open, whatever was cut off is begun again.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from emulator.clock import Clock
from emulator.journal.block import Block
from emulator.journal.redaction import redacted
from emulator.journal.stores import JournalStore
from emulator.ledger.owner import Owner
from emulator.ledger.view import View, redactions
from emulator.ledger.view.redactions import Waiting

_REVISIONS = 16
"""How many are erased at a time; each may be in a block of 4 MB."""
_AGAIN_AFTER_MS = 10_000
"""After a failure: another program may hold the files."""
_log = logging.getLogger(__name__)


class Eraser:
    def __init__(self, journal: JournalStore, view: View, strand_id: str, clock: Clock, delay_ms: int) -> None:
        self._journal = journal
        self._view = view
        self._strand_id = strand_id
        self._clock = clock
        self._delay_ms = delay_ms
        self._not_before_ms = 0

    @property
    def redacted_until_ms(self) -> int:
        """Revisions whose redaction was requested until then count as redacted."""
        return self._clock.now_ms() - self._delay_ms

    @property
    def is_pending(self) -> bool:
        """Whether there is data to erase, now or later."""
        return self._view.oldest_redaction_ms is not None

    @property
    def is_due(self) -> bool:
        return self.is_pending and self.due_in_ms <= 0

    @property
    def due_in_ms(self) -> int:
        """How long there is time until the next piece, if one is pending."""
        requested_ms, now_ms = self._view.oldest_redaction_ms or 0, self._clock.now_ms()
        return max(requested_ms + self._delay_ms, self._not_before_ms) - now_ms

    def shown(self, block: Block) -> Block:
        """A block of the journal as it is shown: without the data of revisions that count as redacted."""
        if not self.is_pending:
            return block
        sequence_no = block.address.sequence_no
        reader, until_ms = self._view.reader, self.redacted_until_ms
        for _, redaction in redactions.of_block(reader, self._strand_id, sequence_no, until_ms):
            block = redacted(block, redaction.document_id, redaction.version)
        return block

    # A piece of work: `take`, `erase`, which waits for the disk and may run on any thread, then `finish` or `put_off`

    def take(self) -> Sequence[Waiting]:
        return redactions.to_erase(self._view.reader, self._strand_id, self.redacted_until_ms, _REVISIONS)

    def erase(self, waiting: Sequence[Waiting]) -> None:
        self._journal.redact([redaction for _, redaction in waiting])
        self._view.erase([revision_no for revision_no, _ in waiting])

    def put_off(self, error: Exception) -> None:
        """What failed is tried again after a while."""
        _log.error("redacted data could not be erased, and will be later: %s", error)
        self._not_before_ms = self._clock.now_ms() + _AGAIN_AFTER_MS

    def finish(self, owner: Owner) -> None:
        self._view.note_erased()
        if not self.is_pending:
            owner.note_erasures(pending=False)
