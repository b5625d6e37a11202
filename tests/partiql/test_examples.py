"""The worked examples of the dialect, with their sources, run on the little host."""

from __future__ import annotations

import pytest

from emulator.ion.values import Struct
from tests.partiql.case_files import member
from tests.partiql.example_scripts import EXAMPLES, play
from tests.partiql.little_host import LittleStage


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: str(member(example, "id")))
def test_example(example: Struct) -> None:
    """The example gives the rows it shows, or an error of the class it names."""
    play(example, LittleStage())
