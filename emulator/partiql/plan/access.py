"""How a statement gets at what it reads, in words for people: `scan Vehicle; index Person(GovId) = ?`."""

from __future__ import annotations

from emulator.partiql import ast
from emulator.partiql.plan.lookups import Lookup
from emulator.partiql.plan.sources import Source, TableSource, is_user_tables
from emulator.partiql.printer import expression_text

_SHOWN_CHARACTERS = 80


def access(written: ast.Expression, source: Source, lookup: Lookup | None) -> str:
    """How a source is read, in the words it is written in. Without a lookup all of it is."""
    name = _shown(written)
    if lookup is None:
        is_stored = isinstance(source, TableSource) or is_user_tables(written)
        return f"scan {name}" if is_stored else f"values of {name}"
    way = "document" if lookup.field is None else "index"
    return f"{way} {name}({lookup.field or 'id'}) {_condition(lookup)}"


def _condition(lookup: Lookup) -> str:
    """`= ?`, `IN (1, 2)`."""
    said = _shown(lookup.said)
    if not lookup.is_in:
        return f"= {said}"
    return f"IN ({said[1:-1]})" if isinstance(lookup.said, ast.ListConstructor) else f"IN {said}"


def _shown(node: ast.Expression) -> str:
    text = expression_text(node)
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}…{text[-1]}"
