"""Expressions but SELECT."""

from __future__ import annotations

from collections.abc import Callable

from emulator.partiql import ast
from emulator.partiql.parser.expressions import AND, COMPARISON, EQUALITY, LEFT_DEEP, NOT, OR, SIGN
from emulator.partiql.printer.strength import BINARY, PRINTERS, anything, is_number, listed, operand, plain, root
from emulator.partiql.printer.values import name


def _path(node: ast.Path) -> str:
    start = f"({plain(node.root)})" if isinstance(node.root, ast.Path) else root(node.root)
    return start + "".join(map(plain, node.steps))


def _struct(node: ast.StructConstructor) -> str:
    return "{" + ", ".join(f"{anything(key)}: {anything(value)}" for key, value in node.fields) + "}"


# Operators


def _binary(node: ast.Binary) -> str:
    strength = BINARY[node.operator]
    balanced = strength in (AND, OR) and _operands_at_left(node) > LEFT_DEEP
    # In parentheses the left side keeps its tree; without them the parser would balance so long a chain.
    left = f"({plain(node.left)})" if balanced else operand(node.left, strength)
    return f"{left} {node.operator} {operand(node.right, strength + 1)}"


def _operands_at_left(node: ast.Binary) -> int:
    count, left = 2, node.left
    while isinstance(left, ast.Binary) and left.operator == node.operator:
        count, left = count + 1, left.left
    return count


def _unary(node: ast.Unary) -> str:
    """A number stands in parentheses, since its sign would become part of it; two signs stay apart, as no comment."""
    if node.operator == "NOT":
        return f"NOT {operand(node.operand, NOT)}"
    text = f"({plain(node.operand)})" if is_number(node.operand) else operand(node.operand, SIGN)
    return f"{node.operator} {text}" if text[0] in "+-" else node.operator + text


def _left(node: ast.In | ast.Between | ast.Like, strength: int, word: str) -> str:
    """What stands left of the second operand."""
    return f"{operand(node.operand, strength)} {'NOT ' if node.negated else ''}{word} "


def _in(node: ast.In) -> str:
    return _left(node, EQUALITY, "IN") + _collection(node.collection)


def _collection(node: ast.Expression) -> str:
    """A list in parentheses, as people write it."""
    if isinstance(node, ast.ListConstructor) and node.items:
        return f"({listed(node.items)})"
    return operand(node, EQUALITY + 1)


def _between(node: ast.Between) -> str:
    low, high = operand(node.low, COMPARISON + 1), operand(node.high, COMPARISON + 1)
    return f"{_left(node, COMPARISON, 'BETWEEN')}{low} AND {high}"


def _like(node: ast.Like) -> str:
    pattern = operand(node.pattern, COMPARISON + 1)
    escape = f" ESCAPE {operand(node.escape, COMPARISON + 1)}" if node.escape else ""
    return _left(node, COMPARISON, "LIKE") + pattern + escape


def _is(node: ast.Is) -> str:
    return f"{operand(node.operand, EQUALITY)} IS {'NOT ' if node.negated else ''}{plain(node.type_name)}"


def _type_name(node: ast.TypeName) -> str:
    return node.name + (f"({', '.join(map(str, node.arguments))})" if node.arguments else "")


def _case(node: ast.Case) -> str:
    subject = f" {anything(node.operand)}" if node.operand else ""
    branches = "".join(f" WHEN {anything(condition)} THEN {anything(value)}" for condition, value in node.branches)
    otherwise = f" ELSE {anything(node.otherwise)}" if node.otherwise else ""
    return f"CASE{subject}{branches}{otherwise} END"


# Calls


def _call(node: ast.Call) -> str:
    write = _FORMS.get(node.name)
    return f"{node.name}({write(*node.arguments) if write else listed(node.arguments)})"


def _word(node: ast.Expression) -> str:
    assert isinstance(node, ast.Literal)
    return str(node.value)


def _date_arithmetic(part: ast.Expression, *others: ast.Expression) -> str:
    return f"{_word(part)}, {listed(others)}"


_FORMS: dict[str, Callable[..., str]] = {
    "extract": lambda part, timestamp: f"{_word(part)} FROM {anything(timestamp)}",
    "date_add": _date_arithmetic,
    "date_diff": _date_arithmetic,
    "trim": lambda side, characters, text: f"{_word(side)} {anything(characters)} FROM {anything(text)}",
}

PRINTERS.update(
    {
        ast.Path: _path,
        ast.Field: lambda step: f".{name(step.name, step.quoted)}",
        ast.Subscript: lambda step: f"[{anything(step.expression)}]",
        ast.EachField: lambda step: ".*",
        ast.EachElement: lambda step: "[*]",
        ast.StructConstructor: _struct,
        ast.ListConstructor: lambda node: f"[{listed(node.items)}]",
        ast.BagConstructor: lambda node: f"<<{listed(node.items)}>>",
        ast.Unary: _unary,
        ast.Binary: _binary,
        ast.In: _in,
        ast.Between: _between,
        ast.Like: _like,
        ast.Is: _is,
        ast.TypeName: _type_name,
        ast.Cast: lambda node: f"CAST({anything(node.operand)} AS {plain(node.type_name)})",
        ast.Case: _case,
        ast.Call: _call,
        ast.Aggregate: lambda node: f"{node.name}({anything(node.operand) if node.operand else '*'})",
    }
)
