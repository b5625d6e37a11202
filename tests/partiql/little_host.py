"""A host that works, in a few lines: tables in memory, one transaction after the other, no conflicts, no journal."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

from emulator.errors import BadRequestException
from emulator.ion.equality import equal
from emulator.ion.hashing import ion_hash
from emulator.ion.timestamps import from_epoch_ms, instant
from emulator.ion.values import Struct, Timestamp, Value
from emulator.partiql.compiler import Plan, compile
from emulator.partiql.host import TURN, Catalog, Record, Table
from emulator.partiql.values import MISSING

START_MS = 1_700_000_000_000
STRAND_ID = "JdxjkR9bSYB5jMHWcI464T"


@dataclass(frozen=True, slots=True)
class LittleRecord:
    document_id: str
    value: Struct


@dataclass(frozen=True, slots=True)
class Revision:
    """`document` is None where it was deleted."""

    document_id: str
    version: int
    document: Any
    sequence_no: int
    transaction_id: str
    time: Timestamp

    is_redacted: bool = False

    def struct(self) -> Struct:
        address = Struct([("strandId", STRAND_ID), ("sequenceNo", self.sequence_no)])
        metadata: list[tuple[str, Value]] = [("id", self.document_id), ("version", self.version)]
        metadata += [("txTime", self.time), ("txId", self.transaction_id)]
        data: list[tuple[str, Value]] = [] if self.document is None else [("data", self.document)]
        if self.is_redacted:
            data = [("dataHash", ion_hash(self.document))]
        return Struct([("blockAddress", address), ("hash", bytes(32)), *data, ("metadata", Struct(metadata))])


@dataclass(slots=True)
class LittleTable:
    table_id: str
    name: str
    is_active: bool = True
    uses_indexes: bool = True
    indexes: dict[str, str] = field(default_factory=dict)
    documents: dict[str, Any] = field(default_factory=dict)
    revisions: list[Revision] = field(default_factory=list)

    @property
    def indexed_fields(self) -> Container[str]:
        return set(self.indexes.values()) if self.uses_indexes else ()

    def committed(self) -> dict[str, Revision]:
        return {revision.document_id: revision for revision in self.revisions}


@dataclass(slots=True)
class LittleCollection:
    """`path` leads from a record to the document."""

    host: LittleHost
    records: Sequence[LittleRecord]
    path: tuple[str, ...] = ()

    def scan(self) -> Iterator[Record | None]:
        self.host.scans += 1
        return self._counted(self.records)

    def find(self, field: str, value: Value) -> Iterator[Record | None]:
        return self._counted([record for record in self.records if self._matches(record, field, value)])

    def get(self, document_id: str) -> Iterator[Record | None]:
        return self._counted([record for record in self.records if record.document_id == document_id])

    def _matches(self, record: LittleRecord, field: str, value: Value) -> bool:
        document: Any = record.value
        for step in self.path:
            document = document[step]
        found: Any = document.get(field, MISSING)
        return found is not MISSING and equal(found, value)

    def _counted(self, records: Sequence[LittleRecord]) -> Iterator[Record | None]:
        for record in records:
            yield TURN
            self.host.reads += 1
            yield record


class LittleHost:
    """Host and catalog in one. `reads` counts the records it gave out, `scans` the whole tables it was asked for."""

    def __init__(self, uses_indexes: bool = True) -> None:
        self.uses_indexes = uses_indexes
        self.reads = self.scans = 0
        self.plans: dict[str, Plan] = {}
        self.tables: list[LittleTable] = []
        self.now_ms = START_MS
        self.commits = 0
        self._ids = count(1)
        self.transaction_id = self._new_id()

    def execute(self, statement: str, *parameters: Value) -> list[Value]:
        """Run one statement to its end."""
        rows = compile(statement, self.catalog).run(self, parameters)
        return [row for row in rows if row is not TURN]

    @property
    def catalog(self) -> Catalog:
        return self

    def commit(self) -> None:
        """Make revisions of what has changed, and begin the next transaction one second later."""
        self.commits += 1
        for table in self.tables:
            committed = {key: each for key, each in table.committed().items() if each.document is not None}
            for document_id in dict.fromkeys([*committed, *table.documents]):
                before, after = committed.get(document_id), table.documents.get(document_id)
                if (before.document if before else None) is not after:
                    table.revisions.append(self._revision(document_id, before.version + 1 if before else 0, after))
        self.transaction_id = self._new_id()
        self.now_ms += 1000

    def _revision(self, document_id: str, version: int, document: Any) -> Revision:
        return Revision(document_id, version, document, self.commits, self.transaction_id, self.now())

    def _new_id(self) -> str:
        return f"{next(self._ids):022d}"

    # Catalog

    def active_table(self, name: str) -> LittleTable | None:
        return next((table for table in self.tables if table.name == name and table.is_active), None)

    def table_with_id(self, table_id: str) -> LittleTable | None:
        return next((table for table in self.tables if table.table_id == table_id), None)

    # Host

    def now(self) -> Timestamp:
        return from_epoch_ms(self.now_ms)

    def _mine(self, table: Table) -> LittleTable:
        mine = self.table_with_id(table.table_id)
        assert mine is not None
        return mine

    def user_view(self, table: Table) -> LittleCollection:
        mine = self._mine(table)
        return LittleCollection(self, [LittleRecord(*item) for item in mine.documents.items()])

    def committed_view(self, table: Table) -> LittleCollection:
        mine = self._mine(table)
        current = [revision for revision in mine.committed().values() if revision.document is not None]
        return LittleCollection(self, _records(current), ("data",))

    def history(self, table: Table, start: Timestamp | None, end: Timestamp | None) -> LittleCollection:
        mine = self._mine(table)
        return LittleCollection(self, _records(_active(mine.revisions, start, end)))

    def user_tables(self) -> Iterator[Struct]:
        for table in self.tables:
            indexes = [
                Struct([("indexId", index_id), ("expr", f"[{field}]"), ("status", "ONLINE")])
                for index_id, field in table.indexes.items()
            ]
            status = "ACTIVE" if table.is_active else "INACTIVE"
            yield Struct([("tableId", table.table_id), ("name", table.name), ("indexes", indexes), ("status", status)])

    def insert(self, table: Table, document: Value) -> str:
        document_id = self._new_id()
        self._mine(table).documents[document_id] = document
        return document_id

    def replace(self, table: Table, document_id: str, document: Value) -> None:
        assert document_id in self._mine(table).documents
        self._mine(table).documents[document_id] = document

    def delete(self, table: Table, document_id: str) -> None:
        del self._mine(table).documents[document_id]

    def redact_revision(self, strand_id: str, sequence_no: int, table_id: str, document_id: str) -> Struct:
        """At once, for there is no time here."""
        table = self.table_with_id(table_id)
        for place, revision in enumerate(table.revisions if table else ()):
            if (revision.document_id, revision.sequence_no) == (document_id, sequence_no):
                assert table is not None
                table.revisions[place] = replace(revision, is_redacted=True)
                address = revision.struct()["blockAddress"]
                fields = [("blockAddress", address), ("tableId", table_id), ("documentId", document_id)]
                return Struct([*fields, ("version", revision.version)])
        raise BadRequestException(f"Block {sequence_no} has no revision of document {document_id}")

    def create_table(self, name: str, tags: Mapping[str, str | None]) -> str:
        if self.active_table(name):
            raise BadRequestException(f"Table with name {name} already exists")
        self.tables.append(LittleTable(self._new_id(), name, uses_indexes=self.uses_indexes))
        return self._changed(self.tables[-1])

    def create_index(self, table: Table, field: str) -> str:
        self._mine(table).indexes[self._new_id()] = field
        return self._changed(self._mine(table))

    def drop_index(self, table: Table, index_id: str) -> str:
        if self._mine(table).indexes.pop(index_id, None) is None:
            raise BadRequestException(f"No index has the id {index_id}")
        return self._changed(self._mine(table))

    def drop_table(self, table: Table) -> str:
        self._mine(table).is_active = False
        return self._changed(self._mine(table))

    def undrop_table(self, table_id: str) -> str:
        table = self.table_with_id(table_id)
        if table is None or table.is_active:
            raise BadRequestException(f"No dropped table has the id {table_id}")
        table.is_active = True
        return self._changed(table)

    def _changed(self, table: LittleTable) -> str:
        self.plans = {}
        return table.table_id


def _records(revisions: Sequence[Revision]) -> list[LittleRecord]:
    return [LittleRecord(revision.document_id, revision.struct()) for revision in revisions]


def _active(revisions: Sequence[Revision], start: Timestamp | None, end: Timestamp | None) -> list[Revision]:
    """Those that were current at some moment of the range."""
    found = []
    for place, revision in enumerate(revisions):
        later = [each for each in revisions[place + 1 :] if each.document_id == revision.document_id]
        begins_in_time = end is None or instant(revision.time) <= instant(end)
        ends_in_time = start is None or not later or instant(later[0].time) > instant(start)
        if begins_in_time and ends_in_time:
            found.append(revision)
    return found


class LittleStage:
    """The little host as a stage for examples and cases: a transaction for each statement."""

    def __init__(self) -> None:
        self.host = LittleHost()

    def transact(self, statement: str, parameters: list[Value]) -> list[Value]:
        rows = self.host.execute(statement, *parameters)
        self.host.commit()
        return rows

    def now_ms(self) -> int:
        return self.host.now_ms

    def sleep(self, milliseconds: int) -> None:
        self.host.now_ms += milliseconds
