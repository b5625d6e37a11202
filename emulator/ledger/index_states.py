"""Where an index stands, computed from the clock and from how far the view's work on it is.

    BUILDING    documents are missing in it, or half of its time is not over
    FINALIZING  it is complete, its time is not over; queries do not use it yet
    ONLINE      queries use it
    DELETING    dropped; its entries are being cleared away, or its time is not over

The times are those that building and deleting take at least (`index_building_ms`, `index_deleting_ms`); without them an
index is ONLINE as soon as it is complete, and gone as soon as it is cleared. States: developer guide, working.catalog.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from emulator.clock import Clock
from emulator.ion.values import Struct
from emulator.ledger.catalog import Catalog, DroppedIndex, Index, Table
from emulator.settings import Settings

_END_OF_TIME_MS = 1 << 60


def built(index: Index, settings: Settings) -> Index:
    """The index once it is complete; with no time to wait for, it is online at once."""
    return replace(index, built=True, online=settings.index_building_ms == 0)


class Timely:
    """Catalogs as the clock has them: an index that is complete goes ONLINE when its time is over."""

    def __init__(self, settings: Settings) -> None:
        self._building_ms = settings.index_building_ms
        self._last = (Catalog(), Catalog())

    def catalog(self, catalog: Catalog, clock: Clock) -> Catalog:
        """A catalog as it is now: the very same as before, unless something has changed."""
        if self._building_ms == 0:
            return catalog
        timely = self._last[1] if self._last[0] is catalog else catalog
        self._last = (catalog, _brought_online(timely, clock.now_ms() - self._building_ms))
        return self._last[1]


def _brought_online(catalog: Catalog, created_until_ms: int) -> Catalog:
    def is_due(index: Index) -> bool:
        return index.built and not index.online and index.created_ms <= created_until_ms

    if not any(is_due(index) for table in catalog.tables for index in table.indexes):
        return catalog
    return catalog.with_indexes(lambda index: replace(index, online=True) if is_due(index) else index)


def deleted_until_ms(now_ms: int, settings: Settings) -> int:
    """Indexes that were dropped until then are gone once they are cleared."""
    return now_ms - settings.index_deleting_ms if settings.index_deleting_ms else _END_OF_TIME_MS


def table_struct(table: Table, now_ms: int, settings: Settings) -> Struct:
    """A table as `information_schema.user_tables` shows it."""
    return Struct(
        [
            ("tableId", table.table_id),
            ("name", table.name),
            ("indexes", list(_index_structs(table, now_ms, settings))),
            ("status", "ACTIVE" if table.active else "INACTIVE"),
        ]
    )


def _index_structs(table: Table, now_ms: int, settings: Settings) -> Iterator[Struct]:
    for index in table.indexes:
        yield _struct(index, _status(index, now_ms, settings.index_building_ms))
    for dropped in table.dropped_indexes:
        if not dropped.cleared or dropped.dropped_ms > deleted_until_ms(now_ms, settings):
            yield _struct(dropped, "DELETING")


def _status(index: Index, now_ms: int, building_ms: int) -> str:
    if index.online:
        return "ONLINE"
    return "FINALIZING" if index.built and 2 * (now_ms - index.created_ms) >= building_ms else "BUILDING"


def _struct(index: Index | DroppedIndex, status: str) -> Struct:
    return Struct([("indexId", index.index_id), ("expr", f"[{index.field}]"), ("status", status)])
