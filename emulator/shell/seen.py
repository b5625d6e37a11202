"""The names of tables and fields that came by, which are offered when somebody types the beginning of one."""

from __future__ import annotations

from collections.abc import Iterable

from emulator.errors import BadRequestException
from emulator.ion.values import Annotated, Struct, Value
from emulator.partiql.lexer import STRING, tokenize

_KEPT_FIELDS = 1000
_ROWS = 100
_DEPTH = 5


class Seen:
    """Tables as they were last listed, and the newest fields. What it keeps is bounded, whatever comes by."""

    def __init__(self) -> None:
        self.tables: list[str] = []
        self._fields: dict[str, None] = {}

    @property
    def fields(self) -> list[str]:
        """The newest first."""
        return list(reversed(self._fields))

    def note_tables(self, rows: Iterable[Value]) -> None:
        """Take the rows of the catalog in place of those before; the fields of indexes are fields."""
        self.tables = []
        for row in rows:
            if isinstance(row, Struct):
                self.tables.append(str(row["name"]))
                indexes = row.get("indexes", None)
                for index in indexes if isinstance(indexes, list) else ():
                    self._note(str(index["expr"]).strip("[]"))

    def note_rows(self, rows: Iterable[Value]) -> None:
        """Take the fields of the first rows of a result, and those of the structs in them."""
        for _, row in zip(range(_ROWS), rows, strict=False):
            self._note_value(row, 0)

    def note_statement(self, text: str) -> None:
        """Take the fields of the documents that a statement spells out."""
        try:
            tokens = tokenize(text)
        except BadRequestException:
            return
        kinds = tokens.kinds
        for place in range(len(kinds) - 1):
            if kinds[place] == STRING and kinds[place + 1] == ":":
                self._note(tokens.values[place][1:-1].replace("''", "'"))

    def _note_value(self, value: Value, depth: int) -> None:
        if isinstance(value, Annotated):
            value = value.value
        if depth == _DEPTH:
            return
        if isinstance(value, Struct):
            for name, field in value.fields():
                self._note(name)
                self._note_value(field, depth + 1)
        elif isinstance(value, list):
            for element in value[:_ROWS]:
                self._note_value(element, depth + 1)

    def _note(self, name: str) -> None:
        self._fields.pop(name, None)
        self._fields[name] = None
        if len(self._fields) > _KEPT_FIELDS:
            del self._fields[next(iter(self._fields))]
