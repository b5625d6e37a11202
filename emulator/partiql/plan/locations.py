"""Where in its document a path leads, for the statements that change something there.

A path starts from an alias: that of the document, or that of a nested collection, `@r.Owners.SecondaryOwners AS o`,
whose elements lie at their ordinals in a list of the document.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from emulator.partiql import ast
from emulator.partiql.messages import semantic_error
from emulator.partiql.plan.builder import Builder, Environment
from emulator.partiql.plan.paths import field_name, place
from emulator.partiql.plan.sources import Source, ValueSource
from emulator.partiql.semantics.changes import Location
from emulator.partiql.semantics.changes import Step as PlainStep
from emulator.partiql.values import MISSING, bare

Target = ast.Identifier | ast.Path
Where = Callable[[Environment], Location]


def is_document(builder: Builder, target: Target, sources: tuple[Source, ...]) -> bool:
    """Whether the target is the whole document."""
    return place(builder, target) == (sources[0].bound.value, ())


def location(builder: Builder, target: Target, sources: tuple[Source, ...]) -> Where:
    """Where the target lies, for each binding. BadRequestException where that is no place in a document."""
    slot, steps = place(builder, target)
    start = _start(builder, slot, sources, target)
    moves = tuple(_move(builder, step, target) for step in steps)
    return lambda environment: (*start(environment), *(move(environment) for move in moves))


def _start(builder: Builder, slot: int, sources: tuple[Source, ...], target: Target) -> Where:
    if slot == sources[0].bound.value:
        return lambda _environment: ()
    source = next((each for each in sources if each.bound.value == slot), None)
    if not isinstance(source, ValueSource) or not isinstance(source.origin, Target):
        raise _no_place(target)
    collection, ordinal = location(builder, source.origin, sources), source.bound.at

    def element(environment: Environment) -> Location:
        index = environment[ordinal]
        return collection(environment) if index is MISSING else (*collection(environment), index)

    return element


def _move(builder: Builder, step: ast.Step, target: Target) -> Callable[[Environment], PlainStep]:
    name = field_name(step)
    if name is not None:
        return lambda _environment: name
    assert isinstance(step, ast.Subscript), "the parser takes no wildcards here"
    evaluate = builder.expression(step.expression)

    def key(environment: Environment) -> PlainStep:
        value: Any = bare(evaluate(environment))
        if isinstance(value, str):
            return str(value)
        if type(value) is not int:
            raise _no_place(target)
        return value

    return key


def _no_place(target: Target) -> Exception:
    root = target.root if isinstance(target, ast.Path) else target
    return semantic_error("no_place", target.position, name=getattr(root, "name", "this"))
