"""From binary Ion to values.

One loop reads everything. It keeps its own stack, so that depth costs no Python frames, and it puts a container
into its parent before the contents are read, so that the end of a container is a mere pop.
Lengths are believed only up to the end of what holds them: nothing is allocated for what is not there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from emulator import limits
from emulator.ion.binary.layout import CONSTANT, CONSTANTS, ILLEGAL, LENGTHS, var_uint
from emulator.ion.binary.scalars import read_decimal, read_float, read_int, read_negative_int, read_timestamp
from emulator.ion.errors import IonError
from emulator.ion.values import SYMBOL_ZERO, Annotated, Clob, Sexp, Struct, Symbol

Texts = Sequence[str]
"""The text of each symbol id; SYMBOL_ZERO where there is none."""

_SCALARS: Final[dict[int, Any]] = {
    2: read_int,
    3: read_negative_int,
    4: read_float,
    5: read_decimal,
    6: read_timestamp,
    9: Clob,
    10: bytes,
}


def read_values(data: bytes, pos: int, end: int, texts: Texts) -> list[Any]:
    """The values that fill `data[pos:end]`, or IonError."""
    return _read(data, pos, end, texts, None)


def read_fields(data: bytes, pos: int, end: int, texts: Texts) -> list[tuple[str, Any]]:
    """The fields that fill `data[pos:end]`, the inside of a struct, or IonError."""
    return _read(data, pos, end, texts, Struct())


def _read(data: bytes, pos: int, end: int, texts: Texts, owner: Struct | None) -> list[Any]:
    try:
        return _loop(data, pos, end, texts, owner)
    except IndexError as error:
        raise IonError("the data is truncated, or a symbol id is not in the symbol table") from error
    except UnicodeDecodeError as error:
        raise IonError("a text is not UTF-8") from error


def _loop(  # noqa: PLR0915  (calls are what costs here, so this is one long function)
    data: bytes, pos: int, end: int, texts: Texts, owner: Struct | None
) -> list[Any]:
    """`owner` is the struct whose fields are read, None between fields of lists and at the top."""
    lengths, scalars, new_struct = LENGTHS, _SCALARS, Struct.__new__
    items: list[Any] = []
    stack: list[tuple[list[Any], int, Struct | None]] = []
    pending: tuple[str, ...] | None = None  # annotations read, their value comes next
    wrapped = 0  # where that value has to end
    name = ""
    value: Any
    while True:
        if pending is None:
            if pos >= end:
                if owner is not None:
                    owner._fields = tuple(items)
                if not stack:
                    return items
                items, end, owner = stack.pop()
                continue
            if owner is not None:
                symbol_id = data[pos]
                if symbol_id >= 0x80:
                    pos += 1
                    name = texts[symbol_id - 0x80]
                else:
                    symbol_id, pos = var_uint(data, pos)
                    name = texts[symbol_id]
        head = data[pos]
        pos += 1
        length = lengths[head]
        if length < 0:
            if length == CONSTANT:
                value = CONSTANTS[head]
                length = 0
            elif length == ILLEGAL:
                raise IonError(f"no value begins with the byte {head:#04x}")
            else:
                length = data[pos]
                if length >= 0x80:
                    length -= 0x80
                    pos += 1
                else:
                    length, pos = var_uint(data, pos)
                if head == 0xD1 and not length:
                    raise IonError("an ordered struct is empty")
        stop = pos + length
        if stop > end:
            raise IonError("a value is longer than what holds it")
        kind = head >> 4
        if kind == 8:
            if head != 0x8F:
                value = data[pos:stop].decode()
        elif head & 15 == 15 or kind == 1:
            pass
        elif 11 <= kind <= 13:
            inner: list[Any]
            if kind == 13:
                value = struct = new_struct(Struct)
                inner = []
            else:
                struct = None
                value = inner = [] if kind == 11 else Sexp()
            if pending is not None:
                if stop != wrapped:
                    raise IonError("an annotated value does not fill its wrapper")
                value = Annotated(pending, value)
                pending = None
            items.append(value if owner is None else (name, value))
            if len(stack) >= limits.ION_DEPTH:
                raise IonError("values are nested too deeply")
            stack.append((items, end, owner))
            items, end, owner = inner, stop, struct
            continue
        elif kind == 7:
            text = texts[int.from_bytes(data[pos:stop], "big")]
            value = text if text is SYMBOL_ZERO else Symbol(text)
        elif kind == 14:
            if pending is not None:
                raise IonError("an annotation wrapper holds another")
            pending, pos = read_annotations(data, pos, stop, texts)
            wrapped = stop
            continue
        elif kind == 0:
            if pending is not None:
                raise IonError("padding is annotated")
            pos = stop
            continue
        else:
            value = scalars[kind](data[pos:stop])
        if pending is not None:
            if stop != wrapped:
                raise IonError("an annotated value does not fill its wrapper")
            value = Annotated(pending, value)
            pending = None
        items.append(value if owner is None else (name, value))
        pos = stop


def read_annotations(data: bytes, pos: int, end: int, texts: Texts) -> tuple[tuple[str, ...], int]:
    """The annotations at the beginning of a wrapper that ends at `end`, and where their value begins."""
    length, pos = var_uint(data, pos)
    stop = pos + length
    if not length or stop >= end:
        raise IonError("an annotation wrapper has no annotation or no value")
    annotations = []
    while pos < stop:
        symbol_id, pos = var_uint(data, pos)
        annotations.append(texts[symbol_id])
    if pos != stop:
        raise IonError("annotations are longer than their length")
    return tuple(annotations), pos
