"""A file of PartiQL: statements, each ended by a semicolon, and comments between them."""

from __future__ import annotations

from collections.abc import Iterator

from emulator.errors import BadRequestException
from emulator.partiql.lexer import END, Tokens, tokenize
from emulator.partiql.parser.statements import parse
from emulator.seeding.seed import Seed, SeedError, Statement


def read_statements(source: str, text: str) -> Seed:
    """The seed of a text. SeedError, with line and column in the file, where that is no PartiQL."""
    try:
        return Seed(source, None, list(_statements(source, tokenize(text))))
    except BadRequestException as error:
        raise SeedError(f"{source}: {error.message}") from error


def _statements(source: str, tokens: Tokens) -> Iterator[Statement]:
    first = 0
    for index, kind in enumerate(tokens.kinds):
        if kind not in (";", END):
            continue
        if index > first:
            yield _statement(source, tokens, first, index - 1)
        first = index + 1


def _statement(source: str, tokens: Tokens, first: int, last: int) -> Statement:
    start = tokens.ends[first] - len(tokens.values[first])
    text, place = tokens.text[start : tokens.ends[last]], tokens.position_of(first)
    # Moved to where it stands in the file, so that the parser's messages say that place.
    parse("\n" * (place.line - 1) + " " * (place.column - 1) + text)
    return Statement(f"{source}, line {place.line}", text)
