"""Calls of functions: the plain ones, and those whose arguments have words between them."""

from __future__ import annotations

from emulator.partiql.ast import Aggregate, Call, Cast, Expression, Identifier, Literal
from emulator.partiql.keywords import AGGREGATES, DATE_PARTS, EXTRACT_PARTS, FUNCTIONS
from emulator.partiql.lexer import IDENTIFIER
from emulator.partiql.parser.cursor import Cursor
from emulator.partiql.parser.expressions import expression, expressions, maybe_expressions, term
from emulator.partiql.parser.types import type_name


@term(IDENTIFIER)
def name_or_call(cursor: Cursor) -> Expression:
    if cursor.next_kind == "(":
        return plain_call(cursor)
    position = cursor.position
    return Identifier(cursor.advance(), False, False, position)


@term(*FUNCTIONS)
def plain_call(cursor: Cursor) -> Expression:
    position, name = cursor.position, cursor.advance().lower()
    cursor.expect("(")
    if cursor.kind == "*":
        raise cursor.error("asterisk_call")
    return Call(name, maybe_expressions(cursor, ")"), position)


@term(*AGGREGATES)
def aggregate(cursor: Cursor) -> Expression:
    position, name = cursor.position, cursor.advance().lower()
    cursor.expect("(")
    operand = None
    if cursor.kind != "*":
        operand = expression(cursor)
    elif name == "count":
        cursor.advance()
    else:
        raise cursor.error("asterisk_call")
    if cursor.kind == ",":
        raise cursor.error("aggregate_arity")
    cursor.expect(")")
    return Aggregate(name, operand, position)


@term("CAST")
def cast(cursor: Cursor) -> Expression:
    position = cursor.position
    cursor.advance()
    cursor.expect("(")
    operand = expression(cursor)
    cursor.expect("AS")
    target = type_name(cursor)
    cursor.expect(")")
    return Cast(operand, target, position)


@term("EXTRACT")
def extract(cursor: Cursor) -> Expression:
    """`EXTRACT(year FROM t)`."""
    position, name = cursor.position, cursor.advance().lower()
    cursor.expect("(")
    part = _date_part(cursor, EXTRACT_PARTS)
    cursor.expect("FROM")
    timestamp = expression(cursor)
    cursor.expect(")")
    return Call(name, (part, timestamp), position)


@term("DATE_ADD", "DATE_DIFF")
def date_arithmetic(cursor: Cursor) -> Expression:
    """`DATE_ADD(month, 1, t)`: the part is a bare word."""
    position, name = cursor.position, cursor.advance().lower()
    cursor.expect("(")
    part = _date_part(cursor, DATE_PARTS)
    cursor.expect(",")
    return Call(name, (part, *expressions(cursor, ")")), position)


def _date_part(cursor: Cursor, allowed: tuple[str, ...]) -> Literal:
    if cursor.kind not in allowed:
        raise cursor.unexpected("one of " + ", ".join(allowed).lower())
    position = cursor.position
    return Literal(cursor.advance().lower(), position)


@term("TRIM")
def trim(cursor: Cursor) -> Expression:
    """`TRIM([[LEADING | TRAILING | BOTH] [characters] FROM] text)`; what is left out is BOTH and a space."""
    position, name = cursor.position, cursor.advance().lower()
    cursor.expect("(")
    sided = cursor.kind in ("LEADING", "TRAILING", "BOTH")
    side = Literal(cursor.advance().lower() if sided else "both")
    first: Expression = Literal(" ") if cursor.kind == "FROM" else expression(cursor)
    if sided or cursor.kind == "FROM":
        cursor.expect("FROM")
        arguments = (side, first, expression(cursor))
    else:
        arguments = (side, Literal(" "), first)
    cursor.expect(")")
    return Call(name, arguments, position)


@term("SUBSTRING")
def substring(cursor: Cursor) -> Expression:
    """`SUBSTRING(text, start [, length])` or `SUBSTRING(text FROM start [FOR length])`."""
    position, name = cursor.position, cursor.advance().lower()
    cursor.expect("(")
    arguments = [expression(cursor)]
    if cursor.take("FROM"):
        arguments.append(expression(cursor))
        if cursor.take("FOR"):
            arguments.append(expression(cursor))
        cursor.expect(")")
    elif cursor.take(","):
        arguments.extend(expressions(cursor, ")"))
    else:
        cursor.expect(")")
    return Call(name, tuple(arguments), position)
