"""The plan of each kind of statement."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from emulator import limits
from emulator.partiql import ast
from emulator.partiql.ast import NOWHERE
from emulator.partiql.host import Catalog
from emulator.partiql.messages import parser_error
from emulator.partiql.plan import aggregates, calls, constants, nested, operators, paths
from emulator.partiql.plan.builder import Builder, Loop
from emulator.partiql.plan.definitions import create_index, create_table, drop_index, drop_table, undrop_table
from emulator.partiql.plan.insert import insert
from emulator.partiql.plan.modify import modify
from emulator.partiql.plan.plan import Plan
from emulator.partiql.plan.procedures import execute
from emulator.partiql.plan.queries import query

EXPRESSION_FAMILIES = (aggregates, calls, constants, nested, operators, paths)
"""The modules that tell the builder what to do with expressions, by being imported."""


def plan_of(statement: ast.Statement, catalog: Catalog) -> Plan:
    """The statement's plan. BadRequestException for unknown names, and for what may not stand where it does."""
    builder = Builder(catalog)
    try:
        rows = _STATEMENTS[type(statement)](builder, statement)
    except RecursionError as error:
        raise parser_error("too_deep", NOWHERE, limit=limits.EXPRESSION_DEPTH) from error
    assert not builder.queries, "a query inside of an expression that nobody makes ready"
    if isinstance(statement, _DEFINITIONS):
        builder.steps.append("write the catalog")
    return Plan(builder.parameter_count, builder.slot_count, rows, tuple(builder.steps))


_DEFINITIONS = (ast.CreateTable, ast.CreateIndex, ast.DropIndex, ast.DropTable, ast.UndropTable)

_STATEMENTS: Mapping[type, Callable[[Builder, Any], Loop]] = {
    ast.Select: query,
    ast.Insert: insert,
    ast.Modify: modify,
    ast.CreateTable: create_table,
    ast.CreateIndex: create_index,
    ast.DropIndex: drop_index,
    ast.DropTable: drop_table,
    ast.UndropTable: undrop_table,
    ast.Exec: execute,
}
