"""Where a statement ends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.errors import BadRequestException
from emulator.shell.statements import Statement, ends, split

WHOLE = [
    "SELECT 'a;b' FROM T",
    "SELECT 'it''s; so' FROM T",
    'SELECT * FROM "odd;name"',
    "SELECT `{s: \"`;\", t: 'a;', b: {{aGk=}} /* ; */ }` FROM T",
    "SELECT * -- not here;\nFROM T",
    "SELECT * /* nor; /* here; */ */ FROM T",
]
"""Statements with semicolons that end nothing."""


@pytest.mark.parametrize("statement", WHOLE)
def test_semicolon_inside_of_something_ends_nothing(statement: str) -> None:
    """One in a string, a name, an Ion literal or a comment belongs to it."""
    assert [found.text for found in split(f"{statement}; {statement}")] == [statement, statement]
    assert not ends(statement)
    assert ends(f"{statement};")


@given(st.lists(st.sampled_from(WHOLE)), st.sampled_from([";", " ; ;\n", ";--;\n", "/*;*/;"]))
def test_what_is_joined_is_taken_apart(statements: list[str], between: str) -> None:
    """The statements of a text are those it was made of."""
    assert [found.text for found in split(between.join(statements))] == statements


def test_line_and_question_marks_are_counted() -> None:
    """The line is where the statement itself begins; a question mark in a string takes no parameter."""
    text = "-- first\nINSERT INTO T ?;\n\n  SELECT '?' FROM T\n WHERE a = ? AND b = ?"

    assert split(text) == [
        Statement("INSERT INTO T ?", 2, 1),
        Statement("SELECT '?' FROM T\n WHERE a = ? AND b = ?", 4, 2),
    ]


@pytest.mark.parametrize("text", ["", " ;; ", "-- nothing", "/* ; */"])
def test_nothing_has_no_statements(text: str) -> None:
    """Comments and semicolons alone are nothing to run."""
    assert split(text) == []


@pytest.mark.parametrize("text", ["SELECT 'a;", 'SELECT "a;', "SELECT `a;", "SELECT /* a;"])
def test_what_is_open_has_not_ended(text: str) -> None:
    """And is no statement."""
    assert not ends(text)
    with pytest.raises(BadRequestException, match="Lexer Error: at line 1, column 8"):
        split(text)


@given(st.text(alphabet="a;'\"`/*-\n?{}1 .", max_size=40))
def test_any_text_is_split_or_refused(text: str) -> None:
    """No part of a text is lost: statements come in order, and none is empty."""
    try:
        found = split(text)
    except BadRequestException:
        return
    place = 0
    for statement in found:
        place = text.index(statement.text, place) + len(statement.text)
        assert statement.text.strip()
