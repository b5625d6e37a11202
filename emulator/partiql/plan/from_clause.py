"""FROM and WHERE: nested loops over the sources, left to right; the inner ones are opened anew for each outer binding.

A condition of WHERE is tested as soon as the sources it names are bound, which spares inner loops; one whose evaluation
might raise waits until all are bound, as if WHERE came last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from emulator.partiql import ast
from emulator.partiql.host import TURN, Collection
from emulator.partiql.plan.access import access
from emulator.partiql.plan.builder import EFFORT, Builder, Environment, Evaluate, Loop, Measured
from emulator.partiql.plan.lookups import Lookup, Records, equalities, lookup, reading
from emulator.partiql.plan.nested import ready
from emulator.partiql.plan.operators import terms
from emulator.partiql.plan.sources import Source, TableSource, ValueSource, source


class FromClause(NamedTuple):
    """`bindings` fills the slots of the sources and yields True, once for each row that WHERE keeps."""

    sources: tuple[Source, ...]
    bindings: Loop


def from_clause(builder: Builder, nodes: Sequence[ast.Source], where: ast.Expression | None) -> FromClause:
    """Binds the sources' names in the builder's scope, and stays there."""
    sources = tuple(source(builder, node, place) for place, node in enumerate(nodes))
    if len(sources) == 1:
        builder.scope.only_source = sources[0].bound.value
    conditions = terms(where, "AND") if where else []
    tests = _placed(sources, [builder.measured(condition) for condition in conditions])
    chosen = list(_lookups(builder, sources, conditions))
    if not builder.scope.is_nested:
        builder.steps += map(access, [node.expression for node in nodes], sources, chosen)
    return FromClause(sources, _nested(list(map(_loop, sources, chosen)), tests))


def _nested(loops: list[Loop], tests: list[Test | None]) -> Loop:
    *outer, nested = map(_filtered, loops, tests)
    for loop in reversed(outer):
        nested = _joined(loop, nested)
    return nested


def _slots_of(each: Source) -> tuple[int, int, int]:
    return each.bound.value, each.bound.at, each.bound.by


class Test(NamedTuple):
    """Whether to keep a binding, and what makes that ready to be asked."""

    keep: Evaluate
    prepare: Loop | None


def _placed(sources: Sequence[Source], conditions: list[Measured]) -> list[Test | None]:
    """For each source, the test of what can be decided once it is bound."""
    places = {slot: place for place, each in enumerate(sources) for slot in _slots_of(each)}
    levels: list[list[Measured]] = [[] for _ in sources]
    for condition in conditions:
        needed = max((places.get(slot, 0) for slot in condition.slots), default=0)
        levels[-1 if condition.may_fail else needed].append(condition)
    return [_all_of(level) for level in levels]


def _all_of(conditions: list[Measured]) -> Test | None:
    if not conditions:
        return None
    tests = [condition.evaluate for condition in conditions]
    keep = tests[0] if len(tests) == 1 else lambda environment: all(test(environment) is True for test in tests)
    return Test(keep, ready(keep, tuple(slot for condition in conditions for slot in condition.queries)))


def _lookups(
    builder: Builder, sources: Sequence[Source], conditions: Sequence[ast.Expression]
) -> Iterator[Lookup | None]:
    """For each source, what the conditions and the sources before it allow to look up in it."""
    stated = equalities(builder, conditions)
    for each in sources:
        yield lookup(builder, each, stated) if stated and isinstance(each, TableSource) else None


def _loop(each: Source, chosen: Lookup | None) -> Loop:
    return _value_loop(each) if isinstance(each, ValueSource) else _table_loop(each, reading(chosen))


def _table_loop(each: TableSource, read: Callable[[Collection, Environment], Records]) -> Loop:
    value_slot, id_slot, open_view, prepare = each.bound.value, each.bound.by, each.open, each.prepare

    def loop(environment: Environment) -> Iterator[Any]:
        if prepare:
            yield from prepare(environment)
        for record in read(open_view(environment), environment):
            if record is TURN:
                yield TURN
            else:
                environment[value_slot] = record.value
                environment[id_slot] = record.document_id
                yield True

    return loop


def _value_loop(each: ValueSource) -> Loop:
    value_slot, ordinal_slot, items = each.bound.value, each.bound.at, each.items

    def loop(environment: Environment) -> Iterator[Any]:
        for item in items(environment):
            if item is TURN:
                yield TURN
            else:
                environment[value_slot], environment[ordinal_slot] = item
                yield True

    return loop


def _filtered(loop: Loop, test: Test | None) -> Loop:
    """What was not kept is a point to interrupt: a long scan that finds nothing must not hold up others."""
    if test is None:
        return loop
    keep, prepare = test

    def filtered(environment: Environment) -> Iterator[Any]:
        for hit in loop(environment):
            if prepare and hit is not TURN:
                yield from prepare(environment)
            yield hit if hit is TURN or keep(environment) is True else TURN

    return filtered


def _joined(outer: Loop, inner: Loop) -> Loop:
    def joined(environment: Environment) -> Iterator[Any]:
        effort = environment[EFFORT]
        for hit in outer(environment):
            if hit is TURN:
                yield TURN
            else:
                yield from inner(environment)
                # The inner one may have nothing to say, however often it is asked.
                effort.quiet += 1
                if effort.is_much:
                    yield TURN

    return joined
