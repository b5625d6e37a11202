"""SELECT, as a statement and as an expression."""

from __future__ import annotations

from emulator.partiql.ast import EachField, Expression, Path, Projection, Select, SelectList, SelectValue, Star
from emulator.partiql.parser.cursor import Cursor
from emulator.partiql.parser.expressions import TERMS, expression
from emulator.partiql.parser.sources import may_be_alias, sources, where


def select(cursor: Cursor) -> Select:
    position = cursor.position
    cursor.advance()
    projection = SelectValue(expression(cursor)) if cursor.take("VALUE") else _select_list(cursor)
    if cursor.kind != "FROM":
        raise cursor.error("missing_from", found=cursor.found)
    cursor.advance()
    items, conditions = sources(cursor)
    return Select(projection, items, where(cursor, conditions), position)


def _select_list(cursor: Cursor) -> SelectList:
    if cursor.kind == "FROM":
        raise cursor.error("empty_select_list")
    if cursor.take("*"):
        if cursor.kind == ",":
            raise cursor.error("asterisk_not_alone")
        return SelectList((Star(),))
    items = [_item(cursor)]
    while cursor.take(","):
        if cursor.kind == "*":
            raise cursor.error("asterisk_not_alone")
        items.append(_item(cursor))
    return SelectList(tuple(items))


def _item(cursor: Cursor) -> Projection | Star:
    value = expression(cursor)
    if _ends_with_star(cursor, value):
        return Star(_without_last_step(value))
    if cursor.take("AS"):
        return Projection(value, cursor.name("an alias after AS"))
    return Projection(value, cursor.name("an alias") if may_be_alias(cursor) else None)


def _ends_with_star(cursor: Cursor, value: Expression) -> bool:
    """Whether the item is `path.*` and no such path in parentheses."""
    last_kind = cursor.kinds[cursor.index - 1]
    return last_kind == "*" and isinstance(value, Path) and isinstance(value.steps[-1], EachField)


def _without_last_step(path: Expression) -> Expression:
    assert isinstance(path, Path)
    return Path(path.root, path.steps[:-1], path.position) if path.steps[1:] else path.root


TERMS["SELECT"] = select
