"""A compiled statement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from emulator import limits
from emulator.ion.values import Value
from emulator.partiql.ast import NOWHERE
from emulator.partiql.host import Host
from emulator.partiql.messages import evaluation_error, parser_error
from emulator.partiql.plan.builder import Environment, Loop
from emulator.partiql.values import MISSING


@dataclass(frozen=True, slots=True)
class Plan:
    """What a statement does, for one catalog. It holds no state of its own, and may be run any number of times."""

    parameter_count: int
    slot_count: int
    rows: Loop
    steps: tuple[object, ...] = ()
    """How it gets at what it reads, and what it changes; as text each is for people."""

    def run(self, host: Host, parameters: Sequence[Value]) -> Iterator[Value | None]:
        """The rows, with turns between them. BadRequestException for a wrong count of parameters, and while it runs."""
        if len(parameters) != self.parameter_count:
            raise evaluation_error("parameters", wanted=self.parameter_count, came=len(parameters))
        slots = [MISSING] * (self.slot_count - 1)
        return self._guarded([host, *slots, *reversed(parameters)])

    def _guarded(self, environment: Environment) -> Iterator[Value | None]:
        try:
            yield from self.rows(environment)
        except RecursionError as error:
            raise parser_error("too_deep", NOWHERE, limit=limits.EXPRESSION_DEPTH) from error
