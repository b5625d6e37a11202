"""The bound on a tree's depth, for what the parser does not see while it descends: chains that grow to the left.

`1 + 1 + 1 + …` is read by a loop, yet each operator makes its tree one deeper.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

from emulator import limits
from emulator.partiql import ast
from emulator.partiql.messages import parser_error

_EXPRESSIONS = frozenset(get_args(ast.Expression))
_OTHERS = (
    *(ast.Subscript, ast.Projection, ast.Star, ast.SelectValue, ast.SelectList, ast.Source),
    *(ast.SetItem, ast.SetFields, ast.InsertInto, ast.Remove),
    *get_args(ast.Statement),
)
_PLAIN = {"position", "operator", "negated", "name", "procedure", "alias", "by", "type_name"}
_LEAVES = {ast.Literal, ast.Missing, ast.Parameter, ast.Identifier}
_HOLDERS: dict[type, list[str]] = {
    node: [slot for slot in node.__slots__ if slot not in _PLAIN and node not in _LEAVES]
    for node in (*_EXPRESSIONS, *_OTHERS)
}
"""The types of nodes, each with the members in which it may hold others."""


def refuse_deep(statement: ast.Statement, tokens: int) -> None:
    """Raise `BadRequestException` for a tree too deep; few tokens cannot make one, and are not looked at."""
    if tokens <= limits.EXPRESSION_DEPTH:
        return
    waiting: list[tuple[Any, int]] = [(statement, 0)]
    while waiting:
        node, depth = waiting.pop()
        if depth > limits.EXPRESSION_DEPTH:
            raise parser_error("too_deep", getattr(node, "position", ast.NOWHERE), limit=limits.EXPRESSION_DEPTH)
        waiting += [(child, depth + (type(child) in _EXPRESSIONS)) for child in children(node)]


def children(node: Any) -> Iterator[Any]:
    """The nodes right below a node, and tuples of nodes, which have children in turn."""
    held = node if isinstance(node, tuple) else [getattr(node, slot) for slot in _HOLDERS[type(node)]]
    return (child for child in held if type(child) in _HOLDERS or isinstance(child, tuple))
