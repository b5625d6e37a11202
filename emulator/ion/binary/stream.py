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
from emulator.ion.symbol_tables import SYSTEM_TEXTS, follow, is_marker
from emulator.ion.values import SYMBOL_ZERO, Annotated, Struct, Value

_SYMBOL_TABLE_ID: Final = 3
_CACHED_TABLE_BYTES: Final = 4096


class SymbolTable(NamedTuple):
    texts: Texts
    ids: dict[str, int | None]
    """The id of each text; None where a text has several, or none of its own."""


def _table(texts: Texts) -> SymbolTable:
    ids: dict[str, int | None] = {}
    for symbol_id, text in enumerate(texts):
        ids[str(text)] = None if text in ids or text is SYMBOL_ZERO else symbol_id
    return SymbolTable(texts, ids)


SYSTEM_TABLE: Final = _table(SYSTEM_TEXTS)


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


def _symbol_table(raw: bytes, current: Texts) -> Struct | None:
    """`raw` as a symbol table, if it is the annotated struct of one."""
    if not is_symbol_table(raw, 0, len(raw), current):
        return None
    wrapper: Annotated
    (wrapper,) = read_values(raw, 0, len(raw), current)
    assert isinstance(wrapper.value, Struct)
    return wrapper.value


def _new_first_table(raw: bytes) -> SymbolTable | None:
    table = _symbol_table(raw, SYSTEM_TEXTS)
    if table is None:
        return None
    texts = list(SYSTEM_TEXTS)
    follow(table, texts)
    return _table(texts)


_first_table = lru_cache(512)(_new_first_table)


def values(data: bytes) -> Iterator[Value]:
    """The values of a stream, with their symbols resolved and markers, tables and padding left out; or IonError."""
    if data[:4] != VERSION_MARKER:
        raise IonError("there is no version marker of Ion 1.0 at the beginning")
    texts, pos, end = list(SYSTEM_TEXTS), 4, len(data)
    while pos < end:
        if data[pos] == 0xE0:
            if data[pos : pos + 4] != VERSION_MARKER:
                raise IonError("there is a version marker of another Ion than 1.0")
            texts, pos = list(SYSTEM_TEXTS), pos + 4
            continue
        try:
            stop = value_end(data, pos)
            if stop > end:
                raise IonError("the data is truncated")
            table = _symbol_table(data[pos:stop], texts) if data[pos] >> 4 == 14 else None
        except IndexError as error:
            raise IonError("the data is truncated, or a symbol id is not in the symbol table") from error
        if table is None:
            yield from (found for found in read_values(data, pos, stop, texts) if not is_marker(found))
        else:
            follow(table, texts)
        pos = stop
