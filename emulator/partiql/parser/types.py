"""The name of a type, after IS and in CAST."""

from __future__ import annotations

from emulator.partiql.ast import TypeName
from emulator.partiql.keywords import TYPES
from emulator.partiql.lexer import NUMBER
from emulator.partiql.parser.cursor import Cursor


def type_name(cursor: Cursor) -> TypeName:
    """A type of one or two words, with its numbers: `double precision`, `decimal(5, 2)`."""
    if cursor.kind not in TYPES:
        raise cursor.unexpected("a type")
    word = cursor.advance().upper()
    name = _two_words(cursor, word)
    return TypeName(name, _arguments(cursor, name, TYPES[word]))


def _two_words(cursor: Cursor, word: str) -> str:
    if word == "DOUBLE":
        cursor.expect("PRECISION")
        return "double precision"
    if word in ("CHARACTER", "CHAR") and cursor.take("VARYING"):
        return "varchar"
    return word.lower()


def _arguments(cursor: Cursor, name: str, limit: int) -> tuple[int, ...]:
    if cursor.kind != "(":
        return ()
    if not limit:
        raise cursor.error("type_arity", name=name, limit=limit)
    cursor.advance()
    numbers = [_whole_number(cursor)]
    while cursor.take(","):
        if len(numbers) == limit:
            raise cursor.error("type_arity", name=name, limit=limit)
        numbers.append(_whole_number(cursor))
    cursor.expect(")")
    return tuple(numbers)


def _whole_number(cursor: Cursor) -> int:
    if cursor.kind != NUMBER or not cursor.value.isdigit() or len(cursor.value) > _DIGITS:
        raise cursor.unexpected("a whole number")
    return int(cursor.advance())


_DIGITS = 9
