"""One statement, whole."""

from __future__ import annotations

from collections.abc import Callable

from emulator.partiql.ast import Statement
from emulator.partiql.lexer import END

# Some of these only enter what they read in the tables of `expressions`.
from emulator.partiql.parser import ddl, dml, functions, literals, operators, terms  # noqa: F401
from emulator.partiql.parser.cursor import Cursor
from emulator.partiql.parser.depth import refuse_deep
from emulator.partiql.parser.select import select

_STATEMENTS: dict[str, Callable[[Cursor], Statement]] = {
    "SELECT": select,
    "INSERT": dml.insert,
    "UPDATE": dml.update,
    "DELETE": dml.delete,
    "FROM": dml.from_first,
    "CREATE": ddl.create,
    "DROP": ddl.drop,
    "EXEC": ddl.execute,
}


def parse(text: str) -> Statement:
    """The tree of one statement, which one semicolon may end.

    Raises `BadRequestException`, with the place and what was expected there, for any other text.
    """
    cursor = Cursor(text)
    read = ddl.undrop if cursor.at_word("UNDROP") else _STATEMENTS.get(cursor.kind)
    if read is None:
        raise cursor.error("no_statement", found=cursor.found)
    statement = read(cursor)
    cursor.take(";")
    if cursor.kind != END:
        raise cursor.unexpected("the end of the statement")
    refuse_deep(statement, len(cursor.kinds))
    return statement
