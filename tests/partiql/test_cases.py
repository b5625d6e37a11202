"""The language cases of this project, run on the little host."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.errors import BadRequestException
from emulator.ion.text import write_text
from emulator.ion.values import Struct
from emulator.partiql.evaluation_errors import EVALUATION, SEMANTIC
from tests.partiql.case_files import is_expression, member, read_cases
from tests.partiql.little_host import LittleHost

FILES = ("text", "dates", "casts", "operators", "queries", "changes", "refusals")
CASES = [pytest.param(case, id=f"{name}: {member(case, 'name')}") for name in FILES for case in read_cases(name)]
NO_ROWS = "missing::null"


def run(case: Struct) -> list[Any]:
    """The rows of a case's statement, each set-up statement being a transaction before it."""
    host = LittleHost()
    for statement in member(case, "setup", []):
        host.execute(statement)
        host.commit()
    statement = str(member(case, "statement"))
    if is_expression(statement):
        statement = f"SELECT VALUE {statement} FROM << 0 >>"
    return host.execute(statement, *member(case, "parameters", []))


def expected_rows(case: Struct) -> list[Any]:
    output = member(member(case, "assert"), "output")
    if not is_expression(str(member(case, "statement"))):
        return list(output)
    return [] if write_text(output) == NO_ROWS else [output]


@pytest.mark.parametrize("case", CASES)
def test_case(case: Struct) -> None:
    """The statement gives exactly the output that its case shows, types and annotations included, or fails."""
    wanted = member(case, "assert")
    if member(wanted, "result") == "EvaluationFail":
        with pytest.raises(BadRequestException) as raised:
            run(case)
        assert str(member(wanted, "message", "")) in raised.value.message
        return
    assert sorted(map(write_text, run(case))) == sorted(map(write_text, expected_rows(case)))


def test_sentences_stand_once() -> None:
    """No sentence of an error stands twice in the tables."""
    sentences = [*SEMANTIC.values(), *EVALUATION.values()]

    assert len(set(sentences)) == len(sentences)
