"""Ion Hash 1.0: what a value hashes to, computed while walking over its binary form.

Every value is serialized between two markers as its type and a canonical representation; inside it, markers are
escaped. A list's contents go in as they are. A struct's fields are hashed one by one and the hashes sorted, so that
their order does not count. Binary Ion is close to canonical already: only numbers and timestamps are looked at.
Source: https://amazon-ion.github.io/ion-hash/docs/spec.html
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from emulator.ion.binary import encode
from emulator.ion.binary.layout import CONSTANT, LENGTH_FOLLOWS, LENGTHS, var_uint
from emulator.ion.binary.reader import Texts, read_annotations
from emulator.ion.binary.scalars import (
    read_decimal,
    read_float,
    read_timestamp,
    write_decimal,
    write_float,
    write_timestamp,
)
from emulator.ion.binary.stream import locate
from emulator.ion.document import Document
from emulator.ion.errors import IonError
from emulator.ion.values import SYMBOL_ZERO, Value

Hasher = Callable[[bytes], bytes]
"""Bytes to their digest."""

_BEGIN: Final = b"\x0b"
_ESCAPE: Final = b"\x0c"
_END: Final = b"\x0e"

_EMPTY: Final = tuple(_BEGIN + bytes([0x2F if head == 0x3F else head]) + _END for head in range(256))
"""Nulls and bools serialized, by their byte; ints of either sign have one null."""

_OPENED: Final = tuple(_BEGIN + bytes([kind << 4]) for kind in range(16))


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def ion_hash(value: Value) -> bytes:
    """The Ion Hash with SHA-256; IonError if Ion cannot hold the value."""
    if type(value) is str:
        return ion_hash_string(value)
    if not isinstance(value, Document):
        return ion_hash_encoded(encode(value))
    if value.known_hash is None:
        value.known_hash = ion_hash_encoded(value.encoded)
    return value.known_hash


def ion_hash_encoded(data: bytes, hasher: Hasher = sha256) -> bytes:
    """The Ion Hash of the one value in a stream that `encode` or `document` has made; IonError on most others."""
    located = locate(data)
    if located is None:
        raise IonError("the stream is not one value after one symbol table")
    table, pos = located
    try:
        return hasher(_serialized(data, pos, table.texts, hasher))
    except IndexError as error:
        raise IonError("the data is truncated, or a symbol id is not in the symbol table") from error


def ion_hash_string(text: str) -> bytes:
    """`ion_hash` of a string."""
    try:
        return sha256(b"\x0b\x80" + _escaped(text.encode()) + _END)
    except UnicodeEncodeError as error:
        raise IonError("a text has half of a surrogate pair") from error


def _escaped(data: bytes) -> bytes:
    return data.replace(_ESCAPE, b"\x0c\x0c").replace(_BEGIN, b"\x0c\x0b").replace(_END, b"\x0c\x0e")


@lru_cache(4096)
def _kept_symbol_form(text: str) -> bytes:
    return b"\x0b\x70" + _escaped(text.encode()) + _END


def symbol_form(text: str) -> bytes:
    """A symbol, field name or annotation, serialized."""
    if text is SYMBOL_ZERO:
        return b"\x0b\x71\x0e"
    if len(text) > 64:
        return b"\x0b\x70" + _escaped(text.encode()) + _END
    return _kept_symbol_form(text)


def _canonical_int(body: bytes) -> bytes:
    return body.lstrip(b"\0")


def _canonical_float(body: bytes) -> bytes:
    return write_float(read_float(body))


def _canonical_decimal(body: bytes) -> bytes:
    return write_decimal(read_decimal(body))


def _canonical_timestamp(body: bytes) -> bytes:
    return write_timestamp(read_timestamp(body))


_CANONICAL: Final[dict[int, Callable[[bytes], bytes]]] = {
    2: _canonical_int,
    3: _canonical_int,
    4: _canonical_float,
    5: _canonical_decimal,
    6: _canonical_timestamp,
    9: bytes,
    10: bytes,
}
"""The representation that is hashed, by type, from the one that is stored."""

_STRUCT: Final = _OPENED[13]


def _serialized(  # noqa: PLR0915  (calls are what costs here, so this is one long function)
    data: bytes, pos: int, texts: Texts, hasher: Hasher
) -> bytes:
    """The value that fills `data` from `pos` on."""
    end = len(data)
    opened = b""  # what the container being read began with; nothing at the top
    parts: list[bytes] = []  # its contents so far: of a struct the hashes of fields, else serialized values
    name = b""  # the serialized name of the field being read
    stack: list[tuple[bytes, list[bytes], int, bytes]] = []
    while True:
        if pos >= end:
            if not stack:
                return b"".join(parts)
            if opened is _STRUCT:
                parts.sort()
                value = _STRUCT + _escaped(b"".join(parts)) + _END
            else:
                value = opened + b"".join(parts) + _END
            opened, parts, end, name = stack.pop()
        else:
            if opened is _STRUCT:
                symbol_id = data[pos]
                if symbol_id >= 0x80:
                    symbol_id -= 0x80
                    pos += 1
                else:
                    symbol_id, pos = var_uint(data, pos)
                name = symbol_form(texts[symbol_id])
            head = data[pos]
            pos += 1
            length = LENGTHS[head]
            if length >= 0:
                stop = pos + length
            elif length == LENGTH_FOLLOWS:
                length, pos = var_uint(data, pos)
                stop = pos + length
            else:
                stop = pos
            kind = head >> 4
            if kind == 8 and head != 0x8F:
                value = b"\x0b\x80" + _escaped(data[pos:stop]) + _END
            elif length == CONSTANT:
                value = _EMPTY[head]
            elif kind > 10:
                stack.append((opened, parts, end, name))
                opened, parts, end = _OPENED[kind], [], stop
                if kind == 14:
                    annotations, pos = read_annotations(data, pos, stop, texts)
                    parts.extend(map(symbol_form, annotations))
                continue
            elif kind == 7:
                value = symbol_form(texts[int.from_bytes(data[pos:stop], "big")])
            elif kind == 0:
                pos = stop
                continue
            else:
                value = _OPENED[kind] + _escaped(_CANONICAL[kind](data[pos:stop])) + _END
            pos = stop
        parts.append(hasher(name + value) if opened is _STRUCT else value)
