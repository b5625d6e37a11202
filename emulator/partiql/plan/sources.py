"""What FROM ranges over: views of tables, the catalog, history, and collections found in values.

Tables win over aliases of the same name; `@name` is always the alias. Only the outermost query may name tables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from emulator.partiql import ast
from emulator.partiql.host import TURN, Collection, Host, Table
from emulator.partiql.messages import semantic_error
from emulator.partiql.plan.builder import EFFORT, HOST, Builder, Environment, Evaluate, Loop
from emulator.partiql.plan.effort import weight
from emulator.partiql.plan.history import history
from emulator.partiql.plan.nested import ready
from emulator.partiql.plan.paths import field_name
from emulator.partiql.plan.scope import unknown
from emulator.partiql.semantics.navigation import is_list
from emulator.partiql.values import MISSING, bare

COMMITTED_PREFIX = "_ql_committed_"


class Bound(NamedTuple):
    """The names and slots of one source: its value, and what AT and BY give."""

    name: str
    value: int
    at: int
    by: int
    at_name: str | None
    by_name: str | None


class TableSource(NamedTuple):
    """A view of a table. `prepare` makes it ready to be opened.

    `id_path` leads to the document's id in a record's value, `document_path` to the document, where indexes can be
    used on it; None where there is no such way.
    """

    bound: Bound
    table: Table
    open: Callable[[Environment], Collection]
    id_path: tuple[str, ...] | None
    document_path: tuple[str, ...] | None
    prepare: Loop | None = None


class ValueSource(NamedTuple):
    """Anything else: `items` yields pairs of a value and its ordinal. `origin` is what was written."""

    bound: Bound
    items: Loop
    origin: ast.Expression


Source = TableSource | ValueSource


def source(builder: Builder, node: ast.Source, place: int) -> Source:
    """One item of FROM, with its names bound; `place` counts them from 0."""
    make = _table(builder, node.expression) or _other(builder, node.expression)
    name = node.alias or _default_alias(node.expression, place)
    bound = Bound(name, builder.new_slot(), builder.new_slot(), builder.new_slot(), node.at, node.by)
    for alias, slot in ((name, bound.value), (node.at, bound.at), (node.by, bound.by)):
        if alias is not None:
            builder.scope.bind(alias, slot, node.position)
    return make(bound)


Make = Callable[[Bound], Source]


def _default_alias(node: ast.Expression, place: int) -> str:
    """The last name written, else one by position."""
    if isinstance(node, ast.Identifier):
        return node.name
    last = field_name(node.steps[-1]) if isinstance(node, ast.Path) and node.steps else None
    return last or f"_{place + 1}"


def _table(builder: Builder, node: ast.Expression) -> Make | None:
    """A view of a table, if that is what is written."""
    if isinstance(node, ast.Call) and node.name == "history":
        (table, open_history), queries = builder.with_queries(lambda: history(builder, node))
        _refuse_nested(builder, table.name, node.position)
        prepare = ready(open_history, queries)
        return lambda bound: TableSource(bound, table, open_history, ("metadata", "id"), None, prepare)
    if isinstance(node, ast.Identifier) and not node.lexical:
        return _named_view(builder, node)
    return None


def _named_view(builder: Builder, node: ast.Identifier) -> Make | None:
    is_committed = node.name.startswith(COMMITTED_PREFIX)
    table = builder.catalog.active_table(node.name.removeprefix(COMMITTED_PREFIX))
    if table is None:
        return None
    _refuse_nested(builder, node.name, node.position)
    if is_committed:
        return lambda bound: TableSource(
            bound, table, lambda environment: _host(environment).committed_view(table), ("metadata", "id"), ("data",)
        )
    return lambda bound: TableSource(bound, table, lambda environment: _host(environment).user_view(table), None, ())


def _host(environment: Environment) -> Host:
    host: Host = environment[HOST]
    return host


def _refuse_nested(builder: Builder, name: str, position: ast.Position) -> None:
    if builder.scope.is_nested:
        raise semantic_error("nested_table", position, name=name)


def _other(builder: Builder, node: ast.Expression) -> Make:
    items = _items(builder, node)
    return lambda bound: ValueSource(bound, items, node)


def _items(builder: Builder, node: ast.Expression) -> Loop:
    root = node.root if isinstance(node, ast.Path) else node
    if isinstance(root, ast.Identifier) and not root.lexical:
        if is_user_tables(node):
            _refuse_nested(builder, "information_schema", root.position)
            return _catalog_rows
        _refuse_unknown(builder, root)
    if isinstance(node, ast.Select):
        return _rows_of(builder.rows(node), node.position)
    evaluate, queries = builder.with_queries(lambda: builder.expression(node))
    return _elements_of(evaluate, ready(evaluate, queries))


def is_user_tables(node: ast.Expression) -> bool:
    """Whether it is the catalog, `information_schema.user_tables`."""
    return (
        isinstance(node, ast.Path)
        and isinstance(node.root, ast.Identifier)
        and node.root.name == "information_schema"
        and [field_name(step) for step in node.steps] == ["user_tables"]
    )


def _refuse_unknown(builder: Builder, root: ast.Identifier) -> None:
    """The root of a path must be an alias; a table of that name would win over it, and has no fields to follow."""
    if builder.catalog.active_table(root.name) is not None:
        _refuse_nested(builder, root.name, root.position)
        raise semantic_error("path_into_table", root.position, name=root.name)
    if builder.scope.lookup(root) is None:
        raise unknown(root)


def _catalog_rows(environment: Environment) -> Iterator[Any]:
    for row in _host(environment).user_tables():
        yield row, MISSING


def _rows_of(rows: Loop, position: ast.Position) -> Loop:
    """The rows of a query one by one, so that they need not all be there at once."""

    def loop(environment: Environment) -> Iterator[Any]:
        for row in rows(environment):
            if row is TURN:
                yield TURN
            else:
                environment[EFFORT].spend(weight([row]), position)
                yield row, MISSING

    return loop


def _elements_of(evaluate: Evaluate, prepare: Loop | None) -> Loop:
    """The elements of a collection; any other value is the only element of its own, MISSING too."""

    def loop(environment: Environment) -> Iterator[Any]:
        if prepare:
            yield from prepare(environment)
        value = evaluate(environment)
        collection = bare(value)
        if is_list(collection):
            for ordinal, item in enumerate(collection):
                yield item, ordinal
        elif isinstance(collection, list):
            for item in collection:
                yield item, MISSING
        else:
            yield value, MISSING

    return loop
