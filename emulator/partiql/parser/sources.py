"""FROM: sources with their aliases, joins, and the conditions of joins, which join those of WHERE."""

from __future__ import annotations

from emulator import limits
from emulator.partiql.ast import Expression, Source
from emulator.partiql.lexer import IDENTIFIER, QUOTED
from emulator.partiql.messages import parser_error
from emulator.partiql.parser.cursor import Cursor
from emulator.partiql.parser.expressions import SIGN, expression, junction

_JOINS = ("JOIN", "INNER", "CROSS")


def sources(cursor: Cursor) -> tuple[tuple[Source, ...], list[Expression]]:
    """What follows FROM: the sources, and the conditions after ON in their order."""
    items, conditions = _source_or_group(cursor)
    while (conditional := _take_join(cursor)) is not None:
        more_items, more_conditions = _source_or_group(cursor)
        items += more_items
        conditions += more_conditions
        if len(items) > limits.JOINED_SOURCES:
            raise parser_error("too_many_sources", items[limits.JOINED_SOURCES].position, limit=limits.JOINED_SOURCES)
        if conditional:
            cursor.expect("ON")
            conditions.append(expression(cursor))
    return tuple(items), conditions


def _source_or_group(cursor: Cursor) -> tuple[list[Source], list[Expression]]:
    """One source, or joined ones in parentheses, which change nothing: all joins are inner ones."""
    if cursor.kind != "(" or not _holds_join(cursor):
        return [source(cursor)], []
    cursor.deeper()
    cursor.advance()
    items, conditions = sources(cursor)
    cursor.expect(")")
    cursor.depth -= 1
    return list(items), conditions


def _holds_join(cursor: Cursor) -> bool:
    """Whether the parentheses at hand hold a join that belongs to no query inside of them."""
    depth, query_depth = 0, 0
    for place in range(cursor.index, len(cursor.kinds)):
        kind = cursor.kinds[place]
        if kind == "(":
            depth += 1
            if not query_depth and cursor.kinds[place + 1] == "SELECT":
                query_depth = depth
        elif kind == ")":
            depth -= 1
            if depth < query_depth:
                query_depth = 0
            if not depth:
                return False
        elif kind in _JOINS and not query_depth:
            return True
    return False


def _take_join(cursor: Cursor) -> bool | None:
    """Step over a comma, `[INNER] CROSS JOIN` or `[INNER] JOIN`; whether ON must follow, or None without a join."""
    if cursor.take(","):
        return False
    if cursor.kind not in _JOINS:
        return None
    cursor.take("INNER")
    conditional = not cursor.take("CROSS")
    cursor.expect("JOIN")
    return conditional


def source(cursor: Cursor) -> Source:
    """A source with `[AS] alias`, `AT name` and `BY name`, each optional, in this order."""
    position = cursor.position
    collection = expression(cursor, SIGN)
    alias = cursor.name("a name after AS") if cursor.take("AS") or may_be_alias(cursor) else None
    at = cursor.name("a name after AT") if cursor.take("AT") else None
    by = cursor.name("a name after BY") if cursor.take("BY") else None
    return Source(collection, alias, at, by, position)


def may_be_alias(cursor: Cursor) -> bool:
    """Whether a name is at hand, which is an alias without AS."""
    return cursor.kind in (IDENTIFIER, QUOTED)


def where(cursor: Cursor, conditions: list[Expression]) -> Expression | None:
    """The condition after WHERE, if it is there, and those of joins before it."""
    if cursor.take("WHERE"):
        conditions = [*conditions, expression(cursor)]
    return junction("AND", conditions) if conditions else None
