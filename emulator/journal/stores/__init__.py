"""Where a journal lives. A store keeps blocks in order and knows nothing about what they mean.

The protocol is small so that a journal can move to a database several nodes share: appending says which block is
expected to come next, and fails when another node was faster.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from emulator.journal.block import Block, Redaction
from emulator.journal.errors import AppendConflict, JournalError
from emulator.journal.stores.sqlite import SqliteJournal

__all__ = ["STORES", "AppendConflict", "JournalError", "JournalReader", "JournalStore"]


class JournalReader(Protocol):
    """A journal that can be read. Every method raises JournalError when the store fails."""

    def read(self, start: int, stop: int) -> Iterator[Block]:
        """The blocks of a half-open range of sequence numbers, in order; those beyond the tip are left out.

        Between two of them nothing is held: a reader may take its time without keeping anybody from anything.
        """

    def tip(self) -> Block | None:
        """The latest block."""

    def close(self) -> None:
        """Let go of everything held; closing again does nothing."""


class JournalStore(JournalReader, Protocol):
    """A journal that can be appended to, too. One thread may append while others read."""

    def append(self, blocks: Sequence[Block], expected_sequence_no: int) -> None:
        """Add all blocks or none, durably; the first has the expected number.

        AppendConflict when the journal continues with another number.
        """

    def size_bytes(self) -> int:
        """How much room the journal takes."""

    def redact(self, redactions: Sequence[Redaction]) -> None:
        """Replace the data of revisions by its hash, so that the data is nowhere in the store; again is no change.

        JournalError when one of them is not there, or data may still be in the store; it is to be called again then.
        """

    def copy(self, path: Path | None, stop: int) -> "JournalStore":
        """The blocks before `stop` as a journal of its own, at a path where nothing is, or in memory without one."""

    def reader(self) -> JournalReader:
        """A way to read that is for somebody else alone, on a thread of their own, and never waits for the others.

        Whoever gets it closes it. It ends with the store at the latest.
        """


STORES: Mapping[str, Callable[[Path | None], JournalStore]] = {"sqlite": SqliteJournal}
"""Stores by name. Each opens or creates the journal at a path, or one in memory without a path."""
