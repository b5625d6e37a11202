"""SELECT and its clauses."""

from __future__ import annotations

from collections.abc import Iterable

from emulator.partiql import ast
from emulator.partiql.printer.strength import PRINTERS, anything, root
from emulator.partiql.printer.values import clause


def _select(node: ast.Select) -> str:
    return f"SELECT {_projection(node.projection)} FROM {sources(node.sources)}{where(node.where)}"


def _projection(node: ast.SelectValue | ast.SelectList) -> str:
    if isinstance(node, ast.SelectValue):
        return f"VALUE {anything(node.expression)}"
    return ", ".join(map(_item, node.items))


def _item(node: ast.Projection | ast.Star) -> str:
    if isinstance(node, ast.Star):
        return f"{root(node.of)}.*" if node.of else "*"
    text, path = anything(node.expression), node.expression
    if isinstance(path, ast.Path) and isinstance(path.steps[-1], ast.EachField):
        text = f"({text})"  # else it would be the item `path.*`, whose fields become columns
    return text + clause("AS", node.alias)


def sources(nodes: Iterable[ast.Source]) -> str:
    return ", ".join(map(_source, nodes))


def _source(node: ast.Source) -> str:
    return root(node.expression) + clause("AS", node.alias) + clause("AT", node.at) + clause("BY", node.by)


def where(condition: ast.Expression | None) -> str:
    return f" WHERE {anything(condition)}" if condition else ""


PRINTERS[ast.Select] = _select
