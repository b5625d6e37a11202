"""Names and paths. Most are one or two fields of a record, so these have closures of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from emulator.ion.values import Struct
from emulator.partiql import ast
from emulator.partiql.plan.builder import Builder, Environment, Evaluate, expression
from emulator.partiql.semantics.navigation import each_element, each_field, field, subscript
from emulator.partiql.values import MISSING, Bag, settled


@expression(ast.Identifier)
def identifier(builder: Builder, node: ast.Identifier) -> Evaluate:
    slot, steps = place(builder, node)
    return stepping(builder, slot, steps)


@expression(ast.Path)
def path(builder: Builder, node: ast.Path) -> Evaluate:
    if isinstance(node.root, ast.Identifier):
        slot, steps = place(builder, node)
        return stepping(builder, slot, steps)
    return walking(builder, builder.expression(node.root), node.steps)


def place(builder: Builder, node: ast.Identifier | ast.Path) -> tuple[int, tuple[ast.Step, ...]]:
    """The slot that a name, or a path that starts with a name, starts from, and the steps from there."""
    root, steps = (node.root, node.steps) if isinstance(node, ast.Path) else (node, ())
    assert isinstance(root, ast.Identifier)
    slot, first = builder.scope.resolve(root)
    builder.slots_read.add(slot)
    return slot, first + steps


def field_names(steps: tuple[ast.Step, ...]) -> tuple[str, ...] | None:
    """The names along steps that are all fields, `.name` or `['name']`; else None."""
    names = tuple(map(field_name, steps))
    return None if None in names else names  # type: ignore[return-value]


def field_name(step: ast.Step) -> str | None:
    if isinstance(step, ast.Field):
        return step.name
    if isinstance(step, ast.Subscript) and isinstance(step.expression, ast.Literal):
        return str(step.expression.value) if isinstance(step.expression.value, str) else None
    return None


def stepping(builder: Builder, slot: int, steps: tuple[ast.Step, ...]) -> Evaluate:
    """The value at the end of steps from a slot."""
    if len(steps) == 1 and isinstance(steps[0], ast.Field):
        return _field_of_slot(slot, steps[0].name)
    names = field_names(steps)
    if names is None or len(names) > 1:
        return walking(builder, lambda environment: environment[slot], steps)
    if not names:
        return lambda environment: environment[slot]
    return _field_of_slot(slot, names[0])


def _field_of_slot(slot: int, name: str) -> Evaluate:
    def evaluate(environment: Environment) -> Any:
        value = environment[slot]
        return value.get(name, MISSING) if isinstance(value, Struct) else field(value, name)

    return evaluate


def walking(builder: Builder, root: Evaluate, steps: tuple[ast.Step, ...]) -> Evaluate:
    """The value at the end of steps from any value; after a wildcard it is a bag."""
    wildcards = [place for place, step in enumerate(steps) if isinstance(step, ast.EachField | ast.EachElement)]
    if wildcards:
        return _each(builder, root, steps, wildcards[0])
    names = field_names(steps)
    if names is not None:
        return _fields(root, names)
    moves = tuple(_move(builder, step) for step in steps)

    def evaluate(environment: Environment) -> Any:
        value = root(environment)
        for move in moves:
            value = move(value, environment)
        return value

    return evaluate


def _fields(root: Evaluate, names: tuple[str, ...]) -> Evaluate:
    def evaluate(environment: Environment) -> Any:
        value = root(environment)
        for name in names:
            value = field(value, name)
        return value

    return evaluate


Move = Callable[[Any, Environment], Any]


def _move(builder: Builder, step: ast.Step) -> Move:
    name = field_name(step)
    if name is not None:
        return lambda value, _environment: field(value, name)
    assert isinstance(step, ast.Subscript)
    key = builder.expression(step.expression)
    return lambda value, environment: subscript(value, key(environment))


def _each(builder: Builder, root: Evaluate, steps: tuple[ast.Step, ...], wildcard: int) -> Evaluate:
    """A bag of what lies at the end of the steps, for everything the wildcards find."""
    before = walking(builder, root, steps[:wildcard])
    spread = each_element if isinstance(steps[wildcard], ast.EachElement) else each_field
    slot = builder.new_slot()
    following = steps[wildcard + 1 :]
    rest = walking(builder, lambda environment: environment[slot], following)
    has_more = any(isinstance(step, ast.EachField | ast.EachElement) for step in following)

    def found(environment: Environment) -> Iterator[Any]:
        for part in spread(before(environment)):
            environment[slot] = part
            value = rest(environment)
            if has_more:
                yield from value
            elif value is not MISSING:
                yield value

    return lambda environment: Bag(settled(value) for value in found(environment))
