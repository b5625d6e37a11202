"""The select list: what becomes of a binding."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from emulator.ion.values import Struct
from emulator.partiql import ast
from emulator.partiql.plan.aggregates import Column, refuse_plain_columns
from emulator.partiql.plan.builder import Builder, Environment, Evaluate
from emulator.partiql.plan.paths import field_name
from emulator.partiql.plan.scope import Aggregates
from emulator.partiql.plan.sources import Source
from emulator.partiql.values import MISSING, bare, settled

Fields = Callable[[Environment], Iterator[tuple[str, Any]]]


def projection(
    builder: Builder, node: ast.SelectValue | ast.SelectList, sources: Sequence[Source]
) -> tuple[Evaluate, list[Column]]:
    """What makes a row of a binding, and the aggregate functions that it needs."""
    aggregates = builder.scope.aggregates = Aggregates()
    project = _value(builder, node) if isinstance(node, ast.SelectValue) else _list(builder, node, sources)
    refuse_plain_columns(aggregates)
    return project, aggregates.found


def _value(builder: Builder, node: ast.SelectValue) -> Evaluate:
    return builder.expression(node.expression)


def _list(builder: Builder, node: ast.SelectList, sources: Sequence[Source]) -> Evaluate:
    if node.items == (ast.Star(),):
        return _everything(sources)
    columns = [item for item in node.items if isinstance(item, ast.Projection)]
    if len(columns) == len(node.items):
        return _columns(builder, columns)
    parts = [_part(builder, item, place) for place, item in enumerate(node.items, 1)]
    return lambda environment: Struct([pair for part in parts for pair in part(environment)])


def _columns(builder: Builder, items: list[ast.Projection]) -> Evaluate:
    columns = [(_name(item, place), builder.expression(item.expression)) for place, item in enumerate(items, 1)]

    def row(environment: Environment) -> Struct:
        values = [(name, evaluate(environment)) for name, evaluate in columns]
        return Struct([(name, settled(value)) for name, value in values if value is not MISSING])

    return row


def _name(item: ast.Projection, place: int) -> str:
    """The alias, else the last name written, else one by place."""
    node = item.expression
    if item.alias is not None:
        return item.alias
    if isinstance(node, ast.Identifier):
        return node.name
    last = field_name(node.steps[-1]) if isinstance(node, ast.Path) and node.steps else None
    return f"_{place}" if last is None else last


def _part(builder: Builder, item: ast.Projection | ast.Star, place: int) -> Fields:
    """One item of a list that has `alias.*` among its items."""
    if isinstance(item, ast.Projection):
        return _single(_name(item, place), builder.expression(item.expression))
    assert item.of is not None
    return _spread(builder.expression(item.of), place)


def _single(name: str, evaluate: Evaluate) -> Fields:
    def fields(environment: Environment) -> Iterator[tuple[str, Any]]:
        value = evaluate(environment)
        if value is not MISSING:
            yield name, settled(value)

    return fields


def _spread(evaluate: Evaluate, place: int) -> Fields:
    """The fields of a struct; any other value gets a name by place."""

    def fields(environment: Environment) -> Iterator[tuple[str, Any]]:
        value = evaluate(environment)
        struct = bare(value)
        if isinstance(struct, Struct):
            yield from struct.fields()
        elif value is not MISSING:
            yield f"_{place}", settled(value)

    return fields


def _everything(sources: Sequence[Source]) -> Evaluate:
    """`*`: of one source, a record itself as it is stored; else all fields of all sources, with AT and BY."""
    parts = [part for place, each in enumerate(sources, 1) for part in _all_of(each, place)]
    if len(parts) > 1:
        return lambda environment: Struct([pair for part in parts for pair in part(environment)])
    slot, fields = sources[0].bound.value, parts[0]

    def record(environment: Environment) -> Any:
        value = environment[slot]
        return value if isinstance(bare(value), Struct) else Struct(fields(environment))

    return record


def _all_of(each: Source, place: int) -> Iterator[Fields]:
    bound = each.bound
    yield _spread(_slot(bound.value), place)
    for name, slot in ((bound.at_name, bound.at), (bound.by_name, bound.by)):
        if name is not None:
            yield _single(name, _slot(slot))


def _slot(slot: int) -> Evaluate:
    return lambda environment: environment[slot]
