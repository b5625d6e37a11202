"""Reading the view, a piece at a time.

Every query here is read to its end before the next thing happens: a cursor left open would hold the connection at an
old state of the database. Long reads therefore go by chunks, each starting after the last row of the one before.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

from emulator.frozen import frozen

Reader = sqlite3.Connection
"""What these functions read with, for those who only hand it on."""

CHUNK_DOCUMENTS = 128


@frozen
class StoredRevision:
    """A revision as the view keeps it. `data` and `data_hash` are as in `journal.block.Revision`."""

    document_id: str
    version: int
    sequence_no: int
    tx_time_ms: int
    tx_id: str
    hash: bytes
    data: bytes | None
    data_hash: bytes | None


@frozen
class Head:
    """Where a document stands: `version` and `sequence_no` are those of its newest revision, with data if `live`."""

    version: int
    sequence_no: int
    live: bool


_REVISION = "r.document_id, r.version, r.sequence_no, r.tx_time_ms, r.tx_id, r.hash, r.data, r.data_hash"
_NEWEST = (
    "LEFT JOIN moved m ON m.document_no = {number} JOIN revisions r ON r.revision_no = coalesce(m.newest_no, {number})"
)
_LIVE = (
    f"FROM revisions d {_NEWEST.format(number='d.revision_no')} "
    "WHERE d.table_no = ? AND d.live = 1 AND d.revision_no > ? ORDER BY d.revision_no LIMIT ?"
)
LIVE_DATA = f"SELECT d.revision_no, r.document_id, r.data {_LIVE}"
"""Numbers, ids, and data of a table's documents; the parameters are its number, and those of `_chunks`."""

_LIVE_REVISIONS = f"SELECT d.revision_no, {_REVISION} {_LIVE}"
_FOUND = (
    f"SELECT e.document_no, {_REVISION} FROM index_entries e {_NEWEST.format(number='e.document_no')} "
    "WHERE e.index_no = ? AND e.key = ? AND e.document_no > ? ORDER BY e.document_no LIMIT ?"
)
_LAST = "FROM revisions r WHERE r.document_id = ? ORDER BY r.version DESC LIMIT 1"
_BY_ID = f"SELECT r.table_no, {_REVISION} {_LAST}"
_HEAD = f"SELECT r.version, r.sequence_no, r.data IS NOT NULL {_LAST}"
_LONG_DATA = f"SELECT CASE WHEN length(r.data) > ? THEN r.data END {_LAST}"
_PAST_REVISION = (
    "r.document_id, r.version, r.sequence_no, r.tx_time_ms, r.tx_id, r.hash, "
    "CASE WHEN x.revision_no IS NULL THEN r.data END, coalesce(x.data_hash, r.data_hash), "
    "(SELECT n.tx_time_ms FROM revisions n WHERE n.document_id = r.document_id AND n.version = r.version + 1) "
    "FROM revisions r "
    "LEFT JOIN redactions x ON x.revision_no = r.revision_no AND (x.erased OR x.requested_ms <= ?)"
)
_HISTORY_OF_TABLE = (
    f"SELECT r.revision_no, {_PAST_REVISION} WHERE r.table_no = ? AND r.revision_no > ? ORDER BY r.revision_no LIMIT ?"
)
_HISTORY_OF_DOCUMENT = (
    f"SELECT r.version, {_PAST_REVISION} "
    "WHERE r.document_id = ? AND r.table_no = ? AND r.version > ? ORDER BY r.version LIMIT ?"
)


def live_data(connection: sqlite3.Connection, table_no: int) -> Iterator[tuple[str, bytes] | None]:
    """(document id, data) of every live document of a table; None between chunks."""
    for row in _chunks(connection, LIVE_DATA, (table_no,)):
        yield None if row is None else (row[1], row[2])


def live_revisions(connection: sqlite3.Connection, table_no: int) -> Iterator[StoredRevision | None]:
    for row in _chunks(connection, _LIVE_REVISIONS, (table_no,)):
        yield None if row is None else StoredRevision(*row[1:])


def found(connection: sqlite3.Connection, index_no: int, key: bytes) -> Iterator[StoredRevision | None]:
    """The newest revisions of the documents that an index has under a key."""
    for row in _chunks(connection, _FOUND, (index_no, key)):
        yield None if row is None else StoredRevision(*row[1:])


def newest(connection: sqlite3.Connection, document_id: str, table_no: int) -> StoredRevision | None:
    """The newest revision of a live document of the table, which has data."""
    row = connection.execute(_BY_ID, (document_id,)).fetchone()
    if row is None or row[0] != table_no:
        return None
    revision = StoredRevision(*row[1:])
    return None if revision.data is None else revision


def data_longer_than(size_bytes: int, connection: sqlite3.Connection, document_id: str) -> bytes | None:
    """The data of a document as it is now, if it is so long."""
    row = connection.execute(_LONG_DATA, (size_bytes, document_id)).fetchone()
    data: bytes | None = row[0] if row else None
    return data


Lifetime = tuple[StoredRevision, int | None]
"""A revision, and when the next one of its document replaced it."""


def history(
    connection: sqlite3.Connection, table_no: int, document_id: str | None, redacted_until_ms: int
) -> Iterator[Lifetime | None]:
    """Every revision of a table, or of one of its documents, in the order of the journal.

    Those whose redaction was requested until then have no data any more.
    """
    query, arguments = (
        (_HISTORY_OF_TABLE, (table_no,)) if document_id is None else (_HISTORY_OF_DOCUMENT, (document_id, table_no))
    )
    for row in _chunks(connection, query, (redacted_until_ms, *arguments)):
        yield None if row is None else (StoredRevision(*row[1:-1]), row[-1])


def head(connection: sqlite3.Connection, document_id: str) -> Head | None:
    row = connection.execute(_HEAD, (document_id,)).fetchone()
    return Head(*row) if row else None


def _chunks(connection: sqlite3.Connection, query: str, arguments: tuple[object, ...]) -> Iterator[Any]:
    """Rows of a query, None between chunks.

    Its first column goes up; its last two parameters are the value to start after and how many rows to give.
    """
    after: object = -1
    size = 16
    while True:
        rows = connection.execute(query, (*arguments, after, size)).fetchall()
        yield from rows
        if len(rows) < size:
            return
        after = rows[-1][0]
        size = CHUNK_DOCUMENTS
        yield None
