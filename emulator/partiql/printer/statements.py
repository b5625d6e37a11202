"""Statements but SELECT."""

from __future__ import annotations

from math import inf

from emulator.partiql import ast
from emulator.partiql.parser.depth import children

# This enters in `PRINTERS` what it prints.
from emulator.partiql.printer import expressions  # noqa: F401
from emulator.partiql.printer.queries import sources, where
from emulator.partiql.printer.strength import PRINTERS, anything, listed, plain
from emulator.partiql.printer.values import identifier, ion


def to_text(statement: ast.Statement) -> str:
    """The text of a statement that the parser can read, on one line unless its strings have several."""
    return plain(statement)


def expression_text(node: ast.Expression) -> str:
    """The text of an expression, as it stands in a statement."""
    return anything(node)


def _modify(node: ast.Modify) -> str:
    """As FROM, whose condition comes first, unless parameters were counted in the order of UPDATE."""
    operation, condition = plain(node.operation), where(node.where)
    if len(node.sources) == 1 and _first_parameter(node.operation) < _first_parameter(node.where):
        return f"UPDATE {sources(node.sources)} {operation}{condition}"
    return f"FROM {sources(node.sources)}{condition} {operation}"


def _first_parameter(node: object) -> float:
    waiting: list[object] = [(node,)]
    first = inf
    while waiting:
        node = waiting.pop()
        waiting.extend(children(node))
        if isinstance(node, ast.Parameter):
            first = min(first, node.index)
    return first


def _set(node: ast.SetFields) -> str:
    return "SET " + ", ".join(f"{plain(item.target)} = {anything(item.expression)}" for item in node.items)


def _insert_into(node: ast.InsertInto) -> str:
    at = f" AT {anything(node.at)}" if node.at else ""
    return f"INSERT INTO {plain(node.target)} VALUE {anything(node.expression)}{at}"


def _create_table(node: ast.CreateTable) -> str:
    tags = f" WITH (aws_tags = {ion(node.tags)})" if node.tags is not None else ""
    return f"CREATE TABLE {identifier(node.name)}{tags}"


def _drop_index(node: ast.DropIndex) -> str:
    purge = "true" if node.purge else "false"
    return f"DROP INDEX {identifier(node.index_id)} ON {identifier(node.table)} WITH (purge = {purge})"


PRINTERS.update(
    {
        ast.Insert: lambda node: f"INSERT INTO {identifier(node.table)} VALUE {anything(node.expression)}",
        ast.Modify: _modify,
        ast.SetFields: _set,
        ast.InsertInto: _insert_into,
        ast.Remove: lambda node: f"REMOVE {plain(node.target)}",
        ast.CreateTable: _create_table,
        ast.CreateIndex: lambda node: f"CREATE INDEX ON {identifier(node.table)} ({identifier(node.field)})",
        ast.DropIndex: _drop_index,
        ast.DropTable: lambda node: f"DROP TABLE {identifier(node.table)}",
        ast.UndropTable: lambda node: f"UNDROP TABLE {identifier(node.table_id)}",
        ast.Exec: lambda node: f"EXEC {node.procedure} {listed(node.arguments)}".rstrip(),
    }
)
