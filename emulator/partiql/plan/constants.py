"""Literals, parameters, and values put together in the statement."""

from typing import Any

from emulator.ion.values import Struct
from emulator.partiql import ast
from emulator.partiql.messages import evaluation_error
from emulator.partiql.plan.builder import EFFORT, Builder, Environment, Evaluate, expression
from emulator.partiql.plan.effort import weight
from emulator.partiql.semantics.types import display
from emulator.partiql.values import MISSING, Bag, bare, element, settled


@expression(ast.Literal)
def literal(_builder: Builder, node: ast.Literal) -> Evaluate:
    value = node.value
    return lambda _environment: value


@expression(ast.Missing)
def missing(_builder: Builder, _node: ast.Missing) -> Evaluate:
    return lambda _environment: MISSING


@expression(ast.Parameter)
def parameter(builder: Builder, node: ast.Parameter) -> Evaluate:
    place = builder.parameter(node.index)
    return lambda environment: environment[place]


@expression(ast.ListConstructor)
def list_constructor(builder: Builder, node: ast.ListConstructor) -> Evaluate:
    items = tuple(builder.expression(item) for item in node.items)

    def evaluate(environment: Environment) -> list[Any]:
        made = [element(item(environment)) for item in items]
        environment[EFFORT].spend(weight(made), node.position)
        return made

    return evaluate


@expression(ast.BagConstructor)
def bag_constructor(builder: Builder, node: ast.BagConstructor) -> Evaluate:
    items = tuple(builder.expression(item) for item in node.items)

    def evaluate(environment: Environment) -> Bag:
        made = Bag(settled(item(environment)) for item in items)
        environment[EFFORT].spend(weight(made), node.position)
        return made

    return evaluate


@expression(ast.StructConstructor)
def struct_constructor(builder: Builder, node: ast.StructConstructor) -> Evaluate:
    """Fields whose value is MISSING are left out."""
    builder.may_fail = True
    fields = tuple((_key(builder, key), builder.expression(value)) for key, value in node.fields)

    def evaluate(environment: Environment) -> Struct:
        pairs = [(key(environment), value(environment)) for key, value in fields]
        environment[EFFORT].spend(weight([value for _, value in pairs]), node.position)
        return Struct([(key, settled(value)) for key, value in pairs if value is not MISSING])

    return evaluate


def _key(builder: Builder, node: ast.Expression) -> Evaluate:
    if isinstance(node, ast.Literal) and isinstance(node.value, str):
        name = str(node.value)
        return lambda _environment: name
    evaluate = builder.expression(node)

    def key(environment: Environment) -> str:
        value = bare(evaluate(environment))
        if not isinstance(value, str):
            raise evaluation_error("struct_key", getattr(node, "position", ast.NOWHERE), came=display(value))
        return str(value)

    return key
