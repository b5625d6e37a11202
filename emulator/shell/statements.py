"""A text with several statements, taken apart by the tokens of the language.

A semicolon ends a statement only where it is a token: one in a string, a quoted name, an Ion literal or a comment is a
part of it.
"""

from __future__ import annotations

from emulator.errors import BadRequestException
from emulator.frozen import frozen
from emulator.partiql.lexer import END, Tokens, tokenize

_ENDS = (";", END)


@frozen
class Statement:
    """A statement without its semicolon, the line it begins at, from 1, and how many parameters it takes."""

    text: str
    line: int
    placeholders: int


def split(text: str) -> list[Statement]:
    """The statements of a text, empty ones left out; BadRequestException where something in it is no token."""
    tokens = tokenize(text)
    found, first = [], 0
    for place, kind in enumerate(tokens.kinds):
        if kind in _ENDS:
            if place > first:
                found.append(_statement(tokens, first, place))
            first = place + 1
    return found


def ends(text: str) -> bool:
    """Whether the last token of a text is a semicolon."""
    try:
        return tokenize(text).kinds[-2:-1] == [";"]
    except BadRequestException:
        return False


def _statement(tokens: Tokens, first: int, end: int) -> Statement:
    start = tokens.ends[first] - len(tokens.values[first])
    text = tokens.text[start : tokens.ends[end - 1]]
    return Statement(text, tokens.position_of(first).line, tokens.kinds[first:end].count("?"))
