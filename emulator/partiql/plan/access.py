"""How a statement gets at what it reads, in words for people: `scan Vehicle; index Person(GovId) = ?`."""

from __future__ import annotations

from typing import NamedTuple

from emulator.partiql import ast
from emulator.partiql.plan.lookups import Lookup
from emulator.partiql.plan.sources import Source, TableSource, is_user_tables
from emulator.partiql.printer import expression_text

_SHOWN_CHARACTERS = 80


class Access(NamedTuple):
    """One source: as it is written, and what is looked up in it. Without a lookup all of it is read."""

    written: ast.Expression
    is_stored: bool
    """Whether it is a table or the catalog, and no value at hand."""
    lookup: Lookup | None

    def __str__(self) -> str:
        name = _shown(self.written)
        if self.lookup is None:
            return f"scan {name}" if self.is_stored else f"values of {name}"
        way = "document" if self.lookup.field is None else "index"
        return f"{way} {name}({self.lookup.field or 'id'}) {_condition(self.lookup)}"


def access(written: ast.Expression, source: Source, lookup: Lookup | None) -> Access:
    """How that source is read."""
    return Access(written, isinstance(source, TableSource) or is_user_tables(written), lookup)


def _condition(lookup: Lookup) -> str:
    """`= ?`, `IN (1, 2)`."""
    said = _shown(lookup.said)
    if not lookup.is_in:
        return f"= {said}"
    return f"IN ({said[1:-1]})" if isinstance(lookup.said, ast.ListConstructor) else f"IN {said}"


def _shown(node: ast.Expression) -> str:
    text = expression_text(node)
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}…{text[-1]}"
