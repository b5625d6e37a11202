"""The worked examples of the dialect, with their sources, run on the little host."""

from __future__ import annotations

import pytest

from emulator.ion.values import Struct, Value
from tests.partiql.case_files import member
from tests.partiql.example_scripts import EXAMPLES, play
from tests.partiql.little_host import LittleHost


class LittleStage:
    def __init__(self) -> None:
        self.host = LittleHost()

    def transact(self, statement: str, parameters: list[Value]) -> list[Value]:
        rows = self.host.execute(statement, *parameters)
        self.host.commit()
        return rows

    def now_ms(self) -> int:
        return self.host.now_ms

    def sleep(self, milliseconds: int) -> None:
        self.host.now_ms += milliseconds


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: str(member(example, "id")))
def test_example(example: Struct) -> None:
    """The example gives the rows it shows, or an error of the class it names."""
    play(example, LittleStage())
