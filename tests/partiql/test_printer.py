"""What is printed is read back as the same tree."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings

from emulator import limits
from emulator.errors import BadRequestException
from emulator.partiql.ast import Statement
from emulator.partiql.parser import parse
from emulator.partiql.printer import to_text
from tests.partiql.parser_cases import EXPRESSIONS
from tests.partiql.statement_cases import STATEMENTS
from tests.partiql.test_parser import NESTING, nested
from tests.partiql.trees import shape, statements, unnumbered


@given(statements)
@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_printing_loses_nothing(tree: Statement) -> None:
    """Any tree is read back from its text, and its text is printed again."""
    text = to_text(tree)

    assert unnumbered(parse(text)) == unnumbered(tree)
    assert to_text(parse(text)) == text


@pytest.mark.parametrize("text", [*STATEMENTS, *(f"SELECT VALUE {text} FROM t" for text in EXPRESSIONS)])
def test_statements_survive_printing(text: str) -> None:
    """The text of a statement's tree has the same tree, its parameters numbered alike."""
    tree = parse(text)

    assert shape(parse(to_text(tree))) == shape(tree)


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("select a from t where ((a) = (1)) and (b or c)", "SELECT a FROM t WHERE a = 1 AND (b OR c)"),
        ("SELECT * FROM t WHERE NOT (a AND b)", "SELECT * FROM t WHERE NOT (a AND b)"),
        ("SELECT VALUE a - (b - c) FROM t", "SELECT VALUE a - (b - c) FROM t"),
        ("SELECT VALUE - - -5 FROM t", "SELECT VALUE - -(-5) FROM t"),
        ("SELECT VALUE a IN [1, 2] FROM t", "SELECT VALUE a IN (1, 2) FROM t"),
        ('SELECT a AS "b", c AS "Year" FROM t', 'SELECT a AS b, c AS "Year" FROM t'),
        ("UPDATE t SET a = 1 WHERE b", "FROM t WHERE b SET a = 1"),
        ("UPDATE t SET a = ? WHERE b = ?", "UPDATE t SET a = ? WHERE b = ?"),
        ("FROM t WHERE b = ? SET a = ?", "FROM t WHERE b = ? SET a = ?"),
    ],
)
def test_printed_form(text: str, printed: str) -> None:
    """Only the parentheses that matter are printed."""
    assert to_text(parse(text)) == printed


@pytest.mark.parametrize("name", NESTING)
def test_deep_trees_survive_printing(name: str) -> None:
    """The deepest tree the parser makes is printed, and read again."""
    tree = deepest(name)

    assert shape(parse(to_text(tree))) == shape(tree)


def deepest(name: str) -> Statement:
    """The tree of as many levels as the parser takes."""
    for levels in range(limits.EXPRESSION_DEPTH, 0, -1):
        with suppress(BadRequestException):
            return parse(nested(name, levels))
    raise AssertionError("no level is accepted")


@pytest.mark.parametrize("operands", [32, 33, 1000])
@pytest.mark.parametrize("leaning", [False, True], ids=["chain", "parentheses"])
def test_long_conditions_survive_printing(operands: int, leaning: bool) -> None:
    """A long chain of AND, balanced or leaning because parentheses say so, keeps its tree."""
    if leaning:
        operands = min(operands, 60)
        condition = "(" * operands + "a" + " AND a)" * operands
    else:
        condition = " AND ".join(["a"] * operands)
    tree = parse(f"SELECT * FROM t WHERE {condition}")

    assert shape(parse(to_text(tree))) == shape(tree)
