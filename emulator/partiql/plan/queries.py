"""SELECT, at the top of a statement and inside of expressions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from emulator.partiql import ast
from emulator.partiql.host import TURN
from emulator.partiql.plan.aggregates import aggregated
from emulator.partiql.plan.builder import Builder, Environment, Evaluate, Loop, query_compiler
from emulator.partiql.plan.from_clause import from_clause
from emulator.partiql.plan.nested import ready
from emulator.partiql.plan.projection import projection
from emulator.partiql.plan.scope import Scope
from emulator.partiql.values import MISSING, settled


@query_compiler
def query(builder: Builder, node: ast.Select) -> Loop:
    """What yields the rows; a row that is MISSING is left out."""
    outer = builder.scope
    builder.scope = Scope(outer)
    clause = from_clause(builder, node.sources, node.where)
    (project, columns), queries = builder.with_queries(lambda: projection(builder, node.projection, clause.sources))
    builder.scope = outer
    bindings = aggregated(clause.bindings, columns) if columns else clause.bindings
    return _rows(bindings, project, ready(project, queries))


def _rows(bindings: Loop, project: Evaluate, prepare: Loop | None) -> Loop:
    def rows(environment: Environment) -> Iterator[Any]:
        for hit in bindings(environment):
            if hit is TURN:
                yield TURN
            else:
                if prepare:
                    yield from prepare(environment)
                row = project(environment)
                yield TURN if row is MISSING else settled(row)

    return rows
