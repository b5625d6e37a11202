"""Which records of a table need not be read. Conditions that must hold, `field = value`, `field IN (…)` and the same
on a document's id, can be answered by an index; whether the index is there is asked each time the plan runs.

The condition stays a filter as well, so an index decides what is read, never what is found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Any, NamedTuple

from emulator.ion.equality import equality_key
from emulator.partiql import ast
from emulator.partiql.host import Collection, Record
from emulator.partiql.plan.builder import Builder, Environment
from emulator.partiql.plan.paths import field_names, place
from emulator.partiql.plan.sources import TableSource
from emulator.partiql.values import bare, is_unknown, settled


class Lookup(NamedTuple):
    """`field` is None for the document's id. A smaller `rank` is better."""

    rank: int
    field: str | None
    values: Callable[[Environment], list[Any]]


class Equality(NamedTuple):
    """What a condition says: along `names` from a slot lies one of some values, which are made from other `slots`."""

    slot: int
    names: tuple[str, ...]
    rank: int
    values: Callable[[Environment], list[Any]]
    slots: frozenset[int]


def equalities(builder: Builder, conditions: Sequence[ast.Expression]) -> list[Equality]:
    """All that conditions say of names, and of paths of names."""
    found: list[Equality] = []
    for condition in conditions:
        for subject, candidates, rank in _stated(condition):
            start = subject.root if isinstance(subject, ast.Path) else subject
            if isinstance(start, ast.Identifier):
                slot, steps = place(builder, subject)  # type: ignore[arg-type]
                names = field_names(steps)
                if names is not None:
                    found.append(Equality(slot, names, rank, *_values(builder, candidates)))
    return found


_LISTS = (ast.ListConstructor, ast.BagConstructor)


def _stated(node: ast.Expression) -> Iterator[tuple[ast.Expression, tuple[ast.Expression, ...], int]]:
    """What a condition says is equal to one of several values, with a rank for how many."""
    if isinstance(node, ast.Binary) and node.operator == "=":
        yield node.left, (node.right,), 0
        yield node.right, (node.left,), 0
    elif isinstance(node, ast.In) and isinstance(node.collection, _LISTS) and not node.negated:
        yield node.operand, node.collection.items, 1


def _values(
    builder: Builder, candidates: tuple[ast.Expression, ...]
) -> tuple[Callable[[Environment], list[Any]], frozenset[int]]:
    """What makes the candidates, and the slots it reads."""
    measured = [builder.measured(candidate) for candidate in candidates]
    parts = [part.evaluate for part in measured]
    slots = frozenset(slot for part in measured for slot in part.slots)
    return lambda environment: [part(environment) for part in parts], slots


def lookups(source: TableSource, later: frozenset[int], stated: Sequence[Equality]) -> tuple[Lookup, ...]:
    """The lookups that equalities allow on a source, best first; `later` are slots not bound yet when it is opened."""
    allowed = [_lookup(source, each) for each in stated if each.slots.isdisjoint(later)]
    return tuple(sorted(filter(None, allowed), key=lambda lookup: lookup.rank))


_ID_FIRST = 2


def _lookup(source: TableSource, each: Equality) -> Lookup | None:
    """By the document's id or a top-level field of it. No index is on the field with the empty name."""
    slot, names = each.slot, each.names
    if (slot == source.bound.value and names == source.id_path) or (slot == source.bound.by and not names):
        return Lookup(each.rank - _ID_FIRST, None, each.values)
    if slot == source.bound.value and names and names[:-1] == source.document_path and names[-1]:
        return Lookup(each.rank, names[-1], each.values)
    return None


def records(collection: Collection, choices: tuple[Lookup, ...], environment: Environment) -> Iterator[Record | None]:
    """The records by the best lookup there is an index for, else all of them."""
    for lookup in choices:
        if lookup.field is None:
            return _of_ids(collection, lookup.values(environment))
        if lookup.field in collection.indexed_fields:
            return _of_values(collection, lookup.field, lookup.values(environment))
    return collection.scan()


def _of_ids(collection: Collection, values: list[Any]) -> Iterator[Record | None]:
    texts = [str(value) for value in map(bare, values) if isinstance(value, str)]
    for document_id in dict.fromkeys(texts):
        yield from collection.get(document_id)


def _of_values(collection: Collection, field: str, values: list[Any]) -> Iterator[Record | None]:
    """Each record once, though several of the values may be equal."""
    known = [settled(bare(value)) for value in values if not is_unknown(value)]
    if len(known) > 1:
        known = list({equality_key(value): value for value in known}.values())
    return chain.from_iterable(collection.find(field, value) for value in known)
