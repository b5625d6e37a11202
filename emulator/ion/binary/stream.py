"""The top level of a stream: version markers, symbol tables, and the values between them.

Nearly every stream we see is a version marker, one symbol table and one value. Those tables are few and come again
and again, so they are parsed once and found by their bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from emulator.ion.binary.layout import CONSTANT, ILLEGAL, LENGTHS, VERSION_MARKER, var_uint
from emulator.ion.binary.reader import Texts, read_annotations, read_values
from emulator.ion.errors import IonError
from emulator.ion.values import SYMBOL_ZERO, Struct, Symbol, Value

SYSTEM_SYMBOLS: Final = (
    "$ion",
    "$ion_1_0",
    "$ion_symbol_table",
    "name",
    "version",
    "imports",
    "symbols",
    "max_id",
    "$ion_shared_symbol_table",
)
_SYMBOL_TABLE_ID: Final = 3
_CACHED_TABLE_BYTES: Final = 4096


class SymbolTable(NamedTuple):
    texts: Texts
    ids: dict[str, int | None]
    """The id of each text; None where a text has several, or none of its own."""


def _table(texts: tuple[str, ...]) -> SymbolTable:
    ids: dict[str, int | None] = {}
    for symbol_id, text in enumerate(texts):
        ids[str(text)] = None if text in ids or text is SYMBOL_ZERO else symbol_id
    return SymbolTable(texts, ids)


SYSTEM_TABLE: Final = _table((SYMBOL_ZERO, *SYSTEM_SYMBOLS))


Located = tuple[SymbolTable, int]
"""The symbols the one value of a simple stream is written with, and where it begins."""

_NO_TABLE: Final = (SYSTEM_TABLE, len(VERSION_MARKER))


def opening(data: bytes) -> Located:
    """Past the version marker and at most one symbol table. IonError or IndexError where they are malformed."""
    if data[:4] != VERSION_MARKER:
        raise IonError("there is no version marker of Ion 1.0 at the beginning")
    if data[4] >> 4 != 14 or data[4] == VERSION_MARKER[0]:
        return _NO_TABLE
    # In nearly every stream the table's length takes two bytes, which are quickly read here.
    quick = data[4] == 0xEE and data[5] < 0x80 <= data[6]
    stop = 7 + (data[5] << 7) + data[6] - 0x80 if quick else value_end(data, 4)
    table = (_first_table if stop <= _CACHED_TABLE_BYTES else _new_first_table)(data[4:stop])
    return (table, stop) if table else _NO_TABLE


def locate(data: bytes) -> Located | None:
    """The `opening`, if nothing but one value comes after it; else None. IonError where the stream is malformed."""
    try:
        located = opening(data)
        table, pos = located
        if data[pos] == VERSION_MARKER[0]:
            return None
        stop = value_end(data, pos)
        if stop != len(data) or (data[pos] >> 4 == 14 and is_symbol_table(data, pos, stop, table.texts)):
            return None
    except IndexError as error:
        raise IonError("the data is truncated, or a symbol id is not in the symbol table") from error
    return located


def value_end(data: bytes, pos: int) -> int:
    """Where the value at `pos` ends, padding included. IonError or IndexError if there is none."""
    head = data[pos]
    length = LENGTHS[head]
    pos += 1
    if length >= 0:
        return pos + length
    if length == CONSTANT:
        return pos
    if length == ILLEGAL:
        raise IonError(f"no value begins with the byte {head:#04x}")
    length, pos = var_uint(data, pos)
    return pos + length


def is_symbol_table(data: bytes, pos: int, end: int, texts: Texts) -> bool:
    """Whether the top-level value at `pos` is a struct with `$ion_symbol_table` as its first annotation."""
    if data[pos] >> 4 != 14 or end > len(data):
        return False
    _, inside = var_uint(data, pos + 1) if data[pos] == 0xEE else (0, pos + 1)
    _, first = var_uint(data, inside)
    if var_uint(data, first)[0] != _SYMBOL_TABLE_ID:
        return False
    _, value = read_annotations(data, inside, end, texts)
    return data[value] >> 4 == 13 and data[value] != 0xDF


def symbol_table(raw: bytes, current: Texts) -> Texts | None:
    """The texts that follow `current`, if `raw` is the annotated struct of a symbol table."""
    if not is_symbol_table(raw, 0, len(raw), current):
        return None
    (wrapper,) = read_values(raw, 0, len(raw), current)
    struct: Struct = wrapper.value
    names = [name for name, _ in struct.fields() if name in ("imports", "symbols")]
    if len(names) > len(set(names)):
        raise IonError("a symbol table has imports or symbols twice")
    known = _imported(struct.get("imports", None), current)
    added = struct.get("symbols", None)
    return known + tuple(map(_symbol_text, added)) if type(added) is list else known


def _new_first_table(raw: bytes) -> SymbolTable | None:
    texts = symbol_table(raw, SYSTEM_TABLE.texts)
    return _table(texts) if texts else None


_first_table = lru_cache(512)(_new_first_table)


def _symbol_text(value: Value) -> str:
    # A slot that holds no string has no text, which makes it another `$0`.
    return value if type(value) is str else SYMBOL_ZERO


def _imported(imports: Value | None, current: Texts) -> Texts:
    if isinstance(imports, Symbol) and imports == "$ion_symbol_table":
        return current
    if type(imports) is list and any(map(_brings_symbols, imports)):
        raise IonError("a symbol table imports a shared one, and there is none to find here")
    return SYSTEM_TABLE.texts


def _brings_symbols(table: Value) -> bool:
    if not isinstance(table, Struct):
        return False
    name = table.get("name", None)
    return type(name) is str and name not in ("", "$ion") and table.get("max_id", None) != 0


def values(data: bytes) -> Iterator[Value]:
    """The values of a stream, with their symbols resolved and markers, tables and padding left out; or IonError."""
    if data[:4] != VERSION_MARKER:
        raise IonError("there is no version marker of Ion 1.0 at the beginning")
    texts, pos, end = SYSTEM_TABLE.texts, 4, len(data)
    while pos < end:
        if data[pos] == 0xE0:
            if data[pos : pos + 4] != VERSION_MARKER:
                raise IonError("there is a version marker of another Ion than 1.0")
            texts, pos = SYSTEM_TABLE.texts, pos + 4
            continue
        try:
            stop = value_end(data, pos)
            if stop > end:
                raise IonError("the data is truncated")
            following = symbol_table(data[pos:stop], texts) if data[pos] >> 4 == 14 else None
        except IndexError as error:
            raise IonError("the data is truncated, or a symbol id is not in the symbol table") from error
        if following:
            texts = following
        else:
            yield from (found for found in read_values(data, pos, stop, texts) if not is_marker(found))
        pos = stop


def is_marker(value: Value) -> bool:
    """A bare `$ion_1_0` at the top of a stream is a version marker too, and says nothing that the first did not."""
    return isinstance(value, Symbol) and value == "$ion_1_0"
