"""The worked examples of the dialect, played on any stage: the little host, or a session on a real ledger."""

from __future__ import annotations

import re
from typing import Any, Protocol

import pytest

from emulator.errors import BadRequestException
from emulator.ion.timestamps import from_epoch_ms, to_text
from emulator.ion.values import Annotated, Struct, Value
from tests.partiql.case_files import member, read_cases, same_rows

EXAMPLES = read_cases("examples")


class Stage(Protocol):
    """Where statements run. Time stands still but for `sleep` and a second after each transaction."""

    def transact(self, statement: str, parameters: list[Value]) -> list[Value]:
        """The rows of one statement, in a transaction of its own."""

    def now_ms(self) -> int: ...

    def sleep(self, milliseconds: int) -> None: ...


def play(example: Struct, stage: Stage) -> None:
    """Fails unless the example gives the rows it shows, or an error of the class it names."""
    script = _Script(stage)
    for step in member(example, "setup"):
        script.set_up(step)

    if member(example, "error") is not None:
        assert member(example, "error") == BadRequestException.__name__
        with pytest.raises(BadRequestException):
            script.run(member(example, "statement"), member(example, "params"))
        return
    rows = script.run(member(example, "statement"), member(example, "params"))
    assert same_rows(member(example, "expect"), rows), rows


class _Script:
    """Remembers what an example's set-up bound."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.bound: dict[str, Any] = {}

    def set_up(self, step: Any) -> None:
        step = Struct([("statement", step)]) if isinstance(step, str) else step
        self.stage.sleep(int(member(step, "sleep_ms", 0)))
        if member(step, "mark"):
            self.bound[member(step, "mark")] = to_text(from_epoch_ms(self.stage.now_ms()))
        if member(step, "statement"):
            self._bind(member(step, "bind"), self.run(member(step, "statement"), member(step, "params", [])))

    def run(self, statement: str, parameters: list[Any]) -> list[Any]:
        text = re.sub(r"%(\w+)%", lambda name: str(self.bound[name[1]]), statement)
        return self.stage.transact(text, [self._parameter(value) for value in parameters])

    def _bind(self, name: str | None, rows: list[Any]) -> None:
        if name:
            self.bound[name] = rows[0].fields()[0][1] if isinstance(rows[0], Struct) else rows[0]

    def _parameter(self, value: Any) -> Any:
        is_bound = isinstance(value, Annotated) and value.annotations == ("match",)
        return self.bound[str(value.value)] if is_bound else value
