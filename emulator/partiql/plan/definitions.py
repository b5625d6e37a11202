"""CREATE, DROP and UNDROP of tables and indexes. Each gives one row, the id of the table."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from emulator import limits
from emulator.ion.values import Null, Struct
from emulator.partiql import ast
from emulator.partiql.host import Host, Table
from emulator.partiql.messages import semantic_error
from emulator.partiql.plan.builder import HOST, Builder, Environment, Loop
from emulator.partiql.plan.insert import is_view
from emulator.partiql.plan.scope import unknown
from emulator.partiql.semantics.types import display
from emulator.partiql.values import bare

_TABLE_NAME = re.compile(rf"[A-Za-z_][A-Za-z0-9_]{{0,{limits.NAME_CHARACTERS - 1}}}")
_RESERVED_PREFIX = "_ql_"


def create_table(_builder: Builder, node: ast.CreateTable) -> Loop:
    name = _table_name(node.name)
    tags = _tags(node)
    return _row_of(lambda host: host.create_table(name, tags))


def create_index(builder: Builder, node: ast.CreateIndex) -> Loop:
    table, field = user_table(builder, node.table), node.field.name
    if not 1 <= len(field) <= limits.NAME_CHARACTERS:
        raise semantic_error("field_name", node.field.position, name=field)
    return _row_of(lambda host: host.create_index(table, field))


def drop_index(builder: Builder, node: ast.DropIndex) -> Loop:
    table, index_id = user_table(builder, node.table), node.index_id.name
    if not node.purge:
        raise semantic_error("purge", node.index_id.position)
    return _row_of(lambda host: host.drop_index(table, index_id))


def drop_table(builder: Builder, node: ast.DropTable) -> Loop:
    table = user_table(builder, node.table)
    return _row_of(lambda host: host.drop_table(table))


def undrop_table(_builder: Builder, node: ast.UndropTable) -> Loop:
    table_id = node.table_id.name
    return _row_of(lambda host: host.undrop_table(table_id))


def user_table(builder: Builder, name: ast.Identifier) -> Table:
    """The active table of that name."""
    table = builder.catalog.active_table(name.name)
    if table is None:
        raise semantic_error("view", name.position, name=name.name) if is_view(builder, name) else unknown(name)
    return table


def _row_of(define: Callable[[Host], str]) -> Loop:
    def rows(environment: Environment) -> Iterator[Any]:
        yield Struct([("tableId", define(environment[HOST]))])

    return rows


def _table_name(node: ast.Identifier) -> str:
    if node.name.startswith(_RESERVED_PREFIX):
        raise semantic_error("reserved_name", node.position, name=node.name)
    if not _TABLE_NAME.fullmatch(node.name):
        raise semantic_error("table_name", node.position, name=node.name)
    return node.name


def _tags(node: ast.CreateTable) -> Mapping[str, str | None]:
    """The tags as text; a null value is a tag without one."""
    tags = bare(node.tags) if node.tags is not None else Struct()
    if not isinstance(tags, Struct):
        raise semantic_error("tags", node.name.position, came=display(node.tags))
    return {name: _tag_value(value, node) for name, value in tags}


def _tag_value(value: Any, node: ast.CreateTable) -> str | None:
    value = bare(value)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Null):
        return None
    raise semantic_error("tags", node.name.position, came=display(value))
