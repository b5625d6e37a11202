"""The catalog as rows of the view: read whole when it is opened, changed row by row as changes are applied."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from emulator.ledger import catalog as changes
from emulator.ledger.catalog import Catalog, Index, Table
from emulator.ledger.conflicts import Key, definition_key, entries_key, indexes_key, name_key


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers that rows use in place of the ids of tables and indexes."""

    tables: dict[str, int] = field(default_factory=dict)
    indexes: dict[str, int] = field(default_factory=dict)


def load(connection: sqlite3.Connection) -> tuple[Catalog, Numbers]:
    indexes: dict[int, list[Index]] = {}
    numbers = Numbers()
    for index_no, index_id, table_no, field_name, online in connection.execute(
        "SELECT index_no, index_id, table_no, field, online FROM indexes WHERE NOT dropped ORDER BY index_no"
    ):
        indexes.setdefault(table_no, []).append(Index(index_id, field_name, bool(online)))
        numbers.indexes[index_id] = index_no
    tables = []
    for table_no, table_id, name, active in connection.execute(
        "SELECT table_no, table_id, name, active FROM tables ORDER BY table_no"
    ):
        tables.append(Table(table_id, name, bool(active), tuple(indexes.get(table_no, ()))))
        numbers.tables[table_id] = table_no
    return Catalog(tuple(tables)), numbers


def write(connection: sqlite3.Connection, numbers: Numbers, catalog: Catalog, change: changes.Change) -> list[Key]:
    """Write one change, which `catalog` already contains; the keys it writes."""
    return _WRITERS[type(change)](connection, numbers, catalog, change)


def _create_table(
    connection: sqlite3.Connection, numbers: Numbers, catalog: Catalog, change: changes.CreateTable
) -> list[Key]:
    cursor = connection.execute(
        "INSERT INTO tables (table_id, name, active) VALUES (?, ?, 1)", (change.table_id, change.name)
    )
    assert cursor.lastrowid is not None
    numbers.tables[change.table_id] = cursor.lastrowid
    return [name_key(change.name), definition_key(change.table_id)]


def _create_index(
    connection: sqlite3.Connection, numbers: Numbers, catalog: Catalog, change: changes.CreateIndex
) -> list[Key]:
    cursor = connection.execute(
        "INSERT INTO indexes (index_id, table_no, field, built_document_no, online, dropped) "
        "VALUES (?, ?, ?, -1, 0, 0)",
        (change.index_id, numbers.tables[change.table_id], change.field),
    )
    assert cursor.lastrowid is not None
    numbers.indexes[change.index_id] = cursor.lastrowid
    return [indexes_key(change.table_id)]


def _drop_index(
    connection: sqlite3.Connection, numbers: Numbers, catalog: Catalog, change: changes.DropIndex
) -> list[Key]:
    connection.execute("UPDATE indexes SET dropped = 1 WHERE index_id = ?", (change.index_id,))
    return [indexes_key(change.table_id), entries_key(change.index_id)]


def _set_active(
    connection: sqlite3.Connection,
    numbers: Numbers,
    catalog: Catalog,
    change: changes.DropTable | changes.UndropTable,
) -> list[Key]:
    table = catalog.table_with_id(change.table_id)
    assert table is not None
    connection.execute("UPDATE tables SET active = ? WHERE table_id = ?", (table.active, table.table_id))
    return [name_key(table.name), definition_key(table.table_id)]


_WRITERS: dict[type, Callable[[sqlite3.Connection, Numbers, Catalog, Any], list[Key]]] = {
    changes.CreateTable: _create_table,
    changes.CreateIndex: _create_index,
    changes.DropIndex: _drop_index,
    changes.DropTable: _set_active,
    changes.UndropTable: _set_active,
}
