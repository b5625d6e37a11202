"""UPDATE, DELETE and FROM: find documents, then change each.

Everything is found and every new value made before the first document is written, so that a statement never meets its
own changes. Values are those from before the statement: in `SET a = b, b = a` both change places. A document without
the nested collection that a statement ranges over has nothing to change.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from emulator import limits
from emulator.frozen import frozen
from emulator.partiql import ast
from emulator.partiql.host import TURN, Host, Table
from emulator.partiql.messages import Unfit, evaluation_error, semantic_error
from emulator.partiql.plan.builder import EFFORT, HOST, Builder, Environment, Loop
from emulator.partiql.plan.effort import Effort, weight
from emulator.partiql.plan.from_clause import from_clause
from emulator.partiql.plan.insert import changed_table, document, document_row
from emulator.partiql.plan.locations import is_document, location
from emulator.partiql.plan.nested import ready
from emulator.partiql.plan.scope import Scope
from emulator.partiql.plan.sources import Source, TableSource
from emulator.partiql.printer import expression_text
from emulator.partiql.semantics.changes import Location, insert_at, remove_at, set_at
from emulator.partiql.values import MISSING, bare, settled

_EDITS_A_TURN = 16
"""Each makes a list or struct anew, which may be as large as a document."""


@frozen
class Operation:
    """`edits` gives, for one binding, what is to be done to the document; `apply` does one of them."""

    edits: Callable[[Environment], list[Any]]
    apply: Callable[[Any, Any], Any] | None
    """None where the document itself is deleted."""

    ordered: Callable[[list[Any]], Iterable[Any]] = iter
    """All the edits of a document, as they were found, in the order in which they are done."""

    rows_per_document: int = 1


@dataclass(slots=True)
class Found:
    """A document that is to change, and everything that is to be done to it."""

    value: Any
    edits: list[Any] = field(default_factory=list)


def modify(builder: Builder, node: ast.Modify) -> Loop:
    """One row for each document changed; SET gives one for each of its items (seen with the service)."""
    builder.scope = Scope(builder.scope)
    table = _changed_table(builder, node.sources[0])
    clause = from_clause(builder, node.sources, node.where)
    _refuse_other_tables(node.sources, clause.sources)
    builder.steps.append(f"write {table.name}")
    operation, queries = builder.with_queries(lambda: _operation(builder, node.operation, clause.sources))
    prepare = ready(operation.edits, queries)
    bound, position = clause.sources[0].bound, node.sources[0].position
    nested = [each.bound.value for each in clause.sources[1:]]

    def rows(environment: Environment) -> Iterator[Any]:
        found: dict[str, Found] = {}
        count = 0
        effort: Effort = environment[EFFORT]
        for hit in clause.bindings(environment):
            if hit is not TURN and not any(environment[slot] is MISSING for slot in nested):
                if prepare:
                    yield from prepare(environment)
                each = found.setdefault(environment[bound.by], Found(settled(environment[bound.value])))
                edits = operation.edits(environment)
                effort.keep(bound.value, weight(edits), position)
                each.edits += edits
                count += len(edits)
                _refuse_too_many(found, count, position)
            yield TURN
        changed = yield from _changed(found, operation, position)
        yield from _write(environment[HOST], table, changed)
        for document_id in found:
            for _ in range(operation.rows_per_document):
                yield document_row(document_id)

    return rows


def _refuse_too_many(found: Mapping[str, Found], edits: int, position: ast.Position) -> None:
    """Stop at the document, or the change, that is one too many: there may be a million."""
    if edits > limits.STATEMENT_CHANGES:
        raise evaluation_error("changes", position, limit=limits.STATEMENT_CHANGES)
    if len(found) > limits.DOCUMENTS_PER_TRANSACTION:
        raise evaluation_error("documents", position, limit=limits.DOCUMENTS_PER_TRANSACTION)


def _changed(
    found: Mapping[str, Found], operation: Operation, position: ast.Position
) -> Generator[None, None, dict[str, Any]]:
    """The documents as they will be, MISSING where they will not; a turn after every few changes."""
    if operation.apply is None:
        return dict.fromkeys(found, MISSING)
    changed = {}
    for document_id, each in found.items():
        value = each.value
        for number, edit in enumerate(operation.ordered(each.edits), 1):
            value = operation.apply(value, edit)
            if not number % _EDITS_A_TURN:
                yield TURN
        changed[document_id] = document(value, position)
    return changed


def _write(host: Host, table: Table, changed: Mapping[str, Any]) -> Iterator[None]:
    for number, (document_id, value) in enumerate(changed.items()):
        if number:
            yield TURN
        if value is MISSING:
            host.delete(table, document_id)
        else:
            host.replace(table, document_id, value)


def _changed_table(builder: Builder, source: ast.Source) -> Table:
    root = source.expression.root if isinstance(source.expression, ast.Path) else source.expression
    if isinstance(root, ast.Identifier) and not root.lexical and root is source.expression:
        return changed_table(builder, root)
    raise semantic_error("only_user_view", source.position, name=expression_text(source.expression))


def _refuse_other_tables(nodes: tuple[ast.Source, ...], sources: tuple[Source, ...]) -> None:
    for node, each in zip(nodes[1:], sources[1:], strict=True):
        if isinstance(each, TableSource):
            raise semantic_error("one_table", node.position, name=each.bound.name)


def _operation(
    builder: Builder, node: ast.SetFields | ast.InsertInto | ast.Remove, sources: tuple[Source, ...]
) -> Operation:
    if isinstance(node, ast.SetFields):
        return _set(builder, node, sources)
    if isinstance(node, ast.InsertInto):
        return _insert(builder, node, sources)
    return _remove(builder, node, sources)


def _set(builder: Builder, node: ast.SetFields, sources: tuple[Source, ...]) -> Operation:
    items = [
        (location(builder, item.target, sources), builder.expression(item.expression), item.target.position)
        for item in node.items
    ]

    def apply(value: Any, edit: tuple[Location, Any, ast.Position]) -> Any:
        where, new, position = edit
        return _placed(position, set_at, value, where, new)

    def edits(environment: Environment) -> list[tuple[Location, Any, ast.Position]]:
        return [(where(environment), evaluate(environment), position) for where, evaluate, position in items]

    return Operation(edits, apply, rows_per_document=len(items))


def _placed(position: ast.Position, change: Callable[..., Any], *arguments: Any) -> Any:
    try:
        return change(*arguments)
    except Unfit as unfit:
        raise unfit.placed(position) from unfit


def _insert(builder: Builder, node: ast.InsertInto, sources: tuple[Source, ...]) -> Operation:
    where, evaluate = location(builder, node.target, sources), builder.expression(node.expression)
    key = builder.expression(node.at or ast.Missing())

    def apply(value: Any, edit: tuple[Location, Any, Any]) -> Any:
        return _placed(node.target.position, insert_at, value, *edit)

    return Operation(lambda environment: [(where(environment), evaluate(environment), bare(key(environment)))], apply)


def _remove(builder: Builder, node: ast.Remove, sources: tuple[Source, ...]) -> Operation:
    if is_document(builder, node.target, sources):
        return Operation(lambda _environment: [], None)
    where = location(builder, node.target, sources)

    def last_to_first(edits: list[Location]) -> Iterable[Location]:
        # Elements were found first to last: taken away last to first, none moves before its turn.
        return reversed(dict.fromkeys(edits))

    return Operation(lambda environment: [where(environment)], remove_at, last_to_first)
