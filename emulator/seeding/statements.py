"""A file of PartiQL: statements, each ended by a semicolon, and comments between them."""

from __future__ import annotations

from collections.abc import Iterator

from emulator.errors import BadRequestException
from emulator.partiql.lexer import END, Tokens, tokenize
from emulator.partiql.parser.statements import parse
from emulator.seeding.complaints import BEGINNING, told
from emulator.seeding.seed import Seed, SeedError, Statement


def read_statements(source: str, text: str) -> Seed:
    """The seed of a text. SeedError, with line and column in the file, where that is no PartiQL."""
    try:
        tokens = tokenize(text)
    except BadRequestException as error:
        raise SeedError(told(source, error.message, BEGINNING)) from error
    return Seed(source, None, list(_statements(source, tokens)))


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
    begins = place.line, place.column
    try:
        parse(text)
    except BadRequestException as error:
        raise SeedError(told(source, error.message, begins)) from error
    return Statement(source, text, begins)
