"""The registry of ledgers and tags, in SQLite. The only SQL of the account package.

Tags belong to a ledger's id and not to its name, so that a ledger made anew under an old name starts without any.
"""

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import fields
from operator import attrgetter
from pathlib import Path

from emulator.account.entry import LedgerEntry
from emulator.memory_databases import Databases

FORMAT = 2
"""Of the tables below, kept in `user_version`; a newer file is refused."""

_TABLES = """
CREATE TABLE IF NOT EXISTS ledgers (
    ledger_id TEXT PRIMARY KEY, account_id TEXT NOT NULL, region TEXT NOT NULL, name TEXT NOT NULL,
    permissions_mode TEXT NOT NULL, deletion_protection INTEGER NOT NULL,
    created_at_ms INTEGER NOT NULL, active_at_ms INTEGER NOT NULL, gone_at_ms INTEGER,
    kms_key_arn TEXT, kms_key_enabled_at_ms INTEGER NOT NULL,
    UNIQUE (account_id, region, name)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS tags (
    ledger_id TEXT NOT NULL REFERENCES ledgers ON DELETE CASCADE, part TEXT NOT NULL,
    key TEXT NOT NULL, value TEXT,
    PRIMARY KEY (ledger_id, part, key)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS erasures (
    ledger_id TEXT PRIMARY KEY REFERENCES ledgers ON DELETE CASCADE
) WITHOUT ROWID;
"""
_COLUMNS = tuple(field.name for field in fields(LedgerEntry))
_values = attrgetter(*_COLUMNS)
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM ledgers"
_INSERT = f"INSERT INTO ledgers ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"
_UPDATE = f"UPDATE ledgers SET {', '.join(f'{column} = ?' for column in _COLUMNS[1:])} WHERE ledger_id = ?"


class RegistryError(Exception):
    """The registry's file is none, or cannot be used; the message says why."""


def _connect(path: Path | None) -> sqlite3.Connection:
    database = sqlite3.connect(path or ":memory:", isolation_level=None, check_same_thread=False)
    database.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;")
    (found,) = database.execute("PRAGMA user_version").fetchone()
    if found > FORMAT:
        raise RegistryError(f"format {found} is newer than {FORMAT}, the newest this version knows")
    if found < FORMAT:
        database.executescript(f"BEGIN; {_TABLES} PRAGMA user_version = {FORMAT}; COMMIT;")
    return database


_DATABASES = Databases(_connect)


class AccountStore:
    """Ledger entries and tags, durable when a call returns. Not for two threads at once."""

    def __init__(self, path: Path | None) -> None:
        """RegistryError when the file cannot be used; without a path, everything is in memory."""
        self._path = path
        try:
            self._database = _DATABASES.open(path)
        except sqlite3.Error as error:
            raise RegistryError(str(error)) from error

    def close(self) -> None:
        self._database = _DATABASES.close(self._path, self._database)

    # Ledgers

    def add(self, entry: LedgerEntry, tags: Mapping[str, str | None]) -> None:
        """Register a ledger with its tags; the name must be free in its account and Region."""
        with self._transaction():
            self._database.execute(_INSERT, _values(entry))
            self._put_tags(entry.ledger_id, "", tags)

    def replace(self, entry: LedgerEntry) -> None:
        """Store an entry's new values under its id."""
        self._database.execute(_UPDATE, (*_values(entry)[1:], entry.ledger_id))

    def remove(self, ledger_id: str) -> None:
        """Forget a ledger and its tags."""
        self._database.execute("DELETE FROM ledgers WHERE ledger_id = ?", (ledger_id,))

    def get(self, ledger_id: str) -> LedgerEntry | None:
        row = self._database.execute(f"{_SELECT} WHERE ledger_id = ?", (ledger_id,)).fetchone()
        return None if row is None else _entry(row)

    def find(self, account_id: str, region: str, name: str) -> LedgerEntry | None:
        where = f"{_SELECT} WHERE account_id = ? AND region = ? AND name = ?"
        row = self._database.execute(where, (account_id, region, name)).fetchone()
        return None if row is None else _entry(row)

    def page(self, account_id: str, region: str, after: str, count: int) -> list[LedgerEntry]:
        """Up to `count` entries by name, those after `after` (all names are, of the empty one)."""
        where = f"{_SELECT} WHERE account_id = ? AND region = ? AND name > ? ORDER BY name LIMIT ?"
        return [_entry(row) for row in self._database.execute(where, (account_id, region, after, count))]

    def all(self) -> list[LedgerEntry]:
        """Every entry of every account and Region."""
        return [_entry(row) for row in self._database.execute(f"{_SELECT} ORDER BY account_id, region, name")]

    def count_kept(self, account_id: str, region: str) -> int:
        """How many ledgers are there that are not being deleted."""
        where = "SELECT COUNT(*) FROM ledgers WHERE account_id = ? AND region = ? AND gone_at_ms IS NULL"
        (count,) = self._database.execute(where, (account_id, region)).fetchone()
        return int(count)

    def gone(self, now_ms: int) -> list[str]:
        """Ids of the ledgers whose deletion is over."""
        rows = self._database.execute("SELECT ledger_id FROM ledgers WHERE gone_at_ms <= ?", (now_ms,))
        return [ledger_id for (ledger_id,) in rows]

    # Ledgers that have data of redacted revisions to erase

    def note_erasures(self, ledger_id: str, *, pending: bool) -> None:
        """Remember that a ledger has data to erase, or forget it. A ledger that is gone has none."""
        note, forget = "INSERT OR IGNORE INTO erasures VALUES (?)", "DELETE FROM erasures WHERE ledger_id = ?"
        with suppress(sqlite3.IntegrityError):
            self._database.execute(note if pending else forget, (ledger_id,))

    def with_erasures(self) -> list[LedgerEntry]:
        """The ledgers that have data to erase and are not being deleted."""
        where = f"{_SELECT} WHERE gone_at_ms IS NULL AND ledger_id IN (SELECT ledger_id FROM erasures)"
        return [_entry(row) for row in self._database.execute(where)]

    # Tags, of a ledger (part "") or of a part of it such as "table/{id}"

    def tags(self, ledger_id: str, part: str) -> dict[str, str | None]:
        where = "SELECT key, value FROM tags WHERE ledger_id = ? AND part = ? ORDER BY key"
        return dict(self._database.execute(where, (ledger_id, part)).fetchall())

    def put_tags(self, ledger_id: str, part: str, tags: Mapping[str, str | None]) -> None:
        """Add tags; a key that is there gets the new value. A ledger that is forgotten gets none."""
        with suppress(sqlite3.IntegrityError), self._transaction():
            self._put_tags(ledger_id, part, tags)

    def _put_tags(self, ledger_id: str, part: str, tags: Mapping[str, str | None]) -> None:
        self._database.executemany(
            "INSERT INTO tags (ledger_id, part, key, value) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (ledger_id, part, key) DO UPDATE SET value = excluded.value",
            [(ledger_id, part, key, value) for key, value in tags.items()],
        )

    def remove_tags(self, ledger_id: str, part: str, keys: Iterable[str]) -> None:
        """Remove tags; keys that are not there are no matter."""
        with self._transaction():
            self._database.executemany(
                "DELETE FROM tags WHERE ledger_id = ? AND part = ? AND key = ?",
                [(ledger_id, part, key) for key in keys],
            )

    def _transaction(self) -> "_Transaction":
        return _Transaction(self._database)


class _Transaction:
    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def __enter__(self) -> None:
        self._database.execute("BEGIN IMMEDIATE")

    def __exit__(self, error: object, *_: object) -> None:
        self._database.execute("COMMIT" if error is None else "ROLLBACK")


def _entry(row: tuple[object, ...]) -> LedgerEntry:
    values = dict(zip(_COLUMNS, row, strict=True))
    values["deletion_protection"] = bool(values["deletion_protection"])
    return LedgerEntry(**values)  # type: ignore[arg-type]
