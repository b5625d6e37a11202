"""Every error of the language is a message of one table, and every message of the table is what some case is told."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

import emulator.partiql
from emulator.errors import BadRequestException
from emulator.partiql.messages import EVALUATOR, LEXER, MESSAGES, PARSER, SEMANTIC
from emulator.partiql.parser import parse
from tests.partiql.case_files import member
from tests.partiql.language_cases import CASES, run
from tests.partiql.little_host import LittleStage
from tests.partiql.statement_cases import REFUSED
from tests.partiql.test_parser import NESTING, nested

SOURCES = sorted(Path(emulator.partiql.__path__[0]).rglob("*.py"))
CONSTRUCTORS = {
    "lexer_error": LEXER,
    "parser_error": PARSER,
    "error": PARSER,
    "semantic_error": SEMANTIC,
    "evaluation_error": EVALUATOR,
    "Unfit": EVALUATOR,
}
"""What makes an error, with the category of the table that it looks in."""

PARAMETERS = re.compile(".*No parameter bound for position! .*")

KEYS = [(category, key) for category, sentences in MESSAGES.items() for key in sentences]


def pattern(category: str, key: str) -> re.Pattern[str]:
    """What matches every message of that name."""
    parts = Formatter().parse(MESSAGES[category][key])
    sentence = "".join(re.escape(text) + (".*" if name is not None else "") for text, name, _, _ in parts)
    return re.compile(rf"{category}: at line \S+, column \S+: {sentence}", re.DOTALL)


def refusals() -> Iterator[str]:
    """What each case is told that is refused."""
    for text in [*REFUSED, *(nested(name, 1000) for name in NESTING)]:
        with pytest.raises(BadRequestException) as refused:
            parse(text)
        yield refused.value.message
    for _, case in CASES:
        if member(member(case, "assert"), "result") == "EvaluationFail":
            with pytest.raises(BadRequestException) as refused:
                run(case, LittleStage())
            yield refused.value.message


@cache
def told() -> frozenset[str]:
    return frozenset(refusals())


@pytest.mark.parametrize(("category", "key"), KEYS)
def test_message_is_told(category: str, key: str) -> None:
    """There is a case, among those of the parser or the language, that is refused with this message."""
    assert any(map(pattern(category, key).fullmatch, told()))


def test_messages_have_their_place() -> None:
    """Every refusal says where in the statement, but for parameters, which stand outside of it."""
    assert {message for message in told() if "<UNKNOWN>" in message} == set(filter(PARAMETERS.fullmatch, told()))


def test_sentences_stand_once() -> None:
    """No sentence stands twice in the table."""
    sentences = [sentence for category in MESSAGES.values() for sentence in category.values()]

    assert len(set(sentences)) == len(sentences)


def test_errors_come_from_the_table() -> None:
    """No module of the language words an error itself."""
    makers = {path.name for path in SOURCES if "BadRequestException(" in path.read_text()}

    assert makers == {"messages.py"}


def test_names_of_messages_are_known() -> None:
    """Every message that the code names is in the table."""
    named = [pair for path in SOURCES for pair in names_of_messages(ast.parse(path.read_text()))]

    assert set(named) - set(KEYS) == set()


def names_of_messages(module: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in CONSTRUCTORS:
                yield CONSTRUCTORS[name], str(node.args[0].value)
