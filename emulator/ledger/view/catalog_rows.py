"""The catalog as rows of the view: read whole when it is opened, changed row by row as changes are applied."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import field
from typing import Any

from emulator.frozen import frozen
from emulator.ledger import catalog as changes
from emulator.ledger.catalog import Catalog, DroppedIndex, Index, Table
from emulator.ledger.conflicts import Key, definition_key, entries_key, indexes_key, name_key
from emulator.ledger.index_states import built
from emulator.settings import Settings


@frozen
class Numbers:
    """The numbers that rows use in place of the ids of tables and indexes."""

    tables: dict[str, int] = field(default_factory=dict)
    indexes: dict[str, int] = field(default_factory=dict)


def load(connection: sqlite3.Connection, settings: Settings) -> tuple[Catalog, Numbers]:
    indexes: dict[int, list[Index]] = {}
    numbers = Numbers()
    for index_no, index_id, table_no, field_name, created_ms, is_built in connection.execute(
        "SELECT index_no, index_id, table_no, field, created_ms, built FROM indexes "
        "WHERE dropped_ms IS NULL ORDER BY index_no"
    ):
        index = Index(index_id, field_name, created_ms)
        indexes.setdefault(table_no, []).append(built(index, settings) if is_built else index)
        numbers.indexes[index_id] = index_no
    dropped = dropped_indexes(connection)
    tables = []
    for table_no, table_id, name, active in connection.execute(
        "SELECT table_no, table_id, name, active FROM tables ORDER BY table_no"
    ):
        of_table = tuple(indexes.get(table_no, ()))
        tables.append(Table(table_id, name, bool(active), of_table, dropped.get(table_id, ())))
        numbers.tables[table_id] = table_no
    return Catalog(tuple(tables)), numbers


def dropped_indexes(connection: sqlite3.Connection) -> dict[str, tuple[DroppedIndex, ...]]:
    """The indexes that are going, by the ids of their tables."""
    found: dict[str, tuple[DroppedIndex, ...]] = {}
    for table_id, index_id, field_name, dropped_ms, cleared in connection.execute(
        "SELECT t.table_id, i.index_id, i.field, i.dropped_ms, i.cleared FROM indexes i "
        "JOIN tables t ON t.table_no = i.table_no WHERE i.dropped_ms IS NOT NULL ORDER BY i.index_no"
    ):
        dropped = DroppedIndex(index_id, field_name, dropped_ms, bool(cleared))
        found[table_id] = (*found.get(table_id, ()), dropped)
    return found


def write(
    connection: sqlite3.Connection, numbers: Numbers, catalog: Catalog, change: changes.Change, at_ms: int
) -> list[Key]:
    """Write one change, which `catalog` already contains; the keys it writes."""
    return _WRITERS[type(change)](connection, numbers, catalog, change, at_ms)


def _create_table(
    connection: sqlite3.Connection, numbers: Numbers, catalog: Catalog, change: changes.CreateTable, at_ms: int
) -> list[Key]:
    cursor = connection.execute(
        "INSERT INTO tables (table_id, name, active) VALUES (?, ?, 1)", (change.table_id, change.name)
    )
    assert cursor.lastrowid is not None
    numbers.tables[change.table_id] = cursor.lastrowid
    return [name_key(change.name), definition_key(change.table_id)]


def _create_index(
    connection: sqlite3.Connection, numbers: Numbers, catalog: Catalog, change: changes.CreateIndex, at_ms: int
) -> list[Key]:
    cursor = connection.execute(
        "INSERT INTO indexes (index_id, table_no, field, created_ms, built_document_no, built, cleared) "
        "VALUES (?, ?, ?, ?, -1, 0, 0)",
        (change.index_id, numbers.tables[change.table_id], change.field, at_ms),
    )
    assert cursor.lastrowid is not None
    numbers.indexes[change.index_id] = cursor.lastrowid
    return [indexes_key(change.table_id)]


def _drop_index(
    connection: sqlite3.Connection, numbers: Numbers, catalog: Catalog, change: changes.DropIndex, at_ms: int
) -> list[Key]:
    connection.execute("UPDATE indexes SET dropped_ms = ? WHERE index_id = ?", (at_ms, change.index_id))
    return [indexes_key(change.table_id), entries_key(change.index_id)]


def _set_active(
    connection: sqlite3.Connection,
    numbers: Numbers,
    catalog: Catalog,
    change: changes.DropTable | changes.UndropTable,
    at_ms: int,
) -> list[Key]:
    table = catalog.table_with_id(change.table_id)
    assert table is not None
    connection.execute("UPDATE tables SET active = ? WHERE table_id = ?", (table.active, table.table_id))
    return [name_key(table.name), definition_key(table.table_id)]


_WRITERS: dict[type, Callable[[sqlite3.Connection, Numbers, Catalog, Any, int], list[Key]]] = {
    changes.CreateTable: _create_table,
    changes.CreateIndex: _create_index,
    changes.DropIndex: _drop_index,
    changes.DropTable: _set_active,
    changes.UndropTable: _set_active,
}
