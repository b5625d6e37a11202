"""UPDATE, DELETE and FROM: find documents, then change each.

Everything is found and every new value made before the first document is written, so that a statement never meets its
own changes. Values are those from before the statement: in `SET a = b, b = a` both change places.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from emulator import limits
from emulator.partiql import ast
from emulator.partiql.evaluation_errors import evaluation_error, semantic_error
from emulator.partiql.host import TURN, Host, Table
from emulator.partiql.plan.builder import HOST, Builder, Environment, Loop
from emulator.partiql.plan.from_clause import from_clause
from emulator.partiql.plan.insert import changed_table, document, document_row
from emulator.partiql.plan.locations import is_document, location
from emulator.partiql.plan.scope import Scope
from emulator.partiql.plan.sources import Source, TableSource
from emulator.partiql.semantics.changes import Location, insert_at, remove_at, set_at
from emulator.partiql.values import bare, settled


@dataclass(frozen=True, slots=True)
class Operation:
    """`edits` gives, for one binding, what is to be done to the document; `apply` does them all, in order found."""

    edits: Callable[[Environment], list[Any]]
    apply: Callable[[Any, list[Any]], Any] | None
    """None where the document itself is deleted."""

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
    _refuse_other_tables(clause.sources)
    operation = _operation(builder, node.operation, clause.sources)
    bound = clause.sources[0].bound

    def rows(environment: Environment) -> Iterator[Any]:
        found: dict[str, Found] = {}
        for hit in clause.bindings(environment):
            if hit is not TURN:
                each = found.setdefault(environment[bound.by], Found(settled(environment[bound.value])))
                each.edits += operation.edits(environment)
                _refuse_too_many(found)
            yield TURN
        _write(environment[HOST], table, found, operation)
        for document_id in found:
            for _ in range(operation.rows_per_document):
                yield document_row(document_id)

    return rows


def _refuse_too_many(found: Mapping[str, Found]) -> None:
    """Stop at the document that is one too many: there may be a million."""
    if len(found) > limits.DOCUMENTS_PER_TRANSACTION:
        raise evaluation_error("documents", limit=limits.DOCUMENTS_PER_TRANSACTION)


def _write(host: Host, table: Table, found: dict[str, Found], operation: Operation) -> None:
    if operation.apply is None:
        for document_id in found:
            host.delete(table, document_id)
        return
    apply = operation.apply
    changed = {document_id: document(apply(each.value, each.edits)) for document_id, each in found.items()}
    for document_id, value in changed.items():
        host.replace(table, document_id, value)


def _changed_table(builder: Builder, source: ast.Source) -> Table:
    root = source.expression.root if isinstance(source.expression, ast.Path) else source.expression
    if isinstance(root, ast.Identifier) and not root.lexical and root is source.expression:
        return changed_table(builder, root)
    name = root.name if isinstance(root, ast.Identifier | ast.Call) else "the first source"
    raise semantic_error("only_user_view", source.position, name=name)


def _refuse_other_tables(sources: tuple[Source, ...]) -> None:
    for each in sources[1:]:
        if isinstance(each, TableSource):
            raise semantic_error("one_table", name=each.bound.name)


def _operation(
    builder: Builder, node: ast.SetFields | ast.InsertInto | ast.Remove, sources: tuple[Source, ...]
) -> Operation:
    if isinstance(node, ast.SetFields):
        return _set(builder, node, sources)
    if isinstance(node, ast.InsertInto):
        return _insert(builder, node, sources)
    return _remove(builder, node, sources)


def _set(builder: Builder, node: ast.SetFields, sources: tuple[Source, ...]) -> Operation:
    items = [(location(builder, item.target, sources), builder.expression(item.expression)) for item in node.items]

    def apply(value: Any, edits: list[tuple[Location, Any]]) -> Any:
        for where, new in edits:
            value = set_at(value, where, new)
        return value

    return Operation(
        lambda environment: [(where(environment), evaluate(environment)) for where, evaluate in items],
        apply,
        rows_per_document=len(items),
    )


def _insert(builder: Builder, node: ast.InsertInto, sources: tuple[Source, ...]) -> Operation:
    where, evaluate = location(builder, node.target, sources), builder.expression(node.expression)
    key = builder.expression(node.at or ast.Missing())

    def apply(value: Any, edits: list[tuple[Location, Any, Any]]) -> Any:
        for target, new, at in edits:
            value = insert_at(value, target, new, at)
        return value

    return Operation(lambda environment: [(where(environment), evaluate(environment), bare(key(environment)))], apply)


def _remove(builder: Builder, node: ast.Remove, sources: tuple[Source, ...]) -> Operation:
    if is_document(builder, node.target, sources):
        return Operation(lambda _environment: [], None)
    where = location(builder, node.target, sources)

    def apply(value: Any, edits: list[Location]) -> Any:
        # Elements were found first to last: taken away last to first, none moves before its turn.
        for target in reversed(dict.fromkeys(edits)):
            value = remove_at(value, target)
        return value

    return Operation(lambda environment: [where(environment)], apply)
