"""What a journal says happened, and what is there because of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import field
from typing import Any

from emulator.client.plain import plain
from emulator.frozen import frozen
from emulator.ion.hashing import ion_hash
from emulator.ion.values import Struct
from emulator.partiql.ast import DropTable, UndropTable
from emulator.partiql.parser.statements import parse

Documents = dict[str, dict[str, Any]]
"""By id, by table."""


class State(Documents):
    """The documents that are there, as plain values by id, by table; of one ledger."""

    def __init__(self, originals: dict[str, dict[str, Struct]], ledger: str | None = None) -> None:
        super().__init__({table: {key: plain(found[key]) for key in found} for table, found in originals.items()})
        self.ledger = ledger
        self.originals = originals
        """The same as Ion values."""


def revisions_in(journal: Iterable[Struct], table: str) -> list[dict[str, Any]]:
    """The revisions of documents of a table, in order, as plain values; of all tables that had the name."""
    return [
        plain(revision)
        for block in journal
        for revision, touched in _revisions(block)
        if _text(touched, "tableName") == table
    ]


def state_of(journal: Iterable[Struct], ledger: str | None = None) -> State:
    """The documents that are there after the last block, in tables that are there."""
    found: dict[tuple[str, str], dict[str, Struct]] = {}
    dropped: set[str] = set()
    for block in journal:
        _note_dropped(block, found, dropped)
        for revision, touched in _revisions(block):
            documents = found.setdefault((_text(touched, "tableName"), _text(touched, "tableId")), {})
            document_id, data = _text(_struct(revision, "metadata"), "id"), revision.get("data", None)
            if isinstance(data, Struct):
                documents[document_id] = data
            elif revision.get("dataHash", None) is None:
                documents.pop(document_id, None)
    return State({name: documents for (name, table_id), documents in found.items() if table_id not in dropped}, ledger)


def _note_dropped(block: Struct, found: dict[tuple[str, str], dict[str, Struct]], dropped: set[str]) -> None:
    """Which tables are dropped by a block's statements, in their order, and which are so no longer."""
    info = block.get("transactionInfo", None)
    if not isinstance(info, Struct):
        return
    documents: Any = info.get("documents", Struct())
    statements: Any = info.get("statements", [])
    for place, ran in enumerate(statements):
        for _, touched in documents:
            if place in touched["statements"]:
                found.setdefault((_text(touched, "tableName"), _text(touched, "tableId")), {})
        text = _text(ran, "statement")
        statement = parse(text) if "drop" in text.lower() else None
        if isinstance(statement, DropTable):
            dropped |= {table_id for name, table_id in found if name == statement.table.name}
        elif isinstance(statement, UndropTable):
            dropped.discard(statement.table_id.name)


def _revisions(block: Struct) -> Iterator[tuple[Struct, Struct]]:
    """The revisions of documents, each with what the block says of the document: the table it is in."""
    revisions: Any = block.get("revisions", [])
    for revision in revisions:
        metadata = revision.get("metadata", None)
        if metadata is not None:
            documents = _struct(_struct(block, "transactionInfo"), "documents")
            yield revision, _struct(documents, _text(metadata, "id"))


def _struct(of: Struct, name: str) -> Struct:
    value = of[name]
    assert isinstance(value, Struct)
    return value


def _text(of: Struct, name: str) -> str:
    return str(of[name])


@frozen
class Difference:
    """Documents by table and id: those that came, those that went, and what the others were and are."""

    added: Documents = field(default_factory=dict)
    removed: Documents = field(default_factory=dict)
    changed: dict[str, dict[str, tuple[Any, Any]]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)


def difference(before: Documents, after: Documents) -> Difference:
    """What it takes to get from one state to the other. Documents are the same when their Ion values are: 1 is not
    1.0, nor true."""
    found = Difference()
    for table in sorted(before.keys() | after.keys()):
        old, new = before.get(table, {}), after.get(table, {})
        _note(found.added, table, {key: new[key] for key in new if key not in old})
        _note(found.removed, table, {key: old[key] for key in old if key not in new})
        changed = {key: (old[key], new[key]) for key in old if key in new and not _is_same(table, key, before, after)}
        _note(found.changed, table, changed)
    return found


def _is_same(table: str, key: str, before: Documents, after: Documents) -> bool:
    if before[table][key] != after[table][key]:
        return False
    if not isinstance(before, State) or not isinstance(after, State):  # somebody wrote it
        return True
    return ion_hash(before.originals[table][key]) == ion_hash(after.originals[table][key])


def _note(place: dict[str, Any], table: str, documents: dict[str, Any]) -> None:
    if documents:
        place[table] = documents
