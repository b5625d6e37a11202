"""LIKE. A pattern is cut at its `%` into pieces of fixed length, which are looked for from left to right.

To take the leftmost place for each piece is always right, so nothing is ever tried twice. A piece is a few runs of
characters at their distances from its beginning, with any characters between them where the pattern has `_`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from emulator.partiql.messages import Unfit

_KEPT_CHARACTERS = 1_000


class Piece(NamedTuple):
    """What stands between two `%`. `runs` are texts that are not empty, with their distances from the beginning."""

    runs: tuple[tuple[int, str], ...]
    length: int

    def is_at(self, text: str, place: int) -> bool:
        """Whether it fits there; the text is long enough."""
        return all(text.startswith(run, place + distance) for distance, run in self.runs)

    def find(self, text: str, start: int, end: int) -> int:
        """The first place from `start` on where it fits before `end`, or -1."""
        if not self.runs:
            return start if start + self.length <= end else -1
        distance, run = self.runs[0]
        last = end - self.length
        place = start - 1
        while place < last:
            found = text.find(run, place + 1 + distance, end)
            place = found - distance
            if found < 0 or place > last:
                return -1
            if self.is_at(text, place):
                return place
        return -1


class Matcher(NamedTuple):
    """A pattern, ready to be asked. Without `%` it is `first` alone, and `last` is None."""

    first: Piece
    middle: tuple[Piece, ...]
    last: Piece | None
    cost: int
    """The work that each character of a text may make, in bytes that are compared, about."""

    def __call__(self, text: str) -> bool:
        if self.last is None:
            return len(text) == self.first.length and self.first.is_at(text, 0)
        position, end = self.first.length, len(text) - self.last.length
        if position > end or not self.first.is_at(text, 0) or not self.last.is_at(text, end):
            return False
        for piece in self.middle:
            found = piece.find(text, position, end)
            if found < 0:
                return False
            position = found + piece.length
        return True


def matcher(pattern: str, escape: str | None) -> Matcher:
    """What tells whether a text is like the pattern. Raises Unfit for a wrong use of ESCAPE."""
    return (_kept_matcher if len(pattern) <= _KEPT_CHARACTERS else _new_matcher)(pattern, escape)


def _new_matcher(pattern: str, escape: str | None) -> Matcher:
    if escape is not None and len(escape) != 1:
        raise Unfit("like_escape", value=escape)
    first, *others = map(_piece, _cut(_symbols(pattern, escape)))
    middle = tuple(others[:-1])
    return Matcher(first, middle, others[-1] if others else None, max(map(_cost, middle), default=0))


def _cost(piece: Piece) -> int:
    """A single run is found without looking back; of several, all may be compared at each place of the first."""
    runs = [run for _, run in piece.runs]
    return 8 * len(runs) + sum(map(len, runs)) // 4 if len(runs) > 1 else 0


_kept_matcher = lru_cache(maxsize=512)(_new_matcher)


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


def _cut(symbols: Iterator[str | None]) -> Iterator[list[str]]:
    piece: list[str] = []
    for symbol in symbols:
        if symbol is None:
            yield piece
            piece = []
        else:
            piece.append(symbol)
    yield piece


def _piece(symbols: list[str]) -> Piece:
    runs = []
    distance = 0
    for is_given, group in groupby(symbols, bool):
        run = list(group)
        if is_given:
            runs.append((distance, "".join(run)))
        distance += len(run)
    return Piece(tuple(runs), len(symbols))
