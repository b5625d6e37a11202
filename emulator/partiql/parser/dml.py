"""INSERT, UPDATE, DELETE and FROM. The last three are one statement, `Modify`, in three orders of clauses."""

from __future__ import annotations

from collections.abc import Callable

from emulator.partiql.ast import (
    Call,
    Field,
    Identifier,
    Insert,
    InsertInto,
    Modify,
    Path,
    Remove,
    SetFields,
    SetItem,
    Source,
    Subscript,
)
from emulator.partiql.parser.cursor import Cursor
from emulator.partiql.parser.expressions import SIGN, expression
from emulator.partiql.parser.sources import source, sources, where

Operation = SetFields | InsertInto | Remove


def insert(cursor: Cursor) -> Insert:
    """`INSERT INTO table [VALUE] expression`."""
    cursor.expect("INSERT")
    cursor.expect("INTO")
    table = cursor.table_name()
    cursor.take("VALUE")
    return Insert(table, expression(cursor))


def update(cursor: Cursor) -> Modify:
    """`UPDATE source operation [WHERE condition]`."""
    cursor.expect("UPDATE")
    table = source(cursor)
    change = operation(cursor)
    return Modify((table,), where(cursor, []), change)


def from_first(cursor: Cursor) -> Modify:
    """`FROM sources [WHERE condition] operation`."""
    cursor.expect("FROM")
    items, conditions = sources(cursor)
    condition = where(cursor, conditions)
    if cursor.kind not in _OPERATIONS:
        raise cursor.error("missing_operation", found=cursor.found)
    return Modify(items, condition, operation(cursor))


def delete(cursor: Cursor) -> Modify:
    """`DELETE FROM source [WHERE condition]`, which removes the source's alias."""
    cursor.expect("DELETE")
    cursor.expect("FROM")
    start, table = cursor.index, source(cursor)
    name = _name_of(table)
    if name is None:
        cursor.back_to(start)
        raise cursor.error("expected_table", found=cursor.found)
    removed = Remove(name)
    return Modify((table,), where(cursor, []), removed)


def _name_of(table: Source) -> Identifier | None:
    """The name by which the rest of a statement knows a source, if it has one."""
    match table:
        case Source(alias=str(alias)):
            return Identifier(alias, position=table.position)
        case Source(expression=Identifier(name, quoted)):
            return Identifier(name, quoted, position=table.position)
        case Source(expression=Path(steps=(*_, Field(name, quoted)))):
            return Identifier(name, quoted, position=table.position)
        case Source(expression=Call(name)):
            return Identifier(name, position=table.position)
    return None


def operation(cursor: Cursor) -> Operation:
    read = _OPERATIONS.get(cursor.kind)
    if read is None:
        raise cursor.unexpected("SET, INSERT INTO or REMOVE")
    return read(cursor)


def _set(cursor: Cursor) -> SetFields:
    cursor.expect("SET")
    items = [_assignment(cursor)]
    while cursor.take(","):
        items.append(_assignment(cursor))
    return SetFields(tuple(items))


def _assignment(cursor: Cursor) -> SetItem:
    target = _target(cursor)
    if not cursor.take("="):
        raise cursor.error("expected_assignment", found=cursor.found)
    return SetItem(target, expression(cursor))


def _insert_into(cursor: Cursor) -> InsertInto:
    cursor.expect("INSERT")
    cursor.expect("INTO")
    target = _target(cursor)
    cursor.expect("VALUE")
    value = expression(cursor)
    return InsertInto(target, value, expression(cursor) if cursor.take("AT") else None)


def _remove(cursor: Cursor) -> Remove:
    cursor.expect("REMOVE")
    return Remove(_target(cursor))


def _target(cursor: Cursor) -> Identifier | Path:
    """A place in a document: a name, and steps each of which goes to one place."""
    start = cursor.index
    match expression(cursor, SIGN):
        case Identifier() as name:
            return name
        case Path(Identifier(), steps) as path if all(isinstance(step, Field | Subscript) for step in steps):
            return path
    cursor.back_to(start)
    raise cursor.error("expected_path", found=cursor.found)


_OPERATIONS: dict[str, Callable[[Cursor], Operation]] = {"SET": _set, "INSERT": _insert_into, "REMOVE": _remove}
