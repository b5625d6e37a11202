"""Values written down: numbers, strings, Ion in backticks and the words for truth and absence."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from emulator.ion.binary import encode
from emulator.ion.codec import read_text
from emulator.ion.errors import IonError
from emulator.ion.values import NULL, Value
from emulator.partiql.ast import Expression, Literal, Missing
from emulator.partiql.lexer import ION, NUMBER, STRING
from emulator.partiql.messages import lexer_error, shortened
from emulator.partiql.parser.cursor import Cursor
from emulator.partiql.parser.expressions import term

_SHORTEST_BEYOND = len("1e2147483648")
"""Of numbers that Ion cannot hold."""

_WORDS: dict[str, Value] = {"TRUE": True, "FALSE": False, "NULL": NULL}


@term("TRUE", "FALSE", "NULL")
def word(cursor: Cursor) -> Expression:
    literal = Literal(_WORDS[cursor.kind], cursor.position)
    cursor.advance()
    return literal


@term("MISSING")
def missing(cursor: Cursor) -> Expression:
    position = cursor.position
    cursor.advance()
    return Missing(position)


@term(STRING)
def string(cursor: Cursor) -> Expression:
    position, text = cursor.position, cursor.advance()
    return Literal(text[1:-1].replace("''", "'"), position)


@term(NUMBER)
def number(cursor: Cursor) -> Expression:
    """Digits alone are an int; with a point or an exponent they are a decimal of the precision written."""
    position, text = cursor.position, cursor.value
    try:
        value = int(text) if text.isdigit() else Decimal(text)
        if len(text) >= _SHORTEST_BEYOND:
            encode(value)
    except (ValueError, InvalidOperation) as error:  # more digits, or a greater exponent, than Python or Ion takes
        raise lexer_error("number_out_of_range", position, found=shortened(text)) from error
    cursor.advance()
    return Literal(value, position)


@term(ION)
def ion(cursor: Cursor) -> Expression:
    position = cursor.position
    value = ion_value(cursor)
    return Literal(value, position)


def ion_value(cursor: Cursor) -> Value:
    """Step over an Ion literal; the one value in it."""
    if cursor.kind != ION:
        raise cursor.unexpected("an Ion literal")
    try:
        value = read_text(cursor.value[1:-1])
    except IonError as error:
        raise lexer_error("invalid_ion", cursor.position, reason=error) from error
    cursor.advance()
    return value
