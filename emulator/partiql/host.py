"""What a plan asks of whoever runs it. A ledger's transaction answers; so does the little host of the tests.

Rows come one at a time. Between them a source may give `TURN`, a point at which the caller may let others run or stop
altogether; whoever passes rows on passes turns on.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from emulator.ion.values import Struct, Timestamp, Value

if TYPE_CHECKING:  # a plan asks its host, so this is a circle
    from emulator.partiql.plan.plan import Plan

TURN: None = None
"""Stands between rows where the work may be interrupted."""


class Record(Protocol):
    """One document as a source yields it; of history and the committed view, `value` is the whole revision."""

    @property
    def document_id(self) -> str: ...

    @property
    def value(self) -> Struct: ...


class Collection(Protocol):
    """One view of one table: its newest documents, its committed revisions, or its history."""

    def scan(self) -> Iterator[Record | None]:
        """Every record; the transaction has then read the whole table."""

    def find(self, field: str, value: Value) -> Iterator[Record | None]:
        """By an index, the records whose document's field equals the value, which is neither null nor MISSING."""

    def get(self, document_id: str) -> Iterator[Record | None]:
        """The record or records of one document."""


class Table(Protocol):
    """A table as the catalog knows it."""

    @property
    def table_id(self) -> str: ...

    @property
    def name(self) -> str: ...

    @property
    def indexed_fields(self) -> Container[str]:
        """Top-level fields of its documents that have an ONLINE index."""


class Catalog(Protocol):
    """The tables as they stand."""

    @property
    def plans(self) -> dict[str, Plan]:
        """Plans made for these tables, by their texts; none at first. The compiler puts them there, and finds them."""

    def active_table(self, name: str) -> Table | None: ...

    def table_with_id(self, table_id: str) -> Table | None:
        """A table by id, dropped ones included."""


OwnTable = Any
"""A table as the host's own catalog gave it: hosts ask for the very class they made, which a protocol cannot say."""


class Host(Protocol):
    """A running transaction, as its statements see it.

    Everything raises `BadRequestException` where the statement asks for what cannot be.
    """

    @property
    def transaction_id(self) -> str: ...

    def now(self) -> Timestamp:
        """UTC, exactly three fraction digits."""

    # Reading. Tables are those of the catalog the plan was made for.

    def user_view(self, table: OwnTable) -> Collection:
        """The newest documents, the transaction's own writes included."""

    def committed_view(self, table: OwnTable) -> Collection:
        """The newest committed revisions: `{blockAddress, hash, data, metadata}`."""

    def history(self, table: OwnTable, start: Timestamp | None, end: Timestamp | None) -> Collection:
        """The revisions active between two moments, both inclusive. `find` is never used: no index serves history."""

    def user_tables(self) -> Iterator[Struct]:
        """The rows of `information_schema.user_tables`."""

    # Writing

    def insert(self, table: OwnTable, document: Value) -> str:
        """Insert one document, which must be a struct; its new id."""

    def replace(self, table: OwnTable, document_id: str, document: Value) -> None:
        """Give a document, read before by this transaction, a new value, which must be a struct."""

    def delete(self, table: OwnTable, document_id: str) -> None: ...

    def redact_revision(self, strand_id: str, sequence_no: int, table_id: str, document_id: str) -> Struct:
        """Ask for the redaction of a document's revision in a block; the request as a row."""

    # The catalog; each returns the table's id

    def create_table(self, name: str, tags: Mapping[str, str | None]) -> str: ...

    def create_index(self, table: OwnTable, field: str) -> str: ...

    def drop_index(self, table: OwnTable, index_id: str) -> str: ...

    def drop_table(self, table: OwnTable) -> str: ...

    def undrop_table(self, table_id: str) -> str: ...
