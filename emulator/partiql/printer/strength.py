"""Where parentheses must stand.

Every expression binds with a strength, and stands in parentheses where a stronger one is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from emulator.partiql import ast
from emulator.partiql.parser.expressions import AND, COMPARISON, EQUALITY, NOT, OR, PRODUCT, SIGN, SUM

PRINTERS: dict[type, Callable[[Any], str]] = {}
"""How to print a node of each type; the other modules enter theirs."""

_TERM = SIGN + 1
_QUERY = 0

BINARY = {
    "OR": OR,
    "AND": AND,
    **dict.fromkeys(("=", "<>"), EQUALITY),
    **dict.fromkeys(("<", "<=", ">", ">="), COMPARISON),
    **dict.fromkeys(("+", "-", "||"), SUM),
    **dict.fromkeys(("*", "/", "%"), PRODUCT),
}
_STRENGTHS = {
    ast.In: EQUALITY,
    ast.Is: EQUALITY,
    ast.Between: COMPARISON,
    ast.Like: COMPARISON,
    ast.Select: _QUERY,
}


def plain(node: object) -> str:
    """A node as it is, without parentheses around it."""
    return PRINTERS[type(node)](node)


def operand(node: ast.Expression, strength: int) -> str:
    text: str = PRINTERS[type(node)](node)
    return text if _strength(node) >= strength else f"({text})"


def _strength(node: ast.Expression) -> int:
    if isinstance(node, ast.Binary):
        return BINARY[node.operator]
    if isinstance(node, ast.Unary):
        return NOT if node.operator == "NOT" else SIGN
    return _STRENGTHS.get(type(node), _TERM)


def anything(node: ast.Expression) -> str:
    """An expression where commas, brackets or words part it from all others."""
    text: str = PRINTERS[type(node)](node)
    return f"({text})" if isinstance(node, ast.Select) else text


def listed(nodes: Iterable[ast.Expression]) -> str:
    return ", ".join(map(anything, nodes))


def root(node: ast.Expression) -> str:
    """A term that steps may follow, which they cannot if it is a bare number."""
    return f"({plain(node)})" if is_number(node) else operand(node, _TERM)


def is_number(node: ast.Expression) -> bool:
    return isinstance(node, ast.Literal) and type(node.value) in (int, Decimal)
