"""Calls of functions."""

from emulator.partiql import ast
from emulator.partiql.functions import FUNCTIONS
from emulator.partiql.messages import semantic_error
from emulator.partiql.plan.builder import HOST, Builder, Evaluate, expression


@expression(ast.Call)
def call(builder: Builder, node: ast.Call) -> Evaluate:
    builder.may_fail = True
    function = FUNCTIONS.get(node.name)
    if function is None:
        raise semantic_error("unknown_function", node.position, name=node.name)
    function.check_count(len(node.arguments), node.position)
    arguments = tuple(map(builder.expression, node.arguments))
    return lambda environment: function(
        environment[HOST], [argument(environment) for argument in arguments], node.position
    )
