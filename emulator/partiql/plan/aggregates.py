"""Aggregate functions in a select list: each gets a slot, which holds its state while rows go by, then its result."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.frozen import frozen
from emulator.partiql import ast
from emulator.partiql.host import TURN
from emulator.partiql.messages import Unfit, semantic_error
from emulator.partiql.plan.builder import Builder, Environment, Evaluate, Loop, expression
from emulator.partiql.plan.nested import ready
from emulator.partiql.plan.scope import Aggregates
from emulator.partiql.semantics.aggregates import AGGREGATES, Fold
from emulator.partiql.values import is_unknown


@frozen
class Column:
    """One aggregate function of a query."""

    slot: int
    fold: Fold
    operand: Evaluate
    prepare: Loop | None
    position: ast.Position


@expression(ast.Aggregate)
def aggregate(builder: Builder, node: ast.Aggregate) -> Evaluate:
    aggregates = builder.scope.aggregates
    if aggregates is None or aggregates.inside:
        raise semantic_error("misplaced_aggregate", node.position, name=node.name.upper())
    aggregates.inside = True
    # COUNT(*) counts rows: something known in each of them.
    operand, queries = builder.with_queries(lambda: builder.expression(node.operand or ast.Literal(True)))
    aggregates.inside = False
    slot = builder.new_slot()
    aggregates.found.append(Column(slot, AGGREGATES[node.name], operand, ready(operand, queries), node.position))
    return lambda environment: environment[slot]


def refuse_plain_columns(aggregates: Aggregates) -> None:
    """Beside an aggregate there is no single row that a plain column could come from."""
    if aggregates.found and aggregates.plain:
        name = aggregates.plain[0]
        raise semantic_error("plain_column", name.position, name=name.name)


def aggregated(bindings: Loop, columns: list[Column]) -> Loop:
    """One binding for all of them, with every column's result in its slot."""

    preparing = [column.prepare for column in columns if column.prepare]

    def loop(environment: Environment) -> Iterator[Any]:
        for column in columns:
            environment[column.slot] = column.fold.start
        for hit in bindings(environment):
            if hit is not TURN:
                for prepare in preparing:
                    yield from prepare(environment)
                _take_in(columns, environment)
            yield TURN
        for column in columns:
            environment[column.slot] = column.fold.finish(environment[column.slot])
        yield True

    return loop


def _take_in(columns: list[Column], environment: Environment) -> None:
    for column in columns:
        value = column.operand(environment)
        if not is_unknown(value):
            try:
                environment[column.slot] = column.fold.step(environment[column.slot], value)
            except Unfit as unfit:
                raise unfit.placed(column.position) from unfit
