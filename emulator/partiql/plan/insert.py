"""INSERT INTO a table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.ids import ID_LENGTH
from emulator.ion.binary import encode
from emulator.ion.document import Document
from emulator.ion.values import Struct
from emulator.partiql import ast
from emulator.partiql.host import TURN, Host, Table
from emulator.partiql.messages import evaluation_error, semantic_error
from emulator.partiql.plan.builder import HOST, Builder, Environment, Loop
from emulator.partiql.plan.nested import ready
from emulator.partiql.plan.scope import Scope, unknown
from emulator.partiql.plan.sources import COMMITTED_PREFIX
from emulator.partiql.semantics.navigation import is_list
from emulator.partiql.semantics.types import display
from emulator.partiql.values import Bag, bare


def insert(builder: Builder, node: ast.Insert) -> Loop:
    """One row with the new id for each document; a list, bag or list parameter holds several.

    All documents are made before the first is inserted, so that one that is none leaves nothing behind.
    """
    table = changed_table(builder, node.table)
    builder.steps.append(f"write {table.name}")
    builder.scope = Scope(builder.scope)
    evaluate, queries = builder.with_queries(lambda: builder.expression(node.expression))
    prepare = ready(evaluate, queries)

    def rows(environment: Environment) -> Iterator[Any]:
        if prepare:
            yield from prepare(environment)
        host: Host = environment[HOST]
        documents = [document(item, node.table.position) for item in _items(evaluate(environment))]
        ids: list[str] = []
        for each in documents:
            if ids:
                yield TURN
            ids.append(host.insert(table, each))
        yield from map(document_row, ids)

    return rows


def changed_table(builder: Builder, name: ast.Identifier) -> Table:
    """The table whose user view is named. BadRequestException for every other view."""
    table = builder.catalog.active_table(name.name)
    if table is not None:
        return table
    if is_view(builder, name):
        raise semantic_error("only_user_view", name.position, name=name.name)
    raise unknown(name)


def is_view(builder: Builder, name: ast.Identifier) -> bool:
    """Whether a name that is no table's leads to something that can be read."""
    is_committed = builder.catalog.active_table(name.name.removeprefix(COMMITTED_PREFIX)) is not None
    return is_committed or name.name == "information_schema"


def _items(value: Any) -> list[Any]:
    collection = bare(value)
    return collection if is_list(collection) or type(collection) is Bag else [value]


def document(value: Any, position: ast.Position) -> Any:
    """The value, if it can be a document."""
    if not isinstance(bare(value), Struct):
        raise evaluation_error("document", position, came=display(value))
    return value


def document_row(document_id: str) -> Struct:
    """`{documentId: "…"}`, as bytes from the start: there is one for every document that is written."""
    return Document(_ROW_BEFORE_ID + document_id.encode("ascii"))


_NO_ID = b"0" * ID_LENGTH
_ROW_BEFORE_ID = encode(Struct([("documentId", _NO_ID.decode("ascii"))])).removesuffix(_NO_ID)
