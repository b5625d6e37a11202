"""A transaction: the statements it ran, what they read, and what they want to write.

It implements what a plan asks of its host (`partiql.host.Host`). Nothing it does is visible to others before its
commit, and its reads see the newest committed state plus its own writes; whether they still hold is checked at commit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from emulator import limits
from emulator.clock import Clock
from emulator.frozen import frozen
from emulator.ids import IdSource
from emulator.ion.binary import encode
from emulator.ion.document import Document
from emulator.ion.errors import IonError, IonTooLargeError
from emulator.ion.hashing import ion_hash
from emulator.ion.timestamps import from_epoch_ms
from emulator.ion.values import Annotated, Struct, Timestamp, Value
from emulator.journal.block import BlockAddress, Statement
from emulator.journal.hash_chain import statement_digest
from emulator.journal.presentation import redaction_struct
from emulator.ledger import catalog as changes
from emulator.ledger import redacting
from emulator.ledger.catalog import Catalog, Table
from emulator.ledger.collections import CommittedView, History, UserView
from emulator.ledger.conflicts import Key, definition_key, document_key, indexes_key, name_key
from emulator.ledger.erasing import Eraser
from emulator.ledger.index_states import table_struct
from emulator.ledger.messages import refusal
from emulator.ledger.owner import Owner
from emulator.ledger.view import View
from emulator.ledger.view.indexing import SMALL_BYTES, remember_keys
from emulator.ledger.view.reading import Reader, data_longer_than
from emulator.ledger.writes import PendingDocument, Writes

_LARGE_BYTES = 64 * 1024
"""To hash so much, or find its keys, takes some milliseconds, or a quarter of a second where every byte is a value."""


@frozen
class _Begun:
    """A statement that was begun; its digest is made of the parameters later, where it is None."""

    text: str
    start_time_ms: int
    parameters: Sequence[Value]
    digest: bytes | None


@frozen
class Context:
    """What all transactions of a ledger share."""

    view: View
    strand_id: str
    clock: Clock
    ids: IdSource
    eraser: Eraser
    owner: Owner


class Transaction:
    def __init__(self, context: Context, on_abort: Callable[[Transaction], None]) -> None:
        """Use `Ledger.begin`. `on_abort` is told when the transaction is given up."""
        self.transaction_id = context.ids.new_id()
        self.started_at_ms = context.clock.now_ms()
        self._statements: list[Statement] = []
        self._undigested: list[_Begun] = []
        self.reads: dict[Key, int] = {}
        """Keys read, each with the sequence number of the newest block visible when first read."""
        self.looked_up: dict[Key, Value] = {}
        """The values behind those of them that are keys of indexes, for people: long ones only in part."""
        self.writes = Writes()
        self.read_ios = 0
        """Documents read so far."""
        self.view = context.view
        self.strand_id = context.strand_id
        self.first_visible = context.view.applied_sequence_no
        self._context = context
        self._clock = context.clock
        self._ids = context.ids
        self._on_abort = on_abort
        self._before_statement = self.writes
        self._catalog: tuple[Catalog, Catalog] | None = None

    # Statements

    def begin_statement(self, text: str, parameters: Sequence[Value] = (), digest: bytes | None = None) -> None:
        """Journal a statement as run; writes that follow are its. Its digest is made later, unless it is known.

        BadRequestException when the transaction has grown over its limit.
        """
        self.refuse_oversize()
        self._before_statement = self.writes
        needed = parameters if digest is None else ()
        self._undigested.append(_Begun(text, self._clock.now_ms(), needed, digest))
        self.writes = self.writes.with_text(text)

    def undo_statement(self) -> None:
        """Forget the statement begun last, which failed, and all it wrote."""
        (self._undigested or self._statements).pop()
        self.writes = self._before_statement
        self._catalog = None

    @property
    def documents_written(self) -> int:
        """How many documents the statement begun last has written."""
        (number,) = self._current()
        return sum(number in pending.statements for pending in self.writes.documents.values())

    @property
    def statements(self) -> Sequence[Statement]:
        """What the journal will have of the statements, in order."""
        self._digest()
        return self._statements

    def _digest(self) -> None:
        self._statements += map(_digested, self._undigested)
        self._undigested.clear()

    def hash_ahead(self) -> None:
        """Hash what the commit will need hashed, and find its keys: whoever has time may call this, on any thread."""
        self._digest()
        for pending in self.writes.documents.values():
            if pending.document is not None:
                ion_hash(pending.document)
            if self.is_large:
                remember_keys(pending.data, [index.field for index in pending.table.indexes])

    @property
    def is_large(self) -> bool:
        """Whether it takes long to hash, or to find the keys of."""
        return self.writes.size_bytes + self.writes.replaced_bytes > _LARGE_BYTES

    def refuse_oversize(self) -> None:
        if self.writes.size_bytes > limits.TRANSACTION_BYTES:
            raise refusal("transaction_size", came=self.writes.size_bytes)

    def reader(self, *keys: Key) -> Reader:
        """A connection to read with, what is going to be read noted. InternalFailure when the view cannot be read."""
        connection = self.view.reader
        for key in keys:
            self.note_read(key, self.view.applied_sequence_no)
        return connection

    def note_read(self, key: Key, seen: int | None = None) -> None:
        """Note what was read, and the newest block that could be seen then; None is the newest of now."""
        self.reads.setdefault(key, self.view.applied_sequence_no if seen is None else seen)

    @property
    def redacted_until_ms(self) -> int:
        """Revisions whose redaction was requested until then count as redacted."""
        return self._context.eraser.redacted_until_ms

    def now(self) -> Timestamp:
        return from_epoch_ms(self._clock.now_ms())

    # The catalog, the transaction's own changes included

    @property
    def catalog(self) -> Catalog:
        base = self.view.catalog_at(self._clock)
        if not self.writes.changes:
            return base
        if self._catalog is None or self._catalog[0] is not base:
            self._catalog = (base, self.writes.apply_changes(base, self.started_at_ms))
        return self._catalog[1]

    def user_tables(self) -> Iterator[Struct]:
        now_ms, settings = self._clock.now_ms(), self._context.owner.settings
        for table in self.catalog.tables:
            self.note_read(definition_key(table.table_id))
            self.note_read(indexes_key(table.table_id))
            yield table_struct(table, now_ms, settings)

    # Reading; the arguments are tables of this transaction's catalog

    def user_view(self, table: Table) -> UserView:
        self._use(table)
        return UserView(self, table)

    def committed_view(self, table: Table) -> CommittedView:
        self._use(table)
        return CommittedView(self, table)

    def history(self, table: Table, start: Timestamp | None, end: Timestamp | None) -> History:
        return History(self, table, start, end)

    def _use(self, table: Table) -> None:
        self.note_read(definition_key(table.table_id))

    # Writing

    def insert(self, table: Table, document: Value) -> str:
        document_id = self._ids.new_id()
        self._use(table)
        self._write(PendingDocument(document_id, table, True, _document(document), self._current()))
        return document_id

    def replace(self, table: Table, document_id: str, document: Value) -> None:
        self._change(PendingDocument(document_id, table, False, _document(document), self._current()))

    def delete(self, table: Table, document_id: str) -> None:
        self._change(PendingDocument(document_id, table, False, None, self._current()))

    def _change(self, pending: PendingDocument) -> None:
        self._use(pending.table)
        if pending.document_id not in self.writes.documents:
            self.note_read(document_key(pending.document_id))
            if pending.table.indexes:
                replaced = data_longer_than(SMALL_BYTES, self.view.reader, pending.document_id)
                pending = replace(pending, replaced=replaced)
        self._write(pending)

    def _write(self, pending: PendingDocument) -> None:
        self.writes = self.writes.with_document(pending)

    def _current(self) -> tuple[int, ...]:
        return (len(self._statements) + len(self._undigested) - 1,)

    def redact_revision(self, strand_id: str, sequence_no: int, table_id: str, document_id: str) -> Struct:
        """Ask for a revision's redaction; the request as a row. BadRequestException where it cannot be redacted."""
        address = BlockAddress(strand_id, sequence_no)
        redaction = redacting.request(self, address, table_id, document_id)
        self.writes = self.writes.with_redaction(redaction)
        self.read_ios += 1
        return redaction_struct(redaction)

    # The catalog

    def create_table(self, name: str, tags: Mapping[str, str | None]) -> str:
        if tags:
            self._context.owner.check_table_tags(tags)
        self.note_read(name_key(name))
        return self._change_catalog(changes.CreateTable(self._ids.new_id(), name, tags))

    def create_index(self, table: Table, field: str) -> str:
        self._use(table)
        self.note_read(indexes_key(table.table_id))
        return self._change_catalog(changes.CreateIndex(table.table_id, self._ids.new_id(), field))

    def drop_index(self, table: Table, index_id: str) -> str:
        self._use(table)
        self.note_read(indexes_key(table.table_id))
        return self._change_catalog(changes.DropIndex(table.table_id, index_id))

    def drop_table(self, table: Table) -> str:
        self._use(table)
        return self._change_catalog(changes.DropTable(table.table_id))

    def undrop_table(self, table_id: str) -> str:
        table = self.catalog.table_with_id(table_id)
        if table is not None:
            self._use(table)
            self.note_read(name_key(table.name))
        return self._change_catalog(changes.UndropTable(table_id))

    def _change_catalog(self, change: changes.Change) -> str:
        change.apply(self.catalog, self.started_at_ms)  # raises what the statement must say
        self.writes = self.writes.with_change(change)
        self._catalog = None
        return change.table_id

    # The end

    def abort(self) -> None:
        """Give it up; nothing happened."""
        self._on_abort(self)


def _digested(begun: _Begun) -> Statement:
    digest = begun.digest or statement_digest(begun.text, map(ion_hash, begun.parameters))
    return Statement(begun.text, begun.start_time_ms, digest)


def _document(value: Value) -> Document:
    """A value as a document; BadRequestException when it is no struct or too large."""
    if isinstance(value, Document):
        document = value
    elif isinstance(value.value if isinstance(value, Annotated) else value, Struct):
        try:
            document = Document(encode(value))
        except IonTooLargeError as error:
            raise refusal("document_size", came=f"more than {limits.ION_VALUE_BYTES}") from error
        except IonError as error:
            raise refusal("document_ion", reason=error) from error
    else:
        raise refusal("document", came=type(value).__name__)
    if len(document.encoded) > limits.DOCUMENT_BYTES:
        raise refusal("document_size", came=len(document.encoded))
    return document
