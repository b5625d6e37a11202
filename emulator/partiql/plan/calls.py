"""Calls of functions."""

from typing import Any

from emulator.partiql import ast
from emulator.partiql.functions import FUNCTIONS
from emulator.partiql.messages import semantic_error
from emulator.partiql.plan.builder import EFFORT, HOST, Builder, Environment, Evaluate, expression
from emulator.partiql.plan.effort import comparing, text_bytes


@expression(ast.Call)
def call(builder: Builder, node: ast.Call) -> Evaluate:
    builder.may_fail = True
    function = FUNCTIONS.get(node.name)
    if function is None:
        raise semantic_error("unknown_function", node.position, name=node.name)
    function.check_count(len(node.arguments), node.position)
    arguments = tuple(map(builder.expression, node.arguments))
    cost = _comparing if node.name == "nullif" else _reading

    def evaluate(environment: Environment) -> Any:
        values = [argument(environment) for argument in arguments]
        environment[EFFORT].spend(cost(values), node.position)
        return function(environment[HOST], values, node.position)

    return evaluate


def _reading(values: list[Any]) -> int:
    """Functions read texts to their ends, and of containers the size."""
    return 2 * sum(map(text_bytes, values))


def _comparing(values: list[Any]) -> int:
    return comparing(*values)
