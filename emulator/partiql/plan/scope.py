"""Which names stand for what, query by query. Names are case sensitive throughout."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from emulator.partiql.ast import Field, Identifier, Position
from emulator.partiql.messages import semantic_error


@dataclass(slots=True)
class Aggregates:
    """What a select list collects about aggregate functions: one slot for the result of each."""

    found: list[Any] = field(default_factory=list)
    inside: bool = False
    plain: list[Identifier] = field(default_factory=list)
    """Names of this query's sources that stand outside of any."""


@dataclass(slots=True)
class Scope:
    """The names one query's FROM binds, inside the scope of the query around it.

    `only_source` is the slot of the single source once FROM is complete: a name that is otherwise unknown is a field
    of it. With several sources there is no such guess.
    """

    outer: Scope | None = None
    names: dict[str, int] = field(default_factory=dict)
    only_source: int | None = None
    aggregates: Aggregates | None = None

    def bind(self, name: str, slot: int, position: Position) -> None:
        if name in self.names:
            raise semantic_error("name_taken", position, name=name)
        self.names[name] = slot

    @property
    def is_nested(self) -> bool:
        """Whether this is a query inside of another one, or of a statement's expression."""
        return self.outer is not None and self.outer.outer is not None

    def lookup(self, identifier: Identifier) -> int | None:
        """The slot of an alias of that name, here or further out."""
        scope: Scope | None = self
        while scope is not None:
            slot = scope.names.get(identifier.name)
            if slot is not None:
                if scope.aggregates is not None:
                    scope.note(identifier)
                return slot
            scope = scope.outer
        return None

    def resolve(self, identifier: Identifier) -> tuple[int, tuple[Field, ...]]:
        """The slot a name in an expression means, and the step from there for a field of the only source."""
        slot = self.lookup(identifier)
        if slot is not None:
            return slot, ()
        if self.only_source is None or identifier.lexical:
            raise unknown(identifier)
        self.note(identifier)
        return self.only_source, (Field(identifier.name, identifier.quoted),)

    def note(self, identifier: Identifier) -> None:
        """Remember a name that stands in the select list outside of any aggregate function."""
        if self.aggregates is not None and not self.aggregates.inside:
            self.aggregates.plain.append(identifier)


def unknown(identifier: Identifier) -> Exception:
    """An unknown table or alias, in the service's own words."""
    return semantic_error("unknown_name", identifier.position, name=identifier.name)
