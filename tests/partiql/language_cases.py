"""The language cases of this project, checked on any stage: the little host, or a session on a real ledger."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.errors import BadRequestException
from emulator.ion.text import write_text
from emulator.ion.values import Struct
from tests.partiql.case_files import is_expression, member, read_cases
from tests.partiql.example_scripts import Stage

FILES = ("text", "dates", "casts", "operators", "queries", "changes", "refusals")
CASES = [(f"{name}: {member(case, 'name')}", case) for name in FILES for case in read_cases(name)]
NO_ROWS = "missing::null"


def check(case: Struct, stage: Stage) -> None:
    """Fails unless the statement gives exactly the case's output, types and annotations included, or its error."""
    wanted = member(case, "assert")
    if member(wanted, "result") == "EvaluationFail":
        with pytest.raises(BadRequestException) as raised:
            run(case, stage)
        assert str(member(wanted, "message", "")) in raised.value.message
        return
    assert sorted(map(write_text, run(case, stage))) == sorted(map(write_text, _expected_rows(case)))


def run(case: Struct, stage: Stage) -> list[Any]:
    """The rows of a case's statement, each set-up statement being a transaction before it."""
    for statement in member(case, "setup", []):
        stage.transact(statement, [])
    statement = str(member(case, "statement"))
    if is_expression(statement):
        statement = f"SELECT VALUE {statement} FROM << 0 >>"
    return stage.transact(statement, member(case, "parameters", []))


def _expected_rows(case: Struct) -> list[Any]:
    output = member(member(case, "assert"), "output")
    if not is_expression(str(member(case, "statement"))):
        return list(output)
    return [] if write_text(output) == NO_ROWS else [output]
