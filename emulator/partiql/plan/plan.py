"""A compiled statement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from emulator import limits
from emulator.frozen import frozen
from emulator.ion.values import Value
from emulator.partiql.ast import NOWHERE
from emulator.partiql.host import TURN, Host
from emulator.partiql.messages import evaluation_error, parser_error
from emulator.partiql.plan.builder import EFFORT, Environment, Loop
from emulator.partiql.plan.effort import Effort
from emulator.partiql.values import MISSING


@frozen
class Plan:
    """What a statement does, for one catalog. It holds no state of its own, and may be run any number of times."""

    parameter_count: int
    slot_count: int
    rows: Loop
    steps: tuple[str, ...] = ()
    """How it gets at what it reads, and what it changes, in words for people."""

    def run(self, host: Host, parameters: Sequence[Value]) -> Iterator[Value | None]:
        """The rows, with turns between them. BadRequestException for a wrong count of parameters, and while it runs."""
        if len(parameters) != self.parameter_count:
            raise evaluation_error("parameters", wanted=self.parameter_count, came=len(parameters))
        effort = Effort()
        slots = [MISSING] * (self.slot_count - EFFORT - 1)
        return self._guarded([host, effort, *slots, *reversed(parameters)], effort)

    def _guarded(self, environment: Environment, effort: Effort) -> Iterator[Value | None]:
        try:
            for row in self.rows(environment):
                if effort.made_bytes or effort.quiet:
                    if effort.is_much:
                        yield TURN
                    effort.begin()
                yield row
        except RecursionError as error:
            raise parser_error("too_deep", NOWHERE, limit=limits.EXPRESSION_DEPTH) from error
