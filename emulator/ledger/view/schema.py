"""The tables of the view, and how its database is opened.

How far the view has read the journal is the last leaf of its Merkle tree: every block has one. The tree's nodes are
kept in tiles, see `merkle_nodes.py`.

Revisions are numbered in the order of the journal. A document goes by the number of its first revision, the
`document_no` of index entries. That revision is mostly the newest as well, so that what an index leads to is found in
one place; for documents that have been changed, `moved` has the number of their newest revision. `live` is that of a
document, told of its first revision alone: 0 once it is deleted, and while its newest revision is redacted. There are
journals that end like that: earlier versions made forks at blocks at which a redacted revision was current.

Rows with users' data must be erasable (`docs/decisions/0007-what-redaction-erases.md`): `revisions` only grows at its
end, and its rows keep their length, whatever `live` is; entries of indexes have a hash for their key.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

FORMAT = 9

_SCHEMA = """
CREATE TABLE tables (
    table_no INTEGER PRIMARY KEY,
    table_id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    active INTEGER NOT NULL
);
CREATE TABLE indexes (
    index_no INTEGER PRIMARY KEY,
    index_id TEXT NOT NULL UNIQUE,
    table_no INTEGER NOT NULL,
    field TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    built_document_no INTEGER NOT NULL,
    built INTEGER NOT NULL,
    dropped_ms INTEGER,
    cleared INTEGER NOT NULL
);
CREATE TABLE revisions (
    revision_no INTEGER PRIMARY KEY,
    document_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    live INTEGER,
    table_no INTEGER NOT NULL,
    sequence_no INTEGER NOT NULL,
    tx_time_ms INTEGER NOT NULL,
    tx_id TEXT NOT NULL,
    hash BLOB NOT NULL,
    data BLOB,
    data_hash BLOB
);
CREATE UNIQUE INDEX revisions_of_document ON revisions (document_id, version);
CREATE INDEX revisions_of_table ON revisions (table_no);
CREATE INDEX documents_live ON revisions (table_no, live) WHERE live = 1;
CREATE TABLE moved (
    document_no INTEGER PRIMARY KEY,
    newest_no INTEGER NOT NULL
);
CREATE TABLE redactions (
    revision_no INTEGER PRIMARY KEY,
    sequence_no INTEGER NOT NULL,
    requested_ms INTEGER NOT NULL,
    data_hash BLOB NOT NULL,
    erased INTEGER NOT NULL
);
CREATE INDEX redactions_in_block ON redactions (sequence_no);
CREATE INDEX redactions_to_erase ON redactions (requested_ms) WHERE NOT erased;
CREATE TABLE index_entries (
    index_no INTEGER NOT NULL,
    key BLOB NOT NULL,
    document_no INTEGER NOT NULL,
    PRIMARY KEY (index_no, key, document_no)
) WITHOUT ROWID;
CREATE TABLE merkle_tiles (
    tile_no INTEGER PRIMARY KEY,
    nodes BLOB NOT NULL
);
"""

_PRAGMAS = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
PRAGMA secure_delete = ON;
PRAGMA wal_autocheckpoint = 0;
PRAGMA temp_store = MEMORY;
"""

# Those who only read do best with the two megabytes that SQLite takes by itself: they hold the upper nodes of the trees
# for millions of documents. The leaves of a large view no cache holds, and it costs less to read one into memory that
# was just used than to take new memory for it.
_WRITERS_CACHE = "PRAGMA cache_size = -16000"


def connect(path: Path | None, *, writes: bool = False) -> sqlite3.Connection:
    """A connection to the view's database; None is one in memory. Transactions are begun by hand."""
    connection = sqlite3.connect(path or ":memory:", isolation_level=None, check_same_thread=False)
    connection.executescript(_PRAGMAS)
    if writes:
        connection.execute(_WRITERS_CACHE)
    return connection


def create(connection: sqlite3.Connection) -> None:
    """Make an empty database a view of nothing."""
    connection.execute("BEGIN IMMEDIATE")
    for statement in _SCHEMA.split(";\n"):
        if statement.strip():
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {FORMAT}")
    connection.execute("COMMIT")


def is_current(connection: sqlite3.Connection) -> bool:
    """Whether the database is a view of the format this program writes."""
    try:
        return bool(connection.execute("PRAGMA user_version").fetchone() == (FORMAT,))
    except sqlite3.DatabaseError:
        return False


def next_revision_no(connection: sqlite3.Connection) -> int:
    (number,) = connection.execute("SELECT coalesce(max(revision_no), 0) + 1 FROM revisions").fetchone()
    return int(number)
