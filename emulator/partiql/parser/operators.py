"""The operators, each with its precedence. NOT before IN, LIKE or BETWEEN belongs to them."""

from __future__ import annotations

from decimal import Decimal
from typing import cast

from emulator.ion.values import Value
from emulator.partiql.ast import Between, Binary, Expression, In, Is, Like, ListConstructor, Literal, Unary
from emulator.partiql.lexer import NUMBER
from emulator.partiql.parser.cursor import Cursor
from emulator.partiql.parser.expressions import (
    AND,
    COMPARISON,
    EQUALITY,
    NOT,
    OR,
    PRODUCT,
    SIGN,
    SUM,
    expression,
    expressions,
    junction,
    operator,
    term,
)
from emulator.partiql.parser.types import type_name


@operator(PRODUCT, "*", "/", "%")
@operator(SUM, "+", "-", "||")
@operator(COMPARISON, "<", "<=", ">", ">=")
@operator(EQUALITY, "=", "<>", "!=")
def binary(cursor: Cursor, left: Expression, precedence: int) -> Expression:
    position, symbol = cursor.position, cursor.advance()
    return Binary("<>" if symbol == "!=" else symbol, left, expression(cursor, precedence), position)


@operator(AND, "AND")
@operator(OR, "OR")
def logical(cursor: Cursor, left: Expression, precedence: int) -> Expression:
    word, operands = cursor.kind, [left]
    while cursor.take(word):
        operands.append(expression(cursor, precedence))
    return junction(word, operands)


@operator(EQUALITY, "IN", "NOT IN")
def membership(cursor: Cursor, left: Expression, precedence: int) -> Expression:
    position, negated = cursor.position, cursor.take("NOT")
    cursor.expect("IN")
    rows = cursor.kind == "(" and cursor.next_kind != "SELECT"
    collection = row_list(cursor) if rows else expression(cursor, precedence)
    return In(left, collection, negated, position)


def row_list(cursor: Cursor) -> ListConstructor:
    """`(a, b)` after IN, where even one expression in parentheses is a list."""
    position = cursor.position
    cursor.expect("(")
    return ListConstructor(expressions(cursor, ")"), position)


@operator(COMPARISON, "BETWEEN", "NOT BETWEEN")
def between(cursor: Cursor, left: Expression, precedence: int) -> Expression:
    position, negated = cursor.position, cursor.take("NOT")
    cursor.expect("BETWEEN")
    low = expression(cursor, precedence)
    cursor.expect("AND")
    return Between(left, low, expression(cursor, precedence), negated, position)


@operator(COMPARISON, "LIKE", "NOT LIKE")
def like(cursor: Cursor, left: Expression, precedence: int) -> Expression:
    position, negated = cursor.position, cursor.take("NOT")
    cursor.expect("LIKE")
    pattern = expression(cursor, precedence)
    escape = expression(cursor, precedence) if cursor.take("ESCAPE") else None
    return Like(left, pattern, escape, negated, position)


@operator(EQUALITY, "IS")
def is_type(cursor: Cursor, left: Expression, precedence: int) -> Expression:
    position = cursor.position
    cursor.expect("IS")
    negated = cursor.take("NOT")
    return Is(left, type_name(cursor), negated, position)


@term("NOT")
def negation(cursor: Cursor) -> Expression:
    position = cursor.position
    cursor.advance()
    return Unary("NOT", expression(cursor, NOT), position)


@term("+", "-")
def signed(cursor: Cursor) -> Expression:
    """A minus right before a number belongs to the literal."""
    position, negative_number = cursor.position, cursor.kind == "-" and cursor.next_kind == NUMBER
    sign = cursor.advance()
    inner = expression(cursor, SIGN)
    if negative_number and isinstance(inner, Literal):
        return Literal(_negative(inner.value), position)
    return Unary(sign, inner, position)


def _negative(number: Value) -> Value:
    return number.copy_negate() if isinstance(number, Decimal) else -cast(int, number)
