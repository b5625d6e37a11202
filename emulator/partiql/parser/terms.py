"""What an expression may begin with, beyond literals and functions: names, parameters, constructors, CASE."""

from __future__ import annotations

from emulator.partiql.ast import (
    BagConstructor,
    Case,
    Expression,
    Identifier,
    ListConstructor,
    Parameter,
    StructConstructor,
)
from emulator.partiql.lexer import QUOTED
from emulator.partiql.parser.cursor import Cursor
from emulator.partiql.parser.expressions import expression, expressions, maybe_expressions, term


@term(QUOTED)
def quoted_name(cursor: Cursor) -> Expression:
    return cursor.identifier("a name")


@term("@")
def lexical_name(cursor: Cursor) -> Expression:
    position = cursor.position
    cursor.advance()
    quoted = cursor.kind == QUOTED
    return Identifier(cursor.name("a name after @"), quoted, True, position)


@term("?")
def parameter(cursor: Cursor) -> Expression:
    index, position = cursor.parameters, cursor.position
    cursor.parameters += 1
    cursor.advance()
    return Parameter(index, position)


@term("(")
def parenthesised(cursor: Cursor) -> Expression:
    """An expression, or a list where commas separate several."""
    position = cursor.position
    cursor.advance()
    first = expression(cursor)
    if cursor.take(","):
        return ListConstructor((first, *expressions(cursor, ")")), position)
    cursor.expect(")")
    return first


@term("[")
def list_constructor(cursor: Cursor) -> Expression:
    position = cursor.position
    cursor.advance()
    return ListConstructor(maybe_expressions(cursor, "]"), position)


@term("<<")
def bag_constructor(cursor: Cursor) -> Expression:
    position = cursor.position
    cursor.advance()
    return BagConstructor(maybe_expressions(cursor, ">>"), position)


@term("{")
def struct_constructor(cursor: Cursor) -> Expression:
    position = cursor.position
    cursor.advance()
    fields: list[tuple[Expression, Expression]] = []
    if not cursor.take("}"):
        fields.append(_field(cursor))
        while cursor.take(","):
            fields.append(_field(cursor))
        cursor.expect("}")
    return StructConstructor(tuple(fields), position)


def _field(cursor: Cursor) -> tuple[Expression, Expression]:
    name = expression(cursor)
    cursor.expect(":")
    return name, expression(cursor)


@term("CASE")
def case(cursor: Cursor) -> Expression:
    position = cursor.position
    cursor.advance()
    subject = None if cursor.kind == "WHEN" else expression(cursor)
    branches = [_branch(cursor)]
    while cursor.kind == "WHEN":
        branches.append(_branch(cursor))
    otherwise = expression(cursor) if cursor.take("ELSE") else None
    cursor.expect("END")
    return Case(subject, tuple(branches), otherwise, position)


def _branch(cursor: Cursor) -> tuple[Expression, Expression]:
    cursor.expect("WHEN")
    condition = expression(cursor)
    cursor.expect("THEN")
    return condition, expression(cursor)
