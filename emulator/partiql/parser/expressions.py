"""Precedence climbing, over a table of terms and a table of operators that other modules fill.

The tree must stay shallow enough for whatever walks it by recursion, so the depth of expressions is bounded: while
descending here, and for long chains of operators, which grow on their left side, in `depth`. Long chains of AND and OR
are no such case, because `junction` makes balanced trees of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from emulator import limits
from emulator.partiql.ast import Binary, EachElement, EachField, Expression, Field, Path, Step, Subscript
from emulator.partiql.lexer import IDENTIFIER
from emulator.partiql.parser.cursor import Cursor

OR, AND, NOT, EQUALITY, COMPARISON, SUM, PRODUCT, SIGN = range(10, 90, 10)
"""How tightly operators bind. Comparisons bind tighter than equality, as in the reference implementation."""

Term = Callable[[Cursor], Expression]
Operator = Callable[[Cursor, Expression, int], Expression]

TERMS: dict[str, Term] = {}
"""By the kind of its first token, how to read a term."""

OPERATORS: dict[str, tuple[int, Operator]] = {}
"""By the kind of an operator's token, its precedence and how to read it and what stands at its right."""

_STEPS = (".", "[")

LEFT_DEEP = 32
"""How many operands of AND or OR, without parentheses, make a tree that leans to the left as usual."""


def term(*kinds: str) -> Callable[[Term], Term]:
    """Enter a function in `TERMS`."""

    def enter(read: Term) -> Term:
        TERMS.update(dict.fromkeys(kinds, read))
        return read

    return enter


def operator(precedence: int, *kinds: str) -> Callable[[Operator], Operator]:
    """Enter a function in `OPERATORS`."""

    def enter(read: Operator) -> Operator:
        OPERATORS.update(dict.fromkeys(kinds, (precedence, read)))
        return read

    return enter


def expression(cursor: Cursor, precedence: int = 0) -> Expression:
    """An expression whose operators all bind tighter than `precedence`."""
    cursor.depth += 1
    if cursor.depth > limits.EXPRESSION_DEPTH:
        raise cursor.error("too_deep", limit=limits.EXPRESSION_DEPTH)
    read = TERMS.get(cursor.kind)
    if read is None:
        raise cursor.unexpected("an expression")
    left = read(cursor)
    if cursor.kind in _STEPS:
        left = path(cursor, left)
    while True:
        kind = cursor.kind
        entry = OPERATORS.get(kind if kind != "NOT" else f"NOT {cursor.next_kind}")
        if entry is None or entry[0] <= precedence:
            break
        left = entry[1](cursor, left, entry[0])
    cursor.depth -= 1
    return left


def expressions(cursor: Cursor, closing: str) -> tuple[Expression, ...]:
    """Expressions with commas between them, at least one; steps over the closing token as well."""
    items = [expression(cursor)]
    while cursor.take(","):
        items.append(expression(cursor))
    cursor.expect(closing)
    return tuple(items)


def maybe_expressions(cursor: Cursor, closing: str) -> tuple[Expression, ...]:
    """As `expressions`, or none."""
    return () if cursor.take(closing) else expressions(cursor, closing)


def junction(word: str, operands: Sequence[Expression]) -> Expression:
    """Operands joined by AND or OR in their order, leaning to the left as usual, but many as a balanced tree."""
    if len(operands) > LEFT_DEEP:
        middle = len(operands) // 2
        return Binary(word, junction(word, operands[:middle]), junction(word, operands[middle:]))
    joined = operands[0]
    for right in operands[1:]:
        joined = Binary(word, joined, right)
    return joined


def path(cursor: Cursor, root: Expression) -> Path:
    """The path of steps that follows a term; each wildcard among them is a loop inside of the one before."""
    steps: list[Step] = []
    wildcards = 0
    while cursor.kind in _STEPS:
        step = _dot_step(cursor) if cursor.kind == "." else _bracket_step(cursor)
        wildcards += isinstance(step, EachElement | EachField)
        if wildcards > limits.EXPRESSION_DEPTH:
            raise cursor.error("too_deep", limit=limits.EXPRESSION_DEPTH)
        steps.append(step)
    return Path(root, tuple(steps), root.position)


def _dot_step(cursor: Cursor) -> Step:
    cursor.advance()
    if cursor.kind == IDENTIFIER:
        return Field(cursor.advance())
    if cursor.take("*"):
        return EachField()
    return Field(cursor.name("a name or * after the dot"), quoted=True)


def _bracket_step(cursor: Cursor) -> Step:
    cursor.advance()
    if cursor.kind == "*" and cursor.next_kind == "]":
        cursor.advance()
        step: Step = EachElement()
    else:
        step = Subscript(expression(cursor))
    cursor.expect("]")
    return step
