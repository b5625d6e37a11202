"""The language cases of this project, run on the little host."""

from __future__ import annotations

import pytest

from emulator.ion.values import Struct
from tests.partiql.language_cases import CASES, check
from tests.partiql.little_host import LittleStage


@pytest.mark.parametrize("case", [pytest.param(case, id=name) for name, case in CASES])
def test_case(case: Struct) -> None:
    """The statement gives exactly the output that its case shows, types and annotations included, or fails."""
    check(case, LittleStage())
