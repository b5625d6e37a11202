"""The worked examples of the dialect, with their sources, run on the little host."""

from __future__ import annotations

import re
from typing import Any

import pytest

from emulator.errors import BadRequestException
from emulator.ion.timestamps import to_text
from emulator.ion.values import Annotated, Struct
from tests.partiql.case_files import member, read_cases, same_rows
from tests.partiql.little_host import LittleHost

EXAMPLES = read_cases("examples")


class Script:
    """Runs an example's set-up, and remembers what it bound."""

    def __init__(self) -> None:
        self.host = LittleHost()
        self.bound: dict[str, Any] = {}

    def set_up(self, step: Any) -> None:
        step = Struct([("statement", step)]) if isinstance(step, str) else step
        self.host.now_ms += int(member(step, "sleep_ms", 0))
        if member(step, "mark"):
            self.bound[member(step, "mark")] = to_text(self.host.now())
        if member(step, "statement"):
            rows = self.run(member(step, "statement"), member(step, "params", []))
            self._bind(member(step, "bind"), rows)
            self.host.commit()

    def run(self, statement: str, parameters: list[Any]) -> list[Any]:
        text = re.sub(r"%(\w+)%", lambda name: str(self.bound[name[1]]), statement)
        return self.host.execute(text, *map(self._parameter, parameters))

    def _bind(self, name: str | None, rows: list[Any]) -> None:
        if name:
            self.bound[name] = rows[0].fields()[0][1] if isinstance(rows[0], Struct) else rows[0]

    def _parameter(self, value: Any) -> Any:
        return (
            self.bound[str(value.value)] if isinstance(value, Annotated) and value.annotations == ("match",) else value
        )


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: str(member(example, "id")))
def test_example(example: Struct) -> None:
    """The example gives the rows it shows, or an error of the class it names."""
    script = Script()
    for step in member(example, "setup"):
        script.set_up(step)

    if member(example, "error") is not None:
        with pytest.raises(BadRequestException):
            script.run(member(example, "statement"), member(example, "params"))
        return
    rows = script.run(member(example, "statement"), member(example, "params"))
    assert same_rows(member(example, "expect"), rows), rows
