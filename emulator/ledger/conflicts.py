"""Optimistic concurrency control: what transactions read, what commits wrote, and whether the two meet.

A read is a key with the sequence number of the newest block it could see. A transaction conflicts when one of its keys
was written in a later block. Only writes later than the beginning of the oldest open transaction matter, and only they
are kept; sessions end transactions that were abandoned after 30 seconds.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

Key = tuple[str, str] | tuple[str, str, bytes]
"""What can be read and written, see the functions below."""


def table_key(table_id: str) -> Key:
    """Every document of a table: read by a scan, written by any change of a document."""
    return ("table", table_id)


def document_key(document_id: str) -> Key:
    return ("document", document_id)


def index_key(index_id: str, value: bytes) -> Key:
    """The documents that an indexed field's value leads to, present or absent: so phantoms conflict."""
    return ("index", index_id, value)


def definition_key(table_id: str) -> Key:
    """That a table is active: read by every use of it, written by DROP and UNDROP."""
    return ("definition", table_id)


def indexes_key(table_id: str) -> Key:
    """The indexes of a table: read by the catalog's rows, read and written by CREATE and DROP INDEX."""
    return ("indexes", table_id)


def entries_key(index_id: str) -> Key:
    """That an index has its entries: read by every look-up in it, written by DROP INDEX."""
    return ("entries", index_id)


def name_key(name: str) -> Key:
    """Which active table has a name: read and written by CREATE, DROP and UNDROP TABLE."""
    return ("name", name)


def redaction_key(sequence_no: int) -> Key:
    """That a revision of a block is redacted: read and written by each redaction in it (DG concurrency)."""
    return ("redaction", str(sequence_no))


class WriteLog:
    """The last block in which each key was written, for as long as any open transaction may have read before it."""

    def __init__(self) -> None:
        self._last_written: dict[Key, int] = {}
        self._blocks: deque[tuple[int, tuple[Key, ...]]] = deque()

    def conflict(self, reads: Mapping[Key, int]) -> Key | None:
        """The first key that was written after it was read, if any."""
        written = self._last_written
        if len(written) < len(reads):
            return next((key for key, block in written.items() if block > reads.get(key, block)), None)
        return next((key for key, seen in reads.items() if written.get(key, -1) > seen), None)

    def conflicts(self, reads: Mapping[Key, int], limit: int) -> Iterator[tuple[Key, int, int]]:
        """The first keys that were written after they were read: the key, the block seen, the block that wrote it."""
        written = self._last_written
        met = ((key, seen, written[key]) for key, seen in reads.items() if written.get(key, -1) > seen)
        return islice(met, limit)

    def record(self, sequence_no: int, keys: Iterable[Key]) -> None:
        keys = tuple(keys)
        self._blocks.append((sequence_no, keys))
        for key in keys:
            self._last_written[key] = sequence_no

    def forget_until(self, sequence_no: int) -> None:
        """Forget the blocks that every open transaction could already see when it began."""
        while self._blocks and self._blocks[0][0] <= sequence_no:
            block, keys = self._blocks.popleft()
            for key in keys:
                if self._last_written.get(key) == block:
                    del self._last_written[key]

    def forget_from(self, sequence_no: int) -> None:
        """Undo the records of blocks that were never appended."""
        while self._blocks and self._blocks[-1][0] >= sequence_no:
            self._blocks.pop()
        self._last_written = {key: block for block, keys in self._blocks for key in keys}
