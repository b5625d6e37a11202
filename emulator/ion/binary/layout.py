"""The first byte of a binary Ion value: its type, and how many bytes follow. Both tables are indexed by that byte."""

from __future__ import annotations

from typing import Final

from emulator.ion.errors import IonError
from emulator.ion.values import NULL, Null, Value

VERSION_MARKER: Final = b"\xe0\x01\x00\xea"

TYPE_NAMES: Final = (
    "null bool int int float decimal timestamp symbol string clob blob list sexp struct".split()  # noqa: SIM905
)

LENGTH_FOLLOWS: Final = -1
CONSTANT: Final = -2
ILLEGAL: Final = -3


def _length(head: int) -> int:
    kind, low = head >> 4, head & 15
    if kind == 15 or head in (0x30, 0x61, 0xE0, 0xE1, 0xE2, 0xEF):
        # No such type; minus zero; a timestamp without a year; a version marker inside a value; nothing to annotate.
        return ILLEGAL
    if low == 15 or head in (0x10, 0x11):
        return CONSTANT
    if kind == 1 or (kind == 4 and low not in (0, 4, 8)):
        return ILLEGAL
    if low == 14 or head == 0xD1:
        return LENGTH_FOLLOWS
    return low


LENGTHS: Final = tuple(_length(head) for head in range(256))
"""Bytes that follow this first byte, or one of the three negative codes."""

CONSTANTS: Final[dict[int, Value]] = {
    0x10: False,
    0x11: True,
    **{kind << 4 | 15: Null(name) for kind, name in enumerate(TYPE_NAMES)},
    0x0F: NULL,
}
"""The values that are one byte."""


def var_uint(data: bytes, pos: int) -> tuple[int, int]:
    """The VarUInt at `pos` and the position after it. IndexError past the end, IonError when too long to be real."""
    value = 0
    for at in range(pos, pos + 9):
        octet = data[at]
        value = value << 7 | octet & 0x7F
        if octet & 0x80:
            return value, at + 1
    raise IonError("a length or symbol id takes more than nine bytes")


def var_int(data: bytes, pos: int) -> tuple[int, bool, int]:
    """Magnitude and sign (true for minus) of the VarInt at `pos`, and the position after it; errors as `var_uint`."""
    octet = data[pos]
    value, negative = octet & 0x3F, bool(octet & 0x40)
    if octet & 0x80:
        return value, negative, pos + 1
    for at in range(pos + 1, pos + 9):
        octet = data[at]
        value = value << 7 | octet & 0x7F
        if octet & 0x80:
            return value, negative, at + 1
    raise IonError("an exponent or offset takes more than nine bytes")


def var_uint_bytes(value: int) -> bytes:
    """`value` as the shortest VarUInt."""
    octets = [value & 0x7F | 0x80]
    while value := value >> 7:
        octets.append(value & 0x7F)
    return bytes(reversed(octets))


def var_int_bytes(magnitude: int, negative: bool) -> bytes:
    """The number as the shortest VarInt; minus zero stays minus zero."""
    octets = [0x80]
    while True:
        octets[-1] |= magnitude & 0x7F
        if magnitude < 0x40:
            octets[-1] |= 0x40 if negative else 0
            return bytes(reversed(octets))
        magnitude >>= 7
        octets.append(0)
