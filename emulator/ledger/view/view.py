"""The view of one ledger: changed only by `apply`, at commit and at start-up alike.

`apply` writes inside an open SQLite transaction. What it did becomes visible with `commit`, to `reader` and in the
attributes below, or vanishes with `rollback`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from emulator.clock import Clock
from emulator.errors import InternalFailure
from emulator.frozen import frozen
from emulator.journal.block import Block, Redaction, Revision
from emulator.journal.merkle import Tree
from emulator.ledger import index_states
from emulator.ledger.catalog import Catalog, Change, CreateIndex, DropIndex, Table, decode_change
from emulator.ledger.conflicts import Key, document_key, index_key, redaction_key, table_key
from emulator.ledger.view import catalog_rows, indexing, reading, redactions, schema
from emulator.ledger.view.connections import Connections
from emulator.ledger.view.merkle_nodes import MerkleNodes
from emulator.ledger.view.state import State
from emulator.settings import Settings

_BUILD_DOCUMENTS = 500
_INSERT_REVISION = "INSERT INTO revisions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_PREVIOUS = (
    "SELECT d.revision_no, r.data FROM revisions d, revisions r "
    "WHERE d.document_id = ? AND d.version = 0 AND r.document_id = ? AND r.version = ?"
)
_MOVE = "INSERT OR REPLACE INTO moved (document_no, newest_no) VALUES (?, ?)"
_SET_LIVE = "UPDATE revisions SET live = ? WHERE revision_no = ?"


@frozen
class Applied:
    """What applying a block wrote: keys that readers may conflict with, and how many documents and index entries."""

    keys: tuple[Key, ...]
    write_ios: int


class View:
    def __init__(self, path: Path | None, settings: Settings, connections: Connections | None = None) -> None:
        """Open the database, or begin a new one where there is none that can be used; it may be open already."""
        self._path = path
        self._settings = settings
        self.in_memory = path is None
        self.journal_sequence_no = -1
        """The newest block known to be in the journal; whoever hears of a newer one says so."""
        self._timely = index_states.Timely(settings)
        self._use(connections or Connections(path))

    def _use(self, connections: Connections) -> None:
        self._connections = connections
        self._merkle_nodes = MerkleNodes(self._connections, self._flushed_reader)
        self._publish(self._load())

    def _load(self) -> State:
        writer = self._connections.writer
        catalog, numbers = catalog_rows.load(writer, self._settings)
        return State(
            applied_sequence_no=self._merkle_nodes.leaves() - 1,
            catalog=catalog,
            numbers=numbers,
            next_revision_no=schema.next_revision_no(writer),
            unfinished=indexing.unfinished(writer),
            oldest_redaction_ms=redactions.oldest_ms(writer),
        )

    def _publish(self, state: State) -> None:
        self._state = self._visible = state
        self.catalog = state.catalog
        """As far as it does not depend on the time."""
        self.applied_sequence_no = state.applied_sequence_no

    # Changing

    def apply(self, block: Block) -> Applied:
        """Take in the next block of the journal."""
        self._begin()
        state = self._state
        assert block.address.sequence_no == state.applied_sequence_no + 1
        keys: list[Key] = []
        write_ios = 0
        for system_revision in block.draft.system_revisions:
            keys += self._apply_change(decode_change(system_revision.change), block.timestamp_ms)
            write_ios += 1
        for revision in block.draft.revisions:
            write_ios += self._apply_revision(revision, block.address.sequence_no, keys)
        for redaction in block.draft.redactions:
            keys.append(self._apply_redaction(redaction, block.timestamp_ms))
            write_ios += 1
        self._merkle_nodes.append(block.address.sequence_no, block.block_hash)
        state.applied_sequence_no += 1
        return Applied(tuple(keys), write_ios)

    def _apply_change(self, change: Change, at_ms: int) -> list[Key]:
        state = self._state
        state.catalog = change.apply(state.catalog, at_ms)
        state.unfinished |= isinstance(change, CreateIndex | DropIndex)
        return catalog_rows.write(self._connections.writer, state.numbers, state.catalog, change, at_ms)

    def _apply_revision(self, revision: Revision, sequence_no: int, keys: list[Key]) -> int:
        state, metadata = self._state, revision.metadata
        table = state.catalog.table_with_id(revision.table_id)
        assert table is not None
        table_no = state.numbers.tables[table.table_id]
        revision_no = state.next_revision_no
        state.next_revision_no += 1
        is_first = metadata.version == 0
        document_no, old_data = (revision_no, None) if is_first else self._move_document(revision, revision_no)
        live = revision.data is not None if is_first else None
        document = (metadata.document_id, metadata.version, live, table_no)
        origin = (sequence_no, metadata.tx_time_ms, metadata.tx_id)
        row = (revision_no, *document, *origin, revision.hash, revision.data, revision.data_hash)
        self._connections.insert(_INSERT_REVISION, row, len(revision.data or b""))
        if revision.data_hash is not None:
            redacted = (revision_no, sequence_no, metadata.tx_time_ms, revision.data_hash, True)
            self._connections.insert(redactions.INSERT, redacted)
        keys += (table_key(table.table_id), document_key(metadata.document_id))
        return 1 + self._apply_indexes(table, document_no, old_data, revision.data, keys)

    def _move_document(self, revision: Revision, revision_no: int) -> tuple[int, bytes | None]:
        """A document has a new revision, or is deleted; its number, and the data it had.

        In a journal that is read again, revisions have no data that are redacted by now.
        """
        writer, metadata = self._connections.writer, revision.metadata
        known = metadata.document_id, metadata.document_id, metadata.version - 1
        document_no, old_data = writer.execute(_PREVIOUS, known).fetchone()
        if revision.data is not None:
            writer.execute(_MOVE, (document_no, revision_no))
        if (revision.data is None) != (old_data is None):
            writer.execute(_SET_LIVE, (revision.data is not None, document_no))
        return document_no, old_data

    def _apply_indexes(
        self, table: Table, document_no: int, old_data: bytes | None, new_data: bytes | None, keys: list[Key]
    ) -> int:
        moved = 0
        for index in table.indexes:
            old, new = indexing.field_key(old_data, index.field), indexing.field_key(new_data, index.field)
            if old != new:
                moved += 1
                indexing.move(self._connections, self._state.numbers.indexes[index.index_id], document_no, old, new)
                keys += (index_key(index.index_id, key) for key in (old, new) if key is not None)
        return moved

    def _apply_redaction(self, redaction: Redaction, requested_ms: int) -> Key:
        redactions.record(self._connections.writer, redaction, requested_ms)
        self._state.oldest_redaction_ms = redactions.oldest_ms(self._connections.writer)
        return redaction_key(redaction.block_address.sequence_no)

    def _begin(self) -> None:
        try:
            self._connections.begin()
        except InternalFailure:
            self._forget()
            raise
        if self._state is self._visible:
            self._state = self._state.copy()

    def commit(self) -> None:
        """Make all that was applied visible."""
        blocks = self._state.applied_sequence_no - self.applied_sequence_no
        self._publish(self._state)
        self.journal_sequence_no = max(self.journal_sequence_no, self.applied_sequence_no)
        self._connections.commit(blocks)

    def flush(self) -> None:
        """Commit at once what SQLite was spared so far. InternalFailure when it cannot; then the view is behind."""
        try:
            self._connections.flush()
        except InternalFailure:
            self._forget()
            raise

    def rollback(self) -> None:
        """Undo all that was applied since the last commit, and maybe more: the view may then be behind the journal."""
        self._connections.rollback()
        self._forget()

    def _forget(self) -> None:
        self._merkle_nodes.forget_growth()
        self._publish(self._load())

    # Work between commits

    @property
    def unfinished(self) -> bool:
        """Whether indexes are still to be built or cleared away, by `maintain`."""
        return self._state.unfinished

    def maintain(self, now_ms: int) -> None:
        """Do a piece of that work, some milliseconds long. What it raises leaves nothing of it."""
        try:
            self._maintain(now_ms)
        except Exception:
            self.rollback()
            raise

    def _maintain(self, now_ms: int) -> None:
        self._begin()
        state, writer = self._state, self._connections.writer
        is_built = indexing.build(writer, _BUILD_DOCUMENTS)
        is_cleared = indexing.clear(writer, _BUILD_DOCUMENTS)
        if is_built or is_cleared:
            indexing.forget(writer, index_states.deleted_until_ms(now_ms, self._settings))
            state.catalog, state.numbers = catalog_rows.load(writer, self._settings)
        state.unfinished = indexing.unfinished(writer)
        self.commit()
        self.flush()

    @property
    def oldest_redaction_ms(self) -> int | None:
        """When the oldest redaction was requested whose data is not erased yet."""
        return self._state.oldest_redaction_ms

    def erase(self, revision_numbers: Sequence[int]) -> None:
        """Remove the data of revisions from the files, on any thread. Nothing may be applied meanwhile.

        sqlite3.Error when some may still be there; it is to be called again then. `note_erased` follows.
        """
        self._connections.erase(revision_numbers)

    def note_erased(self) -> None:
        self._state.oldest_redaction_ms = redactions.oldest_ms(self._connections.writer)

    def checkpoint_if_due(self) -> None:
        """Move the write-ahead log into the database, now and then; on any thread, for it waits for the disk."""
        self._connections.checkpoint_if_due()

    # Reading

    @property
    def reader(self) -> sqlite3.Connection:
        """A connection that sees what was committed. InternalFailure as in `flush`, and while the view is behind.

        Transactions must not read what is older than what they saw before.
        """
        self.flush()
        if self.is_behind:
            raise InternalFailure
        return self._connections.reader

    @property
    def is_behind(self) -> bool:
        """Whether the journal has blocks that the view had, too, and lost."""
        return self.applied_sequence_no < self.journal_sequence_no

    def table_no(self, table_id: str) -> int | None:
        return self._state.numbers.tables.get(table_id)

    def index_no(self, index_id: str) -> int:
        """The number of an index; one that was dropped meanwhile has a number that nothing is found under."""
        return self._state.numbers.indexes.get(index_id, -1)

    def applied_head(self, document_id: str) -> reading.Head | None:
        """Where a document stands after all that was applied, committed or not."""
        return reading.head(self._connections.writer, document_id)

    def catalog_at(self, clock: Clock) -> Catalog:
        """The catalog as it is now."""
        return self._timely.catalog(self.catalog, clock)

    @property
    def applied_catalog(self) -> Catalog:
        return self._state.catalog

    @property
    def merkle_tree(self) -> Tree:
        """The ledger's Merkle tree over all that was committed. What it reads may raise InternalFailure as `flush`."""
        return self._merkle_nodes

    def _flushed_reader(self) -> sqlite3.Connection:
        self.flush()
        return self._connections.reader

    def copy(self, path: Path | None) -> View:
        """A view of its own, like this one, at a path where nothing is, or in memory."""
        return View(path, self._settings, self._connections.copy(path))

    def begin_anew(self) -> None:
        """Forget everything; the journal is applied again from its first block."""
        self._connections.remove()
        self._use(Connections(self._path))

    def close(self) -> None:
        self._connections.close()
        self._merkle_nodes.close()
