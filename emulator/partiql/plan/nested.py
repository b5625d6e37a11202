"""Queries inside of expressions.

An expression is evaluated in one go, and a query inside of it may take as long as any other. So an expression does not
run its queries: it asks for one, by raising `Wanted`, when it comes upon it. Whoever evaluates the expression makes it
`ready` before: evaluates it, runs the query it asks for while others have their turns, leaves the rows in the query's
slot, and begins again, until nothing is asked for. So a query is run only where the expression really comes upon it, in
CASE and behind AND say, and fails only there.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Any, Final

from emulator import limits
from emulator.partiql import ast
from emulator.partiql.host import TURN
from emulator.partiql.messages import evaluation_error
from emulator.partiql.plan.builder import EFFORT, Builder, Environment, Evaluate, Loop, expression
from emulator.partiql.plan.effort import Effort, weight
from emulator.partiql.values import Bag

_NOT_RUN: Final = object()
"""In the slot of a query whose rows are not there yet."""


class Wanted(Exception):
    """The rows of a query are needed to go on."""

    def __init__(self, slot: int, rows: Loop, position: ast.Position) -> None:
        super().__init__()
        self.slot = slot
        self.rows = rows
        self.position = position


@expression(ast.Select)
def nested(builder: Builder, node: ast.Select) -> Evaluate:
    """A query inside of an expression is the bag of its rows."""
    rows, position = builder.rows(node), node.position
    slot = builder.new_slot()
    builder.queries.append(slot)

    def evaluate(environment: Environment) -> Any:
        found = environment[slot]
        if found is _NOT_RUN:
            raise Wanted(slot, rows, position)
        return found

    return evaluate


def ready(evaluate: Evaluate, queries: tuple[int, ...]) -> Loop | None:
    """What makes an expression ready to be evaluated, in turns; None where there are no queries in it."""
    if not queries:
        return None

    def turns(environment: Environment) -> Iterator[Any]:
        for slot in queries:
            environment[slot] = _NOT_RUN
            environment[EFFORT].release(slot)
        while True:
            try:
                evaluate(environment)
            except Wanted as wanted:
                environment[wanted.slot] = yield from _bag(wanted, environment)
                yield TURN
            else:
                return

    return turns


def _bag(wanted: Wanted, environment: Environment) -> Generator[None, None, Bag]:
    """The rows. BadRequestException when they are too many to be one value, or too large."""
    bag = Bag()
    effort: Effort = environment[EFFORT]
    for row in wanted.rows(environment):
        if row is not TURN:
            bag.append(row)
            effort.keep(wanted.slot, weight([row]), wanted.position)
            if len(bag) > limits.NESTED_ROWS:
                raise evaluation_error("nested_rows", wanted.position, limit=limits.NESTED_ROWS)
        yield TURN
    return bag
