"""SELECT, at the top of a statement and inside of expressions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.partiql import ast
from emulator.partiql.host import TURN
from emulator.partiql.plan.aggregates import aggregated
from emulator.partiql.plan.builder import Builder, Environment, Evaluate, Loop, expression
from emulator.partiql.plan.from_clause import from_clause
from emulator.partiql.plan.projection import projection
from emulator.partiql.plan.scope import Scope
from emulator.partiql.values import MISSING, Bag, settled


def query(builder: Builder, node: ast.Select) -> Loop:
    """What yields the rows; a row that is MISSING is left out."""
    outer = builder.scope
    builder.scope = Scope(outer)
    clause = from_clause(builder, node.sources, node.where)
    project, columns = projection(builder, node.projection, clause.sources)
    builder.scope = outer
    return _rows(aggregated(clause.bindings, columns) if columns else clause.bindings, project)


def _rows(bindings: Loop, project: Evaluate) -> Loop:
    def rows(environment: Environment) -> Iterator[Any]:
        for hit in bindings(environment):
            if hit is TURN:
                yield TURN
            else:
                row = project(environment)
                yield TURN if row is MISSING else settled(row)

    return rows


@expression(ast.Select)
def nested(builder: Builder, node: ast.Select) -> Evaluate:
    """A query inside of an expression is the bag of its rows. It ranges over values at hand, so it takes no turns."""
    rows = query(builder, node)
    return lambda environment: Bag(row for row in rows(environment) if row is not TURN)
