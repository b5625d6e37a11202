"""Names and paths. Most are one or two fields of a record, so these have closures of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from emulator.ion.document import Document
from emulator.ion.values import Struct
from emulator.partiql import ast
from emulator.partiql.plan.builder import EFFORT, Builder, Environment, Evaluate, expression
from emulator.partiql.plan.effort import PART_BYTES, weight
from emulator.partiql.semantics.navigation import each_element, each_field, field, subscript
from emulator.partiql.values import MISSING, Bag, bare, settled

_FREE_PATHS = 16
"""So many reads of the largest documents take a tenth of a second."""


@expression(ast.Identifier)
def identifier(builder: Builder, node: ast.Identifier) -> Evaluate:
    slot, steps = place(builder, node)
    return _stepping(builder, slot, steps, node.position)


@expression(ast.Path)
def path(builder: Builder, node: ast.Path) -> Evaluate:
    if isinstance(node.root, ast.Identifier):
        slot, steps = place(builder, node)
        return _stepping(builder, slot, steps, node.position)
    return _walking(builder, builder.expression(node.root), node.steps, node.position)


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


def _stepping(builder: Builder, slot: int, steps: tuple[ast.Step, ...], position: ast.Position) -> Evaluate:
    """The value at the end of steps from a slot."""
    names = field_names(steps)
    if names is None or len(names) > 1:
        return _walking(builder, lambda environment: environment[slot], steps, position)
    if not names:
        return lambda environment: environment[slot]
    return _field_of_slot(builder, slot, names[0], position)


def _field_of_slot(builder: Builder, slot: int, name: str, position: ast.Position) -> Evaluate:
    read = _reader(builder, position)

    def evaluate(environment: Environment) -> Any:
        value = environment[slot]
        return value.get(name, MISSING) if isinstance(value, Struct) else field(value, name)

    return evaluate if read is None else lambda environment: read(environment, environment[slot], name)


def _walking(builder: Builder, root: Evaluate, steps: tuple[ast.Step, ...], position: ast.Position) -> Evaluate:
    """The value at the end of steps from any value; after a wildcard it is a bag."""
    wildcards = [place for place, step in enumerate(steps) if isinstance(step, ast.EachField | ast.EachElement)]
    if wildcards:
        return _each(builder, root, steps, wildcards[0], position)
    names, read = field_names(steps), _reader(builder, position)
    if names is not None and read is None:
        return _fields(root, names)
    moves = tuple(_move(builder, step, read) for step in steps)

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


def _move(builder: Builder, step: ast.Step, read: Read | None) -> Move:
    name = field_name(step)
    if name is not None:
        return lambda value, environment: read(environment, value, name) if read else field(value, name)
    assert isinstance(step, ast.Subscript)
    key = builder.expression(step.expression)
    return lambda value, environment: subscript(value, key(environment))


Read = Callable[[Environment, Any, str], Any]


def _reader(builder: Builder, position: ast.Position) -> Read | None:
    """What reads fields and says how much that is, or None for the first paths of a statement, which need not.

    A document is read from its bytes, each time anew; of other structs all fields may have to be gone through.
    """
    builder.path_count += 1
    if builder.path_count <= _FREE_PATHS:
        return None

    def read(environment: Environment, value: Any, name: str) -> Any:
        struct, found = bare(value), field(value, name)
        if type(struct) is Document:
            environment[EFFORT].spend(len(struct.encoded) // 2 + weight([found]), position)
        elif isinstance(struct, Struct):
            environment[EFFORT].spend(PART_BYTES * len(struct), position)
        return found

    return read


def _each(
    builder: Builder, root: Evaluate, steps: tuple[ast.Step, ...], wildcard: int, position: ast.Position
) -> Evaluate:
    """A bag of what lies at the end of the steps, for everything the wildcards find."""
    before = _walking(builder, root, steps[:wildcard], position)
    spread = each_element if isinstance(steps[wildcard], ast.EachElement) else each_field
    slot = builder.new_slot()
    following = steps[wildcard + 1 :]
    rest = _walking(builder, lambda environment: environment[slot], following, position)
    has_more = any(isinstance(step, ast.EachField | ast.EachElement) for step in following)

    def found(environment: Environment) -> Iterator[Any]:
        for part in spread(before(environment)):
            environment[EFFORT].spend(PART_BYTES, position)
            environment[slot] = part
            value = rest(environment)
            if has_more:
                yield from value
            elif value is not MISSING:
                yield value

    return lambda environment: Bag(settled(value) for value in found(environment))
