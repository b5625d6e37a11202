"""The tables and indexes of a ledger, as an unchanging value; a change gives a new catalog.

Changes are what DDL statements journal (as hash-only revisions), so the same `apply` serves the transaction that makes
a change, the commit, and the start-up that reads it back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field, replace
from typing import Any

from emulator import limits
from emulator.frozen import frozen
from emulator.ion.binary import decode, encode
from emulator.ion.values import NULL, Struct, Value
from emulator.ledger.messages import refusal


@frozen
class Index:
    """`built` once every document of the table is in it, `online` once queries may use it, see `index_states`."""

    index_id: str
    field: str
    created_ms: int
    built: bool = False
    online: bool = False


@frozen
class DroppedIndex:
    """An index that is going. `cleared` once it has no entries any more."""

    index_id: str
    field: str
    dropped_ms: int
    cleared: bool = False


@frozen
class Table:
    table_id: str
    name: str
    active: bool = True
    indexes: tuple[Index, ...] = ()
    dropped_indexes: tuple[DroppedIndex, ...] = ()

    @property
    def indexed_fields(self) -> frozenset[str]:
        """The fields that can be looked up."""
        return frozenset(index.field for index in self.indexes if index.online)

    def index_on(self, field_name: str) -> Index | None:
        return next((index for index in self.indexes if index.field == field_name), None)


@frozen
class Catalog:
    """All tables ever made, in order of creation.

    `plans` has room for whoever plans statements: what is put there goes with the catalog.
    """

    tables: tuple[Table, ...] = ()
    plans: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    def active_table(self, name: str) -> Table | None:
        return next((table for table in self.tables if table.active and table.name == name), None)

    def table_with_id(self, table_id: str) -> Table | None:
        return next((table for table in self.tables if table.table_id == table_id), None)

    def with_table(self, changed: Table) -> Catalog:
        """The catalog with one table put in place of its namesake by id."""
        return Catalog(tuple(changed if table.table_id == changed.table_id else table for table in self.tables))

    def with_indexes(self, change: Callable[[Index], Index]) -> Catalog:
        """The catalog with each index as it is after a change."""
        return Catalog(
            tuple(replace(table, indexes=tuple(map(change, table.indexes))) for table in self.tables),
        )


# Changes


@frozen
class CreateTable:
    table_id: str
    name: str
    tags: Mapping[str, str | None] = field(default_factory=dict)

    def apply(self, catalog: Catalog, at_ms: int) -> Catalog:
        _refuse_namesake(catalog, self.name)
        if len(catalog.tables) >= limits.TOTAL_TABLES:
            raise refusal("total_tables")
        _refuse_too_many_active(catalog)
        return Catalog((*catalog.tables, Table(self.table_id, self.name)))

    def fields(self) -> list[tuple[str, Value]]:
        return [
            ("tableId", self.table_id),
            ("name", self.name),
            *((("tags", _tag_struct(self.tags)),) if self.tags else ()),
        ]


@frozen
class CreateIndex:
    """The index starts empty; the view says when it is built."""

    table_id: str
    index_id: str
    field: str

    def apply(self, catalog: Catalog, at_ms: int) -> Catalog:
        table = _known(catalog, self.table_id)
        if table.index_on(self.field):
            raise refusal("index_exists", table=table.name, field=self.field)
        if len(table.indexes) >= limits.INDEXES_PER_TABLE:
            raise refusal("indexes", table=table.name)
        return catalog.with_table(replace(table, indexes=(*table.indexes, Index(self.index_id, self.field, at_ms))))

    def fields(self) -> list[tuple[str, Value]]:
        return [("tableId", self.table_id), ("indexId", self.index_id), ("field", self.field)]


@frozen
class DropIndex:
    table_id: str
    index_id: str

    def apply(self, catalog: Catalog, at_ms: int) -> Catalog:
        table = _known(catalog, self.table_id)
        index = next((index for index in table.indexes if index.index_id == self.index_id), None)
        if index is None:
            is_going = any(index.index_id == self.index_id for index in table.dropped_indexes)
            raise refusal("index_dropped" if is_going else "unknown_index", table=table.name, index_id=self.index_id)
        kept = tuple(each for each in table.indexes if each is not index)
        going = DroppedIndex(index.index_id, index.field, at_ms)
        return catalog.with_table(replace(table, indexes=kept, dropped_indexes=(*table.dropped_indexes, going)))

    def fields(self) -> list[tuple[str, Value]]:
        return [("tableId", self.table_id), ("indexId", self.index_id)]


@frozen
class DropTable:
    table_id: str

    def apply(self, catalog: Catalog, at_ms: int) -> Catalog:
        table = _known(catalog, self.table_id)
        if not table.active:
            raise refusal("table_dropped", table=table.name, table_id=self.table_id)
        return catalog.with_table(replace(table, active=False))

    def fields(self) -> list[tuple[str, Value]]:
        return [("tableId", self.table_id)]


@frozen
class UndropTable:
    table_id: str

    def apply(self, catalog: Catalog, at_ms: int) -> Catalog:
        table = _known(catalog, self.table_id)
        if table.active:
            raise refusal("table_not_dropped", table=table.name, table_id=self.table_id)
        _refuse_namesake(catalog, table.name)
        _refuse_too_many_active(catalog)
        return catalog.with_table(replace(table, active=True))

    def fields(self) -> list[tuple[str, Value]]:
        return [("tableId", self.table_id)]


Change = CreateTable | CreateIndex | DropIndex | DropTable | UndropTable
_KINDS: dict[str, type[Change]] = {
    "CREATE_TABLE": CreateTable,
    "CREATE_INDEX": CreateIndex,
    "DROP_INDEX": DropIndex,
    "DROP_TABLE": DropTable,
    "UNDROP_TABLE": UndropTable,
}
_KIND_NAMES = {kind: name for name, kind in _KINDS.items()}
_ARGUMENTS = {"tableId": "table_id", "indexId": "index_id", "name": "name", "field": "field", "tags": "tags"}


def encode_change(change: Change) -> bytes:
    """The change as the journal keeps it: one struct in Ion binary."""
    return encode(Struct([("change", _KIND_NAMES[type(change)]), *change.fields()]))


def decode_change(data: bytes) -> Change:
    value = decode(data)
    assert isinstance(value, Struct)
    kind = _KINDS[str(value["change"])]
    arguments: dict[str, Any] = {_ARGUMENTS[name]: _argument(member) for name, member in value if name != "change"}
    return kind(**arguments)


def _argument(value: Value) -> Value | dict[str, str | None]:
    if isinstance(value, Struct):
        return {name: tag if isinstance(tag, str) else None for name, tag in value}
    return value


def _tag_struct(tags: Mapping[str, str | None]) -> Struct:
    return Struct((key, NULL if tag is None else tag) for key, tag in tags.items())


def _known(catalog: Catalog, table_id: str) -> Table:
    table = catalog.table_with_id(table_id)
    if table is None:
        raise refusal("unknown_table_id", table_id=table_id)
    return table


def _refuse_namesake(catalog: Catalog, name: str) -> None:
    if catalog.active_table(name):
        raise refusal("table_exists", table=name)


def _refuse_too_many_active(catalog: Catalog) -> None:
    if sum(table.active for table in catalog.tables) >= limits.ACTIVE_TABLES:
        raise refusal("active_tables")
