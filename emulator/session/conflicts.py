"""Conflicts in words: what was read, in the words of plans, and who wrote it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from emulator.ion.values import NULL
from emulator.journal.block import Block
from emulator.ledger.catalog import Catalog, Index, Table
from emulator.ledger.collisions import Collision
from emulator.ledger.conflicts import Key
from emulator.partiql.ast import Literal
from emulator.partiql.printer import expression_text
from emulator.session.statement_facts import ConflictingRead, Write

SHOWN_CHARACTERS = 200
_STATEMENTS = 20


def shortened(text: str, characters: int = SHOWN_CHARACTERS) -> str:
    """The beginning of a long text; a statement may have a hundred thousand characters."""
    return text if len(text) <= characters else f"{text[:characters]}…"


def few(texts: Sequence[str]) -> tuple[str, ...]:
    """The first of some statements, cut short."""
    return tuple(shortened(text) for text in texts[:_STATEMENTS])


def conflicting_read(collision: Collision, statement: str, catalog: Catalog) -> ConflictingRead:
    """A collision with the names that a catalog has for tables and indexes; `statement` is the one that read."""
    read = _READS[collision.key[0]](collision, catalog)
    return ConflictingRead(read, statement, collision.seen_sequence_no, _write(collision.key, collision.block, catalog))


# What was read


def _indexed(index_id: str, catalog: Catalog) -> tuple[Table, Index] | None:
    found = ((table, index) for table in catalog.tables for index in table.indexes if index.index_id == index_id)
    return next(found, None)


def _table(collision: Collision, catalog: Catalog) -> str:
    table_id = collision.key[1]
    table = catalog.table_with_id(table_id)
    return table.name if table else table_id


def _index(collision: Collision, catalog: Catalog) -> str:
    """An index that was dropped has nothing but its id."""
    found = _indexed(collision.key[1], catalog)
    return f"{found[0].name}({found[1].field})" if found else collision.key[1]


def _document(collision: Collision, _catalog: Catalog) -> str:
    document_id = collision.key[1]
    names = (each.table_name for each in collision.block.draft.documents if each.document_id == document_id)
    return f"document {next(names, '')}(id) = '{document_id}'"


def _value(collision: Collision) -> str:
    if collision.looked_up is NULL:
        return "…"
    return shortened(expression_text(Literal(collision.looked_up)))


_READS: Mapping[str, Callable[[Collision, Catalog], str]] = {
    "table": lambda collision, catalog: f"scan {_table(collision, catalog)}",
    "index": lambda collision, catalog: f"index {_index(collision, catalog)} = {_value(collision)}",
    "document": _document,
    "definition": lambda collision, catalog: f"catalog: that table {_table(collision, catalog)} is active",
    "indexes": lambda collision, catalog: f"catalog: the indexes of {_table(collision, catalog)}",
    "entries": lambda collision, catalog: f"catalog: that index {_index(collision, catalog)} is there",
    "name": lambda collision, _: f"catalog: the name {collision.key[1]}",
    "redaction": lambda collision, _: f"redactions in block {collision.key[1]}",
}
"""How to say what was read, for each kind of key."""


# What was written


def _write(key: Key, block: Block, catalog: Catalog) -> Write:
    """Of the block, the statements and documents that have to do with the key; all statements, for the catalog's."""
    documents = [each for each in block.draft.documents if _concerns(key, each.document_id, each.table_id, catalog)]
    numbers = sorted({number for each in documents for number in each.statements})
    texts = [statement.text for statement in block.draft.statements]
    return Write(
        transaction_id=block.draft.transaction_id,
        strand_id=block.address.strand_id,
        sequence_no=block.address.sequence_no,
        statements=few([texts[number] for number in numbers] or texts),
        document_ids=tuple(each.document_id for each in documents),
    )


def _concerns(key: Key, document_id: str, table_id: str, catalog: Catalog) -> bool:
    kind, name = key[0], key[1]
    if kind == "index":
        found = _indexed(name, catalog)
        return found is None or found[0].table_id == table_id
    return name == {"document": document_id, "table": table_id}.get(kind)
