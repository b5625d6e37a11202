"""Statements become trees, and every other text is refused with a place and a reason."""

from __future__ import annotations

import re
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator import limits
from emulator.errors import BadRequestException
from emulator.partiql.ast import Binary, Position, Select, SelectValue, Source, Statement
from emulator.partiql.keywords import RESERVED
from emulator.partiql.parser import parse
from tests.partiql.parser_cases import EXPRESSIONS, T
from tests.partiql.statement_cases import REFUSED, SAME, STATEMENTS
from tests.partiql.trees import shape
from tests.timing import soon

WORDS = [
    *("SELECT", "VALUE", "FROM", "WHERE", "AS", "AT", "BY", "JOIN", "ON", "INSERT", "INTO", "UPDATE", "SET", "REMOVE"),
    *("DELETE", "CREATE", "TABLE", "INDEX", "DROP", "EXEC", "WITH", "IN", "NOT", "LIKE", "BETWEEN", "AND", "OR", "IS"),
    *("NULL", "CASE", "WHEN", "THEN", "END", "CAST", "TRIM", "EXTRACT", "year", "COUNT", "a", "b", '"c"', "'d'", "1"),
    *("2.5", "`x`", "?", "@", "(", ")", "[", "]", "{", "}", "<<", ">>", "=", "<", "+", "-", "*", ".", ",", ":", ";"),
]
COMMON_NAMES = [
    *("name", "status", "indexes", "data", "metadata", "id", "version", "hash", "expr", "balance", "type", "state"),
    *("history", "purge", "undrop", "txId", "Make", "City"),
]
NESTING = {
    "parentheses": ("SELECT VALUE ", "(", "1", ")", " FROM t"),
    "lists": ("INSERT INTO t ", "[", "1", "]", ""),
    "bags": ("INSERT INTO t ", "<<", "1", ">>", ""),
    "structs": ("INSERT INTO t ", "{'a': ", "1", "}", ""),
    "calls": ("SELECT VALUE ", "f(", "1", ")", " FROM t"),
    "subscripts": ("SELECT VALUE ", "a[", "1", "]", " FROM t"),
    "cases": ("SELECT VALUE ", "CASE WHEN ", "1", " THEN 1 END", " FROM t"),
    "negations": ("SELECT VALUE ", "NOT ", "a", "", " FROM t"),
    "signs": ("SELECT VALUE ", "- ", "a", "", " FROM t"),
    "memberships": ("SELECT VALUE ", "a IN (", "1", ")", " FROM t"),
    "queries": ("", "SELECT VALUE (", "SELECT * FROM t", ") FROM t", ""),
    "sources": ("", "SELECT * FROM (", "SELECT * FROM t", ")", ""),
    "sums": ("SELECT VALUE 1", " + 1", "", "", " FROM t"),
    "concatenations": ("SELECT VALUE a", " || a", "", "", " FROM t"),
}


def nested(name: str, levels: int) -> str:
    before, opening, inside, closing, after = NESTING[name]
    return before + opening * levels + inside + closing * levels + after


def refusal(statement: str) -> str:
    with pytest.raises(BadRequestException) as refused:
        parse(statement)
    return refused.value.message


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_expression(text: str) -> None:
    """An expression has the tree that its operators' strengths and its words ask for."""
    expected = Select(SelectValue(EXPRESSIONS[text]), (Source(T),))

    assert shape(parse(f"SELECT VALUE {text} FROM t")) == shape(expected)


@pytest.mark.parametrize("text", STATEMENTS)
def test_statement(text: str) -> None:
    """A statement has its tree."""
    assert shape(parse(text)) == shape(STATEMENTS[text])


@pytest.mark.parametrize(("text", "other"), SAME)
def test_same_statement(text: str, other: str) -> None:
    """Two ways to write a statement have one tree."""
    assert shape(parse(text)) == shape(parse(other))


@pytest.mark.parametrize("text", REFUSED)
def test_refused_statement(text: str) -> None:
    """What is no statement of the dialect is refused with a message that says why."""
    assert REFUSED[text] in refusal(text)


@pytest.mark.parametrize("word", sorted(RESERVED))
def test_reserved_words_need_quotes(word: str) -> None:
    """A reserved word names nothing, unless it is quoted."""
    refusal(f"DROP TABLE {word}")

    parse(f'DROP TABLE "{word}"')


@pytest.mark.parametrize("name", COMMON_NAMES)
def test_common_names_need_no_quotes(name: str) -> None:
    """Names that documents and the catalogue use are no reserved words."""
    parse(f"SELECT {name}, a.{name} AS {name} FROM {name} AS {name} WHERE {name} = 1")


def test_places_count_lines_and_columns() -> None:
    """A node stands where its first character does, counted from one, whichever the line breaks."""
    tree = parse("SELECT *\r\nFROM\n  t,\r a")

    assert isinstance(tree, Select)
    assert [source.position for source in tree.sources] == [Position(3, 3), Position(4, 2)]


def test_parameters_count_in_order() -> None:
    """Parameters are numbered as they stand, whatever becomes of their clauses."""
    tree = parse("SELECT ?, a FROM t JOIN b ON c = ? WHERE d = ?")

    assert re.findall(r"Parameter\(index=(\d+)", repr(tree)) == ["0", "1", "2"]


@pytest.mark.parametrize("name", NESTING)
def test_nesting_is_allowed(name: str) -> None:
    """Fifty levels of anything are no trouble."""
    parse(nested(name, 50))


@pytest.mark.parametrize("name", NESTING)
def test_deep_nesting_is_refused(name: str) -> None:
    """Thousands of levels are refused with the limit, and overflow no stack."""
    assert f"at most {limits.EXPRESSION_DEPTH} levels" in refusal(nested(name, 3000))


@pytest.mark.parametrize("word", ["AND", "OR"])
def test_long_conditions_are_shallow(word: str) -> None:
    """Ten thousand conditions make a balanced tree, in which they keep their order."""
    tree = parse("SELECT * FROM t WHERE " + f" {word} ".join(f"a{index}" for index in range(10_000)))

    assert re.findall(r"name='(a\d+)'", repr(tree)) == [f"a{index}" for index in range(10_000)]
    assert isinstance(tree, Select)
    assert _height(tree.where) < limits.EXPRESSION_DEPTH


def _height(node: object) -> int:
    return 1 + max(_height(node.left), _height(node.right)) if isinstance(node, Binary) else 1


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * FROM t WHERE " + " OR ".join(["a"] * 16_000),
        "INSERT INTO t <<" + ", ".join(["?"] * 33_000) + ">>",
        "SELECT VALUE a" + ".b" * 49_000 + " FROM t",
        "SELECT VALUE " + "'" * 99_000,
        "SELECT `" + "/*" * 49_000,
        "SELECT `" + "'''" * 33_000 + "a",
        "SELECT `" + "{{A" * 33_000,
        "/*" * 50_000,
        "--\n" * 33_000,
        " " * 100_000,
    ],
    ids=lambda text: text[:30],
)
def test_longest_statements_take_linear_time(text: str) -> None:
    """A statement as long as the quota allows is read, or refused, without trying anything twice."""
    with soon(), suppress(BadRequestException):
        parse(text)


@given(st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join))
@settings(max_examples=400)
def test_any_words_give_a_tree_or_a_refusal(text: str) -> None:
    """No order of a statement's words makes the parser fail."""
    _parse_or_refuse(text)


@given(st.sampled_from(sorted(STATEMENTS)), st.data())
def test_any_cut_gives_a_tree_or_a_refusal(text: str, data: st.DataObject) -> None:
    """No statement with a piece missing makes the parser fail."""
    start, stop = sorted(data.draw(st.tuples(*[st.integers(0, len(text))] * 2)))
    _parse_or_refuse(text[:start] + text[stop:])


@given(st.one_of(st.text(), st.text("`'\"/*-{}[]()<>\\,.:;?@ a1\n")))
@settings(max_examples=400)
def test_any_text_gives_a_tree_or_a_refusal(text: str) -> None:
    """No text makes the lexer or the parser fail."""
    _parse_or_refuse(text)
    _parse_or_refuse(f"SELECT VALUE `{text}` FROM t")


def _parse_or_refuse(text: str) -> Statement | None:
    try:
        return parse(text)
    except BadRequestException as refused:
        assert re.match(r"(Lexer|Parser) Error: at line \d+, column \d+: .", refused.message)
        return None
