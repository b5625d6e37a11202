"""Which records of a table need not be read. Conditions that must hold, `field = value`, `field IN (…)` and the same
on a document's id, can be answered by an index, which is chosen when the plan is made: it is for one catalog.

The condition stays a filter as well, so an index decides what is read, never what is found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from emulator.ion.equality import equality_key
from emulator.partiql import ast
from emulator.partiql.host import TURN, Collection, Record
from emulator.partiql.plan.builder import Builder, Environment, Evaluate
from emulator.partiql.plan.paths import field_names, place
from emulator.partiql.plan.sources import TableSource
from emulator.partiql.values import bare, is_unknown, settled


class Equality(NamedTuple):
    """What a condition says: along `names` from a slot lies what was `said`, or one of several in it, after IN."""

    slot: int
    names: tuple[str, ...]
    said: ast.Expression
    is_in: bool


class Lookup(NamedTuple):
    """An equality that answers which records to read: those whose `field`, or id where that is None, is as `said`."""

    field: str | None
    said: ast.Expression
    is_in: bool
    values: Callable[[Environment], list[Any]]


def equalities(builder: Builder, conditions: Sequence[ast.Expression]) -> list[Equality]:
    """All that conditions say of names, and of paths of names."""
    found: list[Equality] = []
    for condition in conditions:
        for subject, said, is_in in _stated(condition):
            if isinstance(subject.root if isinstance(subject, ast.Path) else subject, ast.Identifier):
                slot, steps = place(builder, subject)  # type: ignore[arg-type]
                names = field_names(steps)
                if names is not None:
                    found.append(Equality(slot, names, said, is_in))
    return found


_COLLECTIONS = (ast.ListConstructor, ast.BagConstructor, ast.Parameter)


def _stated(node: ast.Expression) -> Iterator[tuple[ast.Expression, ast.Expression, bool]]:
    """What a condition says is equal to a value, or is in a collection, as the last member tells."""
    if isinstance(node, ast.Binary) and node.operator == "=":
        yield node.left, node.right, False
        yield node.right, node.left, False
    elif isinstance(node, ast.In) and isinstance(node.collection, _COLLECTIONS) and not node.negated:
        yield node.operand, node.collection, True


def lookup(builder: Builder, source: TableSource, stated: Sequence[Equality]) -> Lookup | None:
    """The lookup that promises the fewest records of a source, given those before it."""
    answers = [(each, way) for each in stated if (way := _way(source, each))]
    if len(answers) > 1:
        answers.sort(key=lambda answer: (answer[1] != _BY_ID, answer[0].is_in))
    for each, way in answers:
        said = builder.measured(each.said)
        # Slots are given out in the order of FROM, so what is bound before this source has lower ones.
        if max(said.slots, default=0) < source.bound.value and not said.queries:
            values = _members(said.evaluate) if each.is_in else _only(said.evaluate)
            return Lookup(way[0], each.said, each.is_in, values)
    return None


_BY_ID = (None,)


def _way(source: TableSource, each: Equality) -> tuple[str | None] | None:
    """By the id, or by a top-level field that has an index; None where the equality does not lead to records."""
    slot, names = each.slot, each.names
    if (slot == source.bound.value and names == source.id_path) or (slot == source.bound.by and not names):
        return _BY_ID
    if slot == source.bound.value and names and names[:-1] == source.document_path:
        return (names[-1],) if names[-1] in source.table.indexed_fields else None
    return None


def _only(evaluate: Evaluate) -> Callable[[Environment], list[Any]]:
    return lambda environment: [evaluate(environment)]


def _members(evaluate: Evaluate) -> Callable[[Environment], list[Any]]:
    """What is in a collection; nothing is in what is none."""

    def values(environment: Environment) -> list[Any]:
        collection = bare(evaluate(environment))
        return collection if isinstance(collection, list) else []

    return values


# Reading

Records = Iterator[Record | None]


def reading(chosen: Lookup | None) -> Callable[[Collection, Environment], Records]:
    """What reads the records of a view: those that are looked up, else all."""
    if chosen is None:
        return lambda view, _environment: view.scan()
    field, values = chosen.field, chosen.values
    if field is None:
        return lambda view, environment: _of_ids(view, values(environment))
    return lambda view, environment: _of_values(view, field, values(environment))


def _of_ids(view: Collection, values: list[Any]) -> Records:
    texts = [str(value) for value in map(bare, values) if isinstance(value, str)]
    for document_id in dict.fromkeys(texts):
        yield from view.get(document_id)
        yield TURN


def _of_values(view: Collection, field: str, values: list[Any]) -> Records:
    """Each record once, though several of the values may be equal."""
    looked_up: set[bytes] = set()
    for value in values:
        if is_unknown(value):
            continue
        known = settled(bare(value))
        if len(values) > 1:
            key = equality_key(known)
            if key in looked_up:
                continue
            looked_up.add(key)
        yield from view.find(field, known)
        yield TURN
