"""Operators, predicates and CASE as closures over `semantics`."""

from collections.abc import Callable
from functools import partial
from typing import Any

from emulator.ion.values import NULL
from emulator.partiql import ast
from emulator.partiql.messages import Unfit, evaluation_error
from emulator.partiql.plan.builder import EFFORT, Builder, Environment, Evaluate, expression
from emulator.partiql.plan.effort import comparing, searching, weight
from emulator.partiql.semantics import comparison
from emulator.partiql.semantics.arithmetic import OPERATIONS, arithmetic, concatenated, negated, unchanged
from emulator.partiql.semantics.casts import cast
from emulator.partiql.semantics.patterns import matcher
from emulator.partiql.semantics.types import TYPE_NAMES, display, is_of_type
from emulator.partiql.values import bare, is_unknown

_COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "=": comparison.equals,
    "<>": comparison.differs,
    "<": comparison.less,
    "<=": comparison.less_or_equal,
    ">": comparison.greater,
    ">=": comparison.greater_or_equal,
    "||": concatenated,
}

_COSTS: dict[str, Callable[[Any, Any], int]] = {
    "=": comparing,
    "<>": comparing,
    "||": lambda left, right: weight((left, right)),
}
"""How much work an operator makes, where that grows with its operands."""

_PATTERN_CHARACTER = 16
"""What it takes to make a pattern ready, for each character, compared with looking at a byte."""

_CONNECTIVES = {"AND": comparison.conjunction, "OR": comparison.disjunction}


@expression(ast.Binary)
def binary(builder: Builder, node: ast.Binary) -> Evaluate:
    if node.operator in _CONNECTIVES:
        return _connected(builder, node)
    left, right = builder.expression(node.left), builder.expression(node.right)
    operate = _COMPARISONS.get(node.operator)
    if operate is None:
        builder.may_fail = True
        operate = arithmetic(node.operator, node.position)
    assert node.operator in _COMPARISONS or node.operator in OPERATIONS
    cost, apply = _COSTS.get(node.operator), operate
    if cost is None:
        return lambda environment: apply(left(environment), right(environment))

    def evaluate(environment: Environment) -> Any:
        one, other = left(environment), right(environment)
        if size := cost(one, other):
            environment[EFFORT].spend(size, node.position)
        return apply(one, other)

    return evaluate


def _connected(builder: Builder, node: ast.Binary) -> Evaluate:
    connect = _CONNECTIVES[node.operator]
    parts = tuple(map(builder.expression, terms(node, node.operator)))
    return lambda environment: connect(part(environment) for part in parts)


def terms(node: ast.Expression, operator: str) -> list[ast.Expression]:
    """The operands of a chain of one connective, left to right, however long and however nested."""
    found: list[ast.Expression] = []
    pending = [node]
    while pending:
        term = pending.pop()
        if isinstance(term, ast.Binary) and term.operator == operator:
            pending += (term.right, term.left)
        else:
            found.append(term)
    return found


@expression(ast.Unary)
def unary(builder: Builder, node: ast.Unary) -> Evaluate:
    operand = builder.expression(node.operand)
    if node.operator == "NOT":
        return lambda environment: comparison.negation(operand(environment))
    builder.may_fail = True
    apply = negated(node.position) if node.operator == "-" else unchanged
    return lambda environment: apply(operand(environment))


def _perhaps_negated(evaluate: Evaluate, is_negated: bool) -> Evaluate:
    if not is_negated:
        return evaluate
    return lambda environment: comparison.negation(evaluate(environment))


@expression(ast.In)
def contained(builder: Builder, node: ast.In) -> Evaluate:
    operand = builder.expression(node.operand)
    if isinstance(node.collection, ast.ListConstructor):
        items = tuple(map(builder.expression, node.collection.items))

        def among(environment: Environment) -> Any:
            value = operand(environment)
            return comparison.member_of_items(value, map(partial(compared, environment, value), items))

        def compared(environment: Environment, value: Any, item: Evaluate) -> Any:
            other = item(environment)
            if size := comparing(value, other):
                environment[EFFORT].spend(size, node.position)
            return other

        return _perhaps_negated(among, node.negated)
    collection = builder.expression(node.collection)

    def inside(environment: Environment) -> Any:
        value, found = operand(environment), collection(environment)
        environment[EFFORT].spend(searching(value, found), node.position)
        return comparison.member(value, found)

    return _perhaps_negated(inside, node.negated)


@expression(ast.Between)
def between(builder: Builder, node: ast.Between) -> Evaluate:
    operand, low, high = map(builder.expression, (node.operand, node.low, node.high))
    return _perhaps_negated(
        lambda environment: comparison.between(operand(environment), low(environment), high(environment)), node.negated
    )


@expression(ast.Like)
def like(builder: Builder, node: ast.Like) -> Evaluate:
    builder.may_fail = True
    operand, pattern = builder.expression(node.operand), builder.expression(node.pattern)
    escape = builder.expression(node.escape) if node.escape else None

    def evaluate(environment: Environment) -> Any:
        values = [part(environment) for part in (operand, pattern, escape) if part]
        if any(map(is_unknown, values)):
            return NULL
        texts = [str(value) for value in map(bare, values) if isinstance(value, str)]
        if len(texts) != len(values):
            came = ", ".join(map(display, values))
            raise evaluation_error("like", node.position, wanted=", ".join(["STRING"] * len(values)), came=came)
        try:
            matches = matcher(texts[1], texts[2] if escape else None)
        except Unfit as unfit:
            raise unfit.placed(node.position) from unfit
        environment[EFFORT].spend(
            weight(texts) + _PATTERN_CHARACTER * len(texts[1]) + matches.cost * len(texts[0]), node.position
        )
        return matches(texts[0])

    return _perhaps_negated(evaluate, node.negated)


@expression(ast.Is)
def of_type(builder: Builder, node: ast.Is) -> Evaluate:
    operand, wanted = builder.expression(node.operand), TYPE_NAMES[node.type_name.name]
    return _perhaps_negated(lambda environment: is_of_type(operand(environment), wanted), node.negated)


@expression(ast.Cast)
def converted(builder: Builder, node: ast.Cast) -> Evaluate:
    """Lengths and precisions, as in `decimal(5, 2)`, change nothing: the reference implementation ignores them."""
    builder.may_fail = True
    operand, wanted = builder.expression(node.operand), TYPE_NAMES[node.type_name.name]

    def evaluate(environment: Environment) -> Any:
        value = operand(environment)
        converted = cast(value, wanted, node.position)
        if converted is not value:
            environment[EFFORT].spend(weight([converted]), node.position)
        return converted

    return evaluate


@expression(ast.Case)
def case(builder: Builder, node: ast.Case) -> Evaluate:
    operand = builder.expression(node.operand) if node.operand else None
    branches = tuple((builder.expression(when), builder.expression(then)) for when, then in node.branches)
    otherwise = builder.expression(node.otherwise or ast.Literal(NULL))

    def evaluate(environment: Environment) -> Any:
        subject = operand(environment) if operand else True
        for when, then in branches:
            value = when(environment)
            if operand and (size := comparing(subject, value)):
                environment[EFFORT].spend(size, node.position)
            if (comparison.equals(subject, value) if operand else comparison.truth(value)) is True:
                return then(environment)
        return otherwise(environment)

    return evaluate
