"""The bound on a tree's depth, for what the parser does not see while it descends: chains that grow to the left.

`1 + 1 + 1 + …` is read by a loop, yet each operator makes its tree one deeper.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

from emulator import limits
from emulator.partiql import ast
from emulator.partiql.messages import parser_error

_EXPRESSIONS = get_args(ast.Expression)
_CARRIERS = (
    *(ast.Subscript, ast.Projection, ast.Star, ast.SelectValue, ast.SelectList, ast.Source),
    *(ast.SetItem, ast.SetFields, ast.InsertInto, ast.Remove),
    *get_args(ast.Statement),
)


def refuse_deep(statement: ast.Statement, tokens: int) -> None:
    """Raise `BadRequestException` for a tree too deep; few tokens cannot make one, and are not looked at."""
    if tokens <= limits.EXPRESSION_DEPTH:
        return
    waiting: list[tuple[Any, int]] = [(statement, 0)]
    while waiting:
        node, depth = waiting.pop()
        depth += isinstance(node, _EXPRESSIONS)
        if depth > limits.EXPRESSION_DEPTH:
            raise parser_error("too_deep", getattr(node, "position", ast.NOWHERE), limit=limits.EXPRESSION_DEPTH)
        waiting.extend((child, depth) for child in children(node))


def children(node: Any) -> Iterator[Any]:
    """What a node holds: nodes, tuples of them, and names and the like, which hold nothing."""
    if isinstance(node, tuple):
        yield from node
    elif isinstance(node, _EXPRESSIONS + _CARRIERS) and not isinstance(node, ast.Literal):
        yield from (getattr(node, name) for name in node.__slots__)
