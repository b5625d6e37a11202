"""Text becomes tokens, or a lexer error that says where."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.errors import BadRequestException
from emulator.partiql.ast import Position
from emulator.partiql.lexer import END, IDENTIFIER, ION, NUMBER, QUOTED, STRING, tokenize


def kinds(text: str) -> list[str]:
    """The kinds of a text's tokens, but for the end."""
    *some, end = tokenize(text).kinds
    assert end == END
    return some


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("select Select SELECT", ["SELECT"] * 3),
        ("name _a $b c1", [IDENTIFIER] * 4),
        ("'a' 'it''s' ''", [STRING] * 3),
        ('"a" "b""c" ""', [QUOTED] * 3),
        ("1 1.5 1. .5 1e5 1.5E-3", [NUMBER] * 6),
        ("a.b", [IDENTIFIER, ".", IDENTIFIER]),
        ("1.5.5", [NUMBER, NUMBER]),
        ("`a` `` `'``'`", [ION] * 3),
        ("<< >> <= >= <> != || < >", ["<<", ">>", "<=", ">=", "<>", "!=", "||", "<", ">"]),
        ("<<<<1>>>>", ["<<", "<<", NUMBER, ">>", ">>"]),
        ("a-b", [IDENTIFIER, "-", IDENTIFIER]),
        ("a--b\nc", [IDENTIFIER, IDENTIFIER]),
        ("a/b", [IDENTIFIER, "/", IDENTIFIER]),
        ("a/*/* ' */ \" */b", [IDENTIFIER, IDENTIFIER]),
        ("/**//**/", []),
        ("?@;", ["?", "@", ";"]),
    ],
)
def test_tokens(text: str, expected: list[str]) -> None:
    """Each piece of a text is one token of its kind, and spaces and comments are none."""
    assert kinds(text) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a ^", "Lexer Error: at line 1, column 3: invalid character at, ^"),
        ("a\n  é", "Lexer Error: at line 2, column 3: invalid character at, é"),
        ("a | b", "invalid character at, |"),
        ("a ! b", "invalid character at, !"),
        ("'a''", "column 1: string without its closing quote"),
        ('"a', "quoted identifier without its closing quote"),
        ('`"a`', "Ion literal without its closing backtick"),
        ("a /* b /* c */", "column 3: comment without its closing */"),
        ("1a", "malformed number"),
        ("1e", "malformed number"),
        (".5a", "malformed number"),
    ],
)
def test_no_tokens(text: str, message: str) -> None:
    """What is no token is an error with its place."""
    with pytest.raises(BadRequestException) as refused:
        tokenize(text)

    assert message in refused.value.message


@pytest.mark.parametrize(
    ("offset", "position"),
    [(0, (1, 1)), (1, (1, 2)), (2, (2, 1)), (5, (3, 1)), (7, (4, 1)), (8, (4, 2))],
)
def test_lines_end_as_on_any_system(offset: int, position: tuple[int, int]) -> None:
    """A line feed, a carriage return, or both together end one line."""
    assert tokenize("a\nb\r\nc\rde").position_at(offset) == Position(*position)


@given(st.lists(st.sampled_from(["a", "SELECT", "'x'", "1", "`y`", "<<", ".", '"z"', "/* c */", "--d\n"])))
def test_tokens_are_where_they_say(pieces: list[str]) -> None:
    """Each token's text stands before its end, and its place is where it begins."""
    text = " ".join(pieces)
    tokens = tokenize(text)

    for index, (value, end) in enumerate(zip(tokens.values, tokens.ends, strict=True)):
        assert text.endswith(value, 0, end)
        assert tokens.position_of(index) == tokens.position_at(end - len(value))
