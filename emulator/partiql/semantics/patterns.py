"""LIKE. A pattern is cut at its `%` into pieces of fixed length, which are looked for from left to right.

To take the leftmost place for each piece is always right, so nothing is ever tried twice.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

from emulator.partiql.messages import Unfit

Matcher = Callable[[str], bool]


class Piece(NamedTuple):
    """A run of characters between two `%`."""

    regex: re.Pattern[str]
    length: int


@lru_cache(maxsize=512)
def matcher(pattern: str, escape: str | None) -> Matcher:
    """What tells whether a text is like the pattern. Raises Unfit for a wrong use of ESCAPE."""
    if escape is not None and len(escape) != 1:
        raise Unfit("like_escape", value=escape)
    pieces = [_piece(piece) for piece in _cut(list(_symbols(pattern, escape)))]
    if len(pieces) == 1:
        return lambda text: len(text) == pieces[0].length and pieces[0].regex.match(text) is not None
    return lambda text: _matches(text, pieces)


def _symbols(pattern: str, escape: str | None) -> Iterator[str | None]:
    """The pattern's characters: None is `%`, the empty string is `_`, others stand for themselves."""
    characters = iter(pattern)
    for character in characters:
        if character == escape:
            literal = next(characters, "")
            if literal not in {"%", "_", escape}:
                raise Unfit("like_sequence", value=character + literal)
            yield literal
        else:
            yield {"%": None, "_": ""}.get(character, character)


def _cut(symbols: list[str | None]) -> Iterator[list[str]]:
    piece: list[str] = []
    for symbol in symbols:
        if symbol is None:
            yield piece
            piece = []
        else:
            piece.append(symbol)
    yield piece


def _piece(symbols: list[str]) -> Piece:
    text = "".join(re.escape(symbol) if symbol else "." for symbol in symbols)
    return Piece(re.compile(text, re.DOTALL), len(symbols))


def _matches(text: str, pieces: list[Piece]) -> bool:
    first, *middle, last = pieces
    position, end = first.length, len(text) - last.length
    if position > end or not first.regex.match(text) or not last.regex.match(text, end):
        return False
    for piece in middle:
        found = piece.regex.search(text, position, end)
        if found is None:
            return False
        position = found.end()
    return True
