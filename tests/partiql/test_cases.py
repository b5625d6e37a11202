"""The language cases of this project, run on the little host."""

from __future__ import annotations

import pytest

from emulator.ion.values import Struct
from emulator.partiql.evaluation_errors import EVALUATION, SEMANTIC
from tests.partiql.language_cases import CASES, check
from tests.partiql.little_host import LittleStage


@pytest.mark.parametrize("case", [pytest.param(case, id=name) for name, case in CASES])
def test_case(case: Struct) -> None:
    """The statement gives exactly the output that its case shows, types and annotations included, or fails."""
    check(case, LittleStage())


def test_sentences_stand_once() -> None:
    """No sentence of an error stands twice in the tables."""
    sentences = [*SEMANTIC.values(), *EVALUATION.values()]

    assert len(set(sentences)) == len(sentences)
