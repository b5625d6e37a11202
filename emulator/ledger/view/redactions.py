"""Requests to redact revisions, from the block that has the request until the data is erased.

A revision counts as redacted from a moment after its request on, whoever asks; that its data is erased from the files
follows. The row that says so stays, for it has the hash that is shown in place of the data. A revision that the journal
has without data has such a row, too: the request may be in a block that a copy has not.
"""

from __future__ import annotations

import sqlite3
from bisect import bisect_left
from collections.abc import Sequence

from emulator.frozen import frozen
from emulator.journal.block import BlockAddress, Redaction
from emulator.journal.hash_chain import data_hash
from emulator.ledger.view import reading

_REVISION_NO = "SELECT revision_no, data, data_hash FROM revisions WHERE document_id = ? AND version = ?"
_SEQUENCE_NO = "SELECT sequence_no FROM revisions WHERE document_id = ? AND version = ?"
_TARGET = (
    "SELECT t.table_id, r.data IS NULL AND r.data_hash IS NULL, r.data_hash IS NOT NULL OR x.revision_no IS NOT NULL "
    "FROM revisions r JOIN tables t ON t.table_no = r.table_no LEFT JOIN redactions x ON x.revision_no = r.revision_no "
    "WHERE r.document_id = ? AND r.version = ?"
)
_REQUESTS = (
    "SELECT x.revision_no, x.sequence_no, t.table_id, r.document_id, r.version "
    "FROM redactions x JOIN revisions r ON r.revision_no = x.revision_no JOIN tables t ON t.table_no = r.table_no "
)
_TO_ERASE = f"{_REQUESTS} WHERE NOT x.erased AND x.requested_ms <= ? ORDER BY x.requested_ms LIMIT ?"
_OF_BLOCK = f"{_REQUESTS} WHERE x.sequence_no = ? AND x.requested_ms <= ?"
_NOT_ERASED = f"{_REQUESTS} WHERE NOT x.erased AND +x.sequence_no < ?"
_CURRENT = (
    "SELECT r.document_id, r.version FROM redactions x JOIN revisions r ON r.revision_no = x.revision_no "
    "JOIN revisions n ON n.document_id = r.document_id AND n.version = r.version + 1 "
    "WHERE x.sequence_no < ? AND n.sequence_no >= ? ORDER BY x.revision_no LIMIT 1"
)
INSERT = "INSERT OR IGNORE INTO redactions VALUES (?, ?, ?, ?, ?)"
"""Number and block of the revision, the request's time, the hash in place of the data, and whether that is erased."""
# Zeros as long as the data was, so that the row is written over in its place.
_ERASE = "UPDATE revisions SET data = zeroblob(length(data)) WHERE revision_no = ?"
BUSY_TIMEOUT_MS = 200
"""How long erasing waits for others who read the file; commits wait meanwhile."""


@frozen
class Target:
    """A revision that somebody wants redacted; `is_active` while it is the newest and not that of a deletion."""

    table_id: str
    version: int
    is_active: bool
    is_deletion: bool
    is_redacted: bool
    """Whether it was asked for before, done or not."""


def target(connection: sqlite3.Connection, document_id: str, sequence_no: int) -> Target | None:
    """The revision of a document that a block has."""
    head = reading.head(connection, document_id)
    if head is None:
        return None
    version = _version_in(connection, document_id, head.version, sequence_no)
    row = connection.execute(_TARGET, (document_id, version)).fetchone()
    if version is None or row is None:
        return None
    table_id, is_deletion, is_redacted = row
    is_active = head.live and version == head.version
    return Target(table_id, version, is_active, bool(is_deletion), bool(is_redacted))


def _version_in(connection: sqlite3.Connection, document_id: str, newest: int, sequence_no: int) -> int | None:
    """Versions follow each other as blocks do, so the one of a block is found by halving."""

    def block_of(version: int) -> int:
        (found,) = connection.execute(_SEQUENCE_NO, (document_id, version)).fetchone()
        assert isinstance(found, int)
        return found

    version = bisect_left(range(newest + 1), sequence_no, key=block_of)
    return version if version <= newest and block_of(version) == sequence_no else None


def record(connection: sqlite3.Connection, redaction: Redaction, requested_ms: int) -> None:
    """Note a request. Where the journal has no data any more, as when a view is built anew, nothing is to be erased."""
    found = connection.execute(_REVISION_NO, (redaction.document_id, redaction.version)).fetchone()
    revision_no, data, known_hash = found
    connection.execute(
        INSERT,
        (
            revision_no,
            redaction.block_address.sequence_no,
            requested_ms,
            known_hash if data is None else data_hash(data),
            data is None,
        ),
    )


Waiting = tuple[int, Redaction]
"""A request with the number of its revision."""


def to_erase(connection: sqlite3.Connection, strand_id: str, until_ms: int, limit: int) -> list[Waiting]:
    """Requests made until then whose data is still there, the oldest first."""
    return _waiting(connection, strand_id, _TO_ERASE, (until_ms, limit))


def of_block(connection: sqlite3.Connection, strand_id: str, sequence_no: int, until_ms: int) -> list[Waiting]:
    """Requests made until then to redact revisions of a block."""
    return _waiting(connection, strand_id, _OF_BLOCK, (sequence_no, until_ms))


def not_erased(connection: sqlite3.Connection, strand_id: str, stop: int) -> list[Waiting]:
    """All requests whose data is still there, however new, as far as they are for blocks before `stop`."""
    return _waiting(connection, strand_id, _NOT_ERASED, (stop,))


def current_before(connection: sqlite3.Connection, stop: int) -> tuple[str, int] | None:
    """A revision that was the newest of its document when `stop` was the next block, and is redacted, done or not.

    Its document's id and its version; the first, where there are more.
    """
    found: tuple[str, int] | None = connection.execute(_CURRENT, (stop, stop)).fetchone()
    return found


def _waiting(connection: sqlite3.Connection, strand_id: str, query: str, arguments: tuple[int, ...]) -> list[Waiting]:
    return [
        (revision_no, Redaction(BlockAddress(strand_id, sequence_no), table_id, document_id, version))
        for revision_no, sequence_no, table_id, document_id, version in connection.execute(query, arguments).fetchall()
    ]


def oldest_ms(connection: sqlite3.Connection) -> int | None:
    """When the oldest request was made whose data is still there."""
    row = connection.execute("SELECT min(requested_ms) FROM redactions WHERE NOT erased").fetchone()
    oldest: int | None = row[0]
    return oldest


def erase(connection: sqlite3.Connection, revision_numbers: Sequence[int]) -> None:
    """Remove the data of revisions from every file of the view; OperationalError while others read the file.

    They are only marked as erased once the log has nothing of it, so that what is cut off is done again.
    """
    numbers = [(number,) for number in revision_numbers]
    _write(connection, _ERASE, numbers)
    busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise sqlite3.OperationalError("the view's log cannot be emptied while another program reads it")
    _write(connection, "UPDATE redactions SET erased = 1 WHERE revision_no = ?", numbers)


def _write(connection: sqlite3.Connection, statement: str, numbers: Sequence[tuple[int]]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        connection.executemany(statement, numbers)
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
