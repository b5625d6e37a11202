"""The views of one table that a statement reads: documents, committed revisions, history.

Each notes in the transaction what it read, for the conflict check, and counts a read for every record it produces.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Protocol

from emulator.frozen import frozen
from emulator.ion.document import Document
from emulator.ion.equality import equal
from emulator.ion.timestamps import instant
from emulator.ion.values import NULL, Struct, Timestamp, Value
from emulator.journal.block import BlockAddress, Metadata, Revision
from emulator.journal.presentation import revision_struct
from emulator.ledger.catalog import Table
from emulator.ledger.conflicts import Key, document_key, entries_key, index_key, table_key
from emulator.ledger.view import View, indexing, reading
from emulator.ledger.view.reading import Reader, StoredRevision
from emulator.ledger.writes import Writes

_BRIEF = 256
"""Characters, which is more than anybody is shown."""


class Reading(Protocol):
    """What a view asks of the transaction that reads it."""

    read_ios: int
    """Documents read so far."""

    @property
    def looked_up(self) -> dict[Key, Value]: ...

    @property
    def view(self) -> View: ...

    @property
    def strand_id(self) -> str: ...

    @property
    def redacted_until_ms(self) -> int: ...

    @property
    def writes(self) -> Writes: ...

    def reader(self, *keys: Key) -> Reader: ...

    def note_read(self, key: Key, seen: int) -> None: ...


@frozen
class Record:
    document_id: str
    value: Struct


class CommittedView:
    """The newest committed revision of each document, as `{blockAddress, hash, data, metadata}`."""

    def __init__(self, transaction: Reading, table: Table) -> None:
        self._transaction = transaction
        self._table = table
        self._table_no = transaction.view.table_no(table.table_id)

    def scan(self) -> Iterator[Record | None]:
        reader = self._transaction.reader(table_key(self._table.table_id))
        if self._table_no is not None:
            for revision in reading.live_revisions(reader, self._table_no):
                yield self._record(revision)

    def find(self, field: str, value: Value) -> Iterator[Record | None]:
        for revision in found(self._transaction, self._table, field, value):
            yield self._record(revision)

    def get(self, document_id: str) -> Iterator[Record | None]:
        reader = self._transaction.reader(document_key(document_id))
        if self._table_no is None:
            return
        revision = reading.newest(reader, document_id, self._table_no)
        if revision is not None:
            yield self._record(revision)

    def _record(self, revision: StoredRevision | None) -> Record | None:
        if revision is None:
            return None
        self._transaction.read_ios += 1
        return revision_record(self._transaction.strand_id, self._table, revision)


class UserView:
    """The newest documents. Those the transaction wrote itself are as it left them."""

    def __init__(self, transaction: Reading, table: Table) -> None:
        self._transaction = transaction
        self._table = table
        self._table_no = transaction.view.table_no(table.table_id)

    def scan(self) -> Iterator[Record | None]:
        transaction = self._transaction
        reader = transaction.reader(table_key(self._table.table_id))
        own = transaction.writes.of_table(self._table.table_id)
        if self._table_no is not None:
            written = {pending.document_id for pending in own}
            for row in reading.live_data(reader, self._table_no):
                if row is None:
                    yield None
                elif row[0] not in written:
                    transaction.read_ios += 1
                    yield Record(row[0], Document(row[1]))
        for pending in own:
            yield from self._own(pending.document_id)

    def find(self, field: str, value: Value) -> Iterator[Record | None]:
        transaction = self._transaction
        own = transaction.writes.of_table(self._table.table_id)
        written = {pending.document_id for pending in own}
        for revision in found(transaction, self._table, field, value):
            if revision is None:
                yield None
            elif revision.document_id not in written:
                yield self._committed(revision)
        for pending in own:
            document = pending.document
            if document is not None and _holds(document, field, value):
                yield from self._own(pending.document_id)

    def get(self, document_id: str) -> Iterator[Record | None]:
        transaction = self._transaction
        reader = transaction.reader(document_key(document_id))
        pending = transaction.writes.documents.get(document_id)
        if pending is not None:
            if pending.table.table_id == self._table.table_id:
                yield from self._own(document_id)
        elif self._table_no is not None:
            revision = reading.newest(reader, document_id, self._table_no)
            if revision is not None:
                yield self._committed(revision)

    def _committed(self, revision: StoredRevision) -> Record:
        assert revision.data is not None, "the newest revision of a live document cannot be redacted"
        self._transaction.read_ios += 1
        return Record(revision.document_id, Document(revision.data))

    def _own(self, document_id: str) -> Iterator[Record]:
        document = self._transaction.writes.documents[document_id].document
        if document is not None:
            self._transaction.read_ios += 1
            yield Record(document_id, document)


class History:
    """The revisions active between two moments, inclusive: from their commit until the next revision's.

    Reading history never conflicts: what it says of the past does not change.
    """

    def __init__(self, transaction: Reading, table: Table, start: Timestamp | None, end: Timestamp | None) -> None:
        self._transaction = transaction
        self._table = table
        self._table_no = transaction.view.table_no(table.table_id)
        self._start_ms = None if start is None else instant(start) * 1000
        self._end_ms = None if end is None else instant(end) * 1000

    def scan(self) -> Iterator[Record | None]:
        return self._read(None)

    def find(self, field: str, value: Value) -> Iterator[Record | None]:
        raise AssertionError("history has no index")

    def get(self, document_id: str) -> Iterator[Record | None]:
        return self._read(document_id)

    def _read(self, document_id: str | None) -> Iterator[Record | None]:
        if self._table_no is None:
            return
        transaction = self._transaction
        redacted_until_ms = transaction.redacted_until_ms
        for lifetime in reading.history(transaction.reader(), self._table_no, document_id, redacted_until_ms):
            if lifetime is None:
                yield None
                continue
            revision, replaced_ms = lifetime
            if self._was_active(revision.tx_time_ms, replaced_ms):
                self._transaction.read_ios += 1
                yield revision_record(self._transaction.strand_id, self._table, revision)

    def _was_active(self, from_ms: int, until_ms: int | None) -> bool:
        return _not_after(from_ms, self._end_ms) and (
            until_ms is None or self._start_ms is None or until_ms > self._start_ms
        )


def _not_after(moment_ms: int, end_ms: Fraction | None) -> bool:
    return end_ms is None or moment_ms <= end_ms


def found(transaction: Reading, table: Table, field: str, value: Value) -> Iterator[StoredRevision | None]:
    """By an ONLINE index, the newest committed revisions whose field equals the value.

    Rows are fetched some at a time, and given one by one while others commit. Each document therefore counts as read
    when the look-up began: rather a conflict too many than a change that is not noticed.
    """
    index = table.index_on(field)
    assert index is not None
    key = indexing.key_of(value)
    read = index_key(index.index_id, key)
    transaction.looked_up.setdefault(read, _brief(value))
    reader = transaction.reader(read, entries_key(index.index_id))
    seen = transaction.view.applied_sequence_no
    for revision in reading.found(reader, transaction.view.index_no(index.index_id), key):
        if revision is not None:
            transaction.note_read(document_key(revision.document_id), seen)
        yield revision


def _brief(value: Value) -> Value:
    """As much of a value as a transaction can keep of each that it looks up, of which there may be a million.

    That is the beginning of a long text, and nothing, which is NULL, of a list or struct.
    """
    if isinstance(value, str | bytes):
        return value if len(value) <= _BRIEF else value[:_BRIEF]
    return NULL if isinstance(value, list | Struct) else value


def _holds(document: Document, field: str, value: Value) -> bool:
    held = document.get(field, None)
    return held is not None and equal(held, value)


def revision_record(strand_id: str, table: Table, stored: StoredRevision) -> Record:
    metadata = Metadata(stored.document_id, stored.version, stored.tx_time_ms, stored.tx_id)
    revision = Revision(table.table_id, metadata, stored.hash, stored.data, stored.data_hash)
    return Record(stored.document_id, revision_struct(BlockAddress(strand_id, stored.sequence_no), revision))
