"""FROM: sources with their aliases, joins, and the conditions of joins, which join those of WHERE."""

from __future__ import annotations

from emulator.partiql.ast import Expression, Source
from emulator.partiql.lexer import IDENTIFIER, QUOTED
from emulator.partiql.parser.cursor import Cursor
from emulator.partiql.parser.expressions import SIGN, expression, junction

_CLAUSES = ("AS", "AT", "BY")


def sources(cursor: Cursor) -> tuple[tuple[Source, ...], list[Expression]]:
    """What follows FROM: the sources, and the conditions after ON in their order."""
    items, conditions = [source(cursor)], []
    while (conditional := _take_join(cursor)) is not None:
        items.append(source(cursor))
        if conditional:
            cursor.expect("ON")
            conditions.append(expression(cursor))
    return tuple(items), conditions


def _take_join(cursor: Cursor) -> bool | None:
    """Step over a comma, CROSS JOIN, INNER JOIN or JOIN; whether ON must follow the source, or None without a join."""
    if cursor.take(","):
        return False
    if cursor.kind not in ("JOIN", "INNER", "CROSS"):
        return None
    conditional = not cursor.take("CROSS")
    cursor.take("INNER")
    cursor.expect("JOIN")
    return conditional


def source(cursor: Cursor) -> Source:
    """A source with `[AS] alias`, `AT name` and `BY name`, each at most once, in any order."""
    position = cursor.position
    collection = expression(cursor, SIGN)
    names: dict[str, str] = {}
    while cursor.kind in _CLAUSES or may_be_alias(cursor):
        clause = cursor.kind if cursor.kind in _CLAUSES else "AS"
        if clause in names:
            raise cursor.error("repeated_alias", clause=clause)
        cursor.take(clause)
        names[clause] = cursor.name(f"a name after {clause}")
    return Source(collection, names.get("AS"), names.get("AT"), names.get("BY"), position)


def may_be_alias(cursor: Cursor) -> bool:
    """Whether a name is at hand, which is an alias without AS."""
    return cursor.kind in (IDENTIFIER, QUOTED)


def where(cursor: Cursor, conditions: list[Expression]) -> Expression | None:
    """The condition after WHERE, if it is there, and those of joins before it."""
    if cursor.take("WHERE"):
        conditions = [*conditions, expression(cursor)]
    return junction("AND", conditions) if conditions else None
