"""Index entries: which document numbers an indexed field's value leads to.

An entry's key is a hash: pages of an index keep copies of entries that moved, unseen, and what is redacted must not be
in them (`docs/decisions/0007-what-redaction-erases.md`). A collision costs a document read for nothing.

A new index of a table that has documents is built in pieces, between commits; a dropped one is cleared away likewise.
Meanwhile every change of a document already keeps its entries right, so building only adds what is missing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import blake2b

from emulator import limits
from emulator.ion.document import Document
from emulator.ion.equality import equality_key
from emulator.ion.values import Annotated, Null, Struct, Value
from emulator.ledger.view import reading
from emulator.ledger.view.connections import Connections

_KEY_BYTES = 8
SMALL_BYTES = 2_048
"""The keys of a document that is no larger are not worth remembering."""
_KEPT_KEYS = 2 * limits.DOCUMENTS_PER_TRANSACTION * limits.INDEXES_PER_TABLE
"""As many as one transaction may need: of each document, before and after."""
_PIECE_BYTES = 1 << 18
_INSERT = "INSERT OR IGNORE INTO index_entries (index_no, key, document_no) VALUES (?, ?, ?)"
_UNFINISHED = "SELECT 1 FROM indexes WHERE CASE WHEN dropped_ms IS NULL THEN NOT built ELSE NOT cleared END LIMIT 1"
_DELETE = "DELETE FROM index_entries WHERE index_no = ? AND key = ? AND document_no = ?"


def field_key(data: bytes | None, field: str) -> bytes | None:
    """The key under which a document's field is indexed; None for absent and null values, which no index holds."""
    if data is None:
        return None
    if len(data) <= SMALL_BYTES:
        return _value_key(Document(data).get(field, None))
    kept = _kept(blake2b(data).digest(), field) if field in _slow_fields else []
    if not kept:
        value = Document(data).get(field, None)
        kept.append(_value_key(value))
        if field not in _slow_fields and isinstance(value, (list, Struct, Annotated)):
            _slow_fields.add(field)
            _kept(blake2b(data).digest(), field).extend(kept)
    return kept[0]


_slow_fields: set[str] = set()
"""Of large documents, those that had lists or structs: the key of one may take a quarter of a second, so it is found
before the commit, remembered, and asked for by it. Any other is found sooner than the document is hashed."""


def _value_key(value: Value | None) -> bytes | None:
    if value is None or isinstance(value.value if isinstance(value, Annotated) else value, Null):
        return None
    return key_of(value)


def remember_keys(data: Iterable[bytes], fields: Sequence[str]) -> None:
    """Find the keys of data before somebody asks for them, where that takes time; on any thread."""
    for each in data:
        for field in fields if len(each) > SMALL_BYTES else ():
            field_key(each, field)


@lru_cache(_KEPT_KEYS)
def _kept(data_hash: bytes, field: str) -> list[bytes | None]:
    """Where the key of data is kept, once it is found. The data itself is not."""
    return []


def key_of(value: Value) -> bytes:
    """The key of a value that is neither absent nor null."""
    return blake2b(equality_key(value), digest_size=_KEY_BYTES).digest()


def move(connections: Connections, index_no: int, document_no: int, old: bytes | None, new: bytes | None) -> None:
    """Take a document from one key of an index to another; None is no key."""
    if old is not None:
        connections.writer.execute(_DELETE, (index_no, old, document_no))
    if new is not None:
        connections.insert(_INSERT, (index_no, new, document_no))


def build(connection: sqlite3.Connection, limit: int) -> bool:
    """Index some documents for the first unfinished index, `limit` at most; whether those were the last of them.

    Of large ones it is a few, for the field is looked for in all of a document.
    """
    unfinished = connection.execute(
        "SELECT index_no, table_no, field, built_document_no FROM indexes "
        "WHERE NOT built AND dropped_ms IS NULL ORDER BY index_no LIMIT 1"
    ).fetchone()
    if unfinished is None:
        return False
    index_no, table_no, field, built = unfinished
    rows, size = [], 0
    for row in connection.execute(reading.LIVE_DATA, (table_no, built, limit)):
        rows.append(row)
        size += len(row[2])
        if size >= _PIECE_BYTES:
            break
    _insert_all(connection, index_no, field, rows)
    finished = len(rows) < limit and size < _PIECE_BYTES
    connection.execute(
        "UPDATE indexes SET built_document_no = ?, built = ? WHERE index_no = ?",
        (rows[-1][0] if rows else built, finished, index_no),
    )
    return finished


def clear(connection: sqlite3.Connection, limit: int) -> bool:
    """Remove up to `limit` entries of the first dropped index that has some; whether that was the last of them."""
    dropped = connection.execute(
        "SELECT index_no FROM indexes WHERE dropped_ms IS NOT NULL AND NOT cleared LIMIT 1"
    ).fetchone()
    if dropped is None:
        return False
    removed = connection.execute(
        "DELETE FROM index_entries WHERE index_no = ? AND (key, document_no) IN "
        "(SELECT key, document_no FROM index_entries WHERE index_no = ? LIMIT ?)",
        (dropped[0], dropped[0], limit),
    ).rowcount
    if removed < limit:
        connection.execute("UPDATE indexes SET cleared = 1 WHERE index_no = ?", dropped)
    return removed < limit


def forget(connection: sqlite3.Connection, until_ms: int) -> None:
    """Remove the cleared indexes that were dropped until then."""
    connection.execute("DELETE FROM indexes WHERE cleared AND dropped_ms <= ?", (until_ms,))


def unfinished(connection: sqlite3.Connection) -> bool:
    """Whether an index is still to be built or cleared."""
    return connection.execute(_UNFINISHED).fetchone() is not None


def _insert_all(
    connection: sqlite3.Connection, index_no: int, field: str, rows: Sequence[tuple[int, str, bytes]]
) -> None:
    entries = ((index_no, field_key(data, field), document_no) for document_no, _, data in rows)
    connection.executemany(_INSERT, (entry for entry in entries if entry[1] is not None))
