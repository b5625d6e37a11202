"""Which records of a table need not be read. Conditions that must hold, `field = value`, `field IN (…)` and the same
on a document's id, can be answered by an index; whether the index is there is asked each time the plan runs.

The condition stays a filter as well, so an index decides what is read, never what is found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from emulator.ion.equality import equality_key
from emulator.partiql import ast
from emulator.partiql.host import Collection, Record
from emulator.partiql.plan.builder import Builder, Environment
from emulator.partiql.plan.paths import field_names, place
from emulator.partiql.plan.sources import TableSource
from emulator.partiql.values import bare, is_unknown, settled


@dataclass(frozen=True, slots=True)
class Lookup:
    """`field` is None for the document's id. A smaller `rank` is better."""

    rank: int
    field: str | None
    values: Callable[[Environment], list[Any]]


def lookups(
    builder: Builder, source: TableSource, later: frozenset[int], conditions: Sequence[ast.Expression]
) -> tuple[Lookup, ...]:
    """The lookups that conditions allow on a source, best first; `later` are slots not bound yet when it is opened."""
    found: list[Lookup] = []
    for condition in conditions:
        for subject, candidates, rank in _equalities(condition):
            field = _indexable(builder, source, subject)
            values = _values(builder, candidates, later) if field is not _NOT_INDEXABLE else None
            if values is not None:
                found.append(Lookup(rank if field else rank - _ID_FIRST, field or None, values))
    return tuple(sorted(found, key=lambda lookup: lookup.rank))


_LISTS = (ast.ListConstructor, ast.BagConstructor)
_ID_FIRST = 2
_NOT_INDEXABLE = None
_DOCUMENT_ID = ""
"""Stands for the id among fields' names; no index is on the field with the empty name."""


def _equalities(node: ast.Expression) -> Iterator[tuple[ast.Expression, tuple[ast.Expression, ...], int]]:
    """What a condition says is equal to one of several values, with a rank for how many."""
    if isinstance(node, ast.Binary) and node.operator == "=":
        yield node.left, (node.right,), 0
        yield node.right, (node.left,), 0
    elif isinstance(node, ast.In) and isinstance(node.collection, _LISTS) and not node.negated:
        yield node.operand, node.collection.items, 1


def _indexable(builder: Builder, source: TableSource, node: ast.Expression) -> str | None:
    """The name of the top-level field that an expression is, or `_DOCUMENT_ID`."""
    if not isinstance(node, ast.Identifier | ast.Path):
        return _NOT_INDEXABLE
    if isinstance(node, ast.Path) and not isinstance(node.root, ast.Identifier):
        return _NOT_INDEXABLE
    slot, steps = place(builder, node)
    names = field_names(steps)
    if (slot == source.bound.by and names == ()) or (slot == source.bound.value and names == source.id_path):
        return _DOCUMENT_ID
    if slot == source.bound.value and names and names[:-1] == source.document_path:
        return names[-1] or _NOT_INDEXABLE
    return _NOT_INDEXABLE


def _values(
    builder: Builder, candidates: tuple[ast.Expression, ...], later: frozenset[int]
) -> Callable[[Environment], list[Any]] | None:
    measured = [builder.measured(candidate) for candidate in candidates]
    if any(part.slots & later for part in measured):
        return None
    parts = tuple(part.evaluate for part in measured)
    return lambda environment: [part(environment) for part in parts]


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
