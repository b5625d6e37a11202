"""Tables, indexes, and stored procedures, of which there is one."""

from __future__ import annotations

from emulator.ion.values import Value
from emulator.partiql.ast import CreateIndex, CreateTable, DropIndex, DropTable, Exec, UndropTable
from emulator.partiql.lexer import END, IDENTIFIER
from emulator.partiql.parser.cursor import Cursor
from emulator.partiql.parser.expressions import expression
from emulator.partiql.parser.literals import ion_value


def create(cursor: Cursor) -> CreateTable | CreateIndex:
    cursor.expect("CREATE")
    if cursor.take("TABLE"):
        return _create_table(cursor)
    if cursor.take("INDEX"):
        return _create_index(cursor)
    raise cursor.unexpected("TABLE or INDEX")


def _create_table(cursor: Cursor) -> CreateTable:
    """The rest of ``CREATE TABLE name [WITH (aws_tags = `{…}`)]``."""
    name = cursor.table_name()
    tags: Value | None = None
    if cursor.kind == "WITH":
        _open_option(cursor, "AWS_TAGS")
        tags = ion_value(cursor)
        cursor.expect(")")
    return CreateTable(name, tags)


def _create_index(cursor: Cursor) -> CreateIndex:
    """The rest of `CREATE INDEX ON table (field)`."""
    cursor.expect("ON")
    table = cursor.table_name()
    cursor.expect("(")
    field = cursor.identifier("the name of a field")
    if cursor.kind in (",", ".", "["):
        raise cursor.error("one_index_field", found=cursor.found)
    cursor.expect(")")
    return CreateIndex(table, field)


def drop(cursor: Cursor) -> DropTable | DropIndex:
    cursor.expect("DROP")
    if cursor.take("TABLE"):
        return DropTable(cursor.table_name())
    if cursor.take("INDEX"):
        return _drop_index(cursor)
    raise cursor.unexpected("TABLE or INDEX")


def _drop_index(cursor: Cursor) -> DropIndex:
    """The rest of `DROP INDEX "id" ON table WITH (purge = true)`."""
    index_id = cursor.identifier("the id of an index")
    cursor.expect("ON")
    table = cursor.table_name()
    return DropIndex(index_id, table, cursor.kind == "WITH" and _purge(cursor))


def _purge(cursor: Cursor) -> bool:
    _open_option(cursor, "PURGE")
    if cursor.kind not in ("TRUE", "FALSE"):
        raise cursor.unexpected("true or false")
    purge = cursor.advance().upper() == "TRUE"
    cursor.expect(")")
    return purge


def _open_option(cursor: Cursor, name: str) -> None:
    """Step over `WITH (name =`."""
    cursor.expect("WITH")
    cursor.expect("(")
    cursor.expect_word(name)
    cursor.expect("=")


def undrop(cursor: Cursor) -> UndropTable:
    """`UNDROP TABLE "id"`; the first word is no reserved one."""
    cursor.expect_word("UNDROP")
    cursor.expect("TABLE")
    return UndropTable(cursor.identifier("the id of a table"))


def execute(cursor: Cursor) -> Exec:
    """`EXEC procedure argument, …`, without parentheses."""
    cursor.expect("EXEC")
    if cursor.kind != IDENTIFIER:
        raise cursor.error("no_procedure", found=cursor.found)
    position, procedure = cursor.position, cursor.advance().lower()
    arguments = []
    if cursor.kind not in (END, ";"):
        arguments.append(expression(cursor))
        while cursor.take(","):
            arguments.append(expression(cursor))
    return Exec(procedure, tuple(arguments), position)
