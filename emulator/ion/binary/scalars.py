"""The bodies of scalar values: bytes to Python values and back, without the type byte and the length.

Readers raise IonError or IndexError on malformed bytes, and never build more than the bytes hold.
"""

from __future__ import annotations

import struct
from datetime import datetime, timedelta
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal, InvalidOperation
from functools import lru_cache
from math import isnan
from typing import Final

from emulator import limits
from emulator.ion.binary.layout import var_int, var_int_bytes, var_uint
from emulator.ion.errors import IonError
from emulator.ion.values import Timestamp

EXACT: Final = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[InvalidOperation])
"""A decimal context that never rounds."""

_DOUBLE: Final = struct.Struct(">d")
_SINGLE: Final = struct.Struct(">f")
_ZERO: Final = Decimal(0)
_KEPT_BYTES: Final = 64
_NUMBER_DIGITS: Final = limits.ION_NUMBER_BYTES * 5 // 2  # a byte is 2.41 digits
_MINUS_ZERO: Final = Decimal("-0")

# Ints


def read_int(body: bytes) -> int:
    if len(body) > limits.ION_NUMBER_BYTES:
        raise IonError("a number is too large")
    return int.from_bytes(body, "big")


def read_negative_int(body: bytes) -> int:
    magnitude = read_int(body)
    if not magnitude:
        raise IonError("minus zero is no int")
    return -magnitude


def magnitude_bytes(value: int) -> bytes:
    """The magnitude of an int, big end first, no leading zero; empty for 0. IonError if it is too large."""
    length = (value.bit_length() + 7) // 8
    if length > limits.ION_NUMBER_BYTES:
        raise IonError("a number is too large")
    return abs(value).to_bytes(length, "big")


# Floats


def read_float(body: bytes) -> float:
    if not body:
        return 0.0
    layout = _DOUBLE if len(body) == 8 else _SINGLE
    number: float = layout.unpack(body)[0]
    return number


def write_float(value: float) -> bytes:
    """Empty for 0e0, else the eight bytes of the double; there is one NaN."""
    if value == 0 and _DOUBLE.pack(value) == bytes(8):
        return b""
    return b"\x7f\xf8\0\0\0\0\0\0" if isnan(value) else _DOUBLE.pack(value)


# Decimals


def read_decimal(body: bytes) -> Decimal:
    if not body:
        return _ZERO
    octet = body[0]
    if octet & 0x80:
        exponent, rest = -(octet & 0x3F) if octet & 0x40 else octet & 0x3F, body[1:]
    else:
        magnitude, negative, pos = var_int(body, 0)
        if magnitude > limits.ION_DECIMAL_EXPONENT:
            raise IonError("a decimal's exponent is out of range")
        exponent, rest = -magnitude if negative else magnitude, body[pos:]
    coefficient = _negative(rest) if rest and rest[0] >= 0x80 else Decimal(read_int(rest))
    return coefficient.scaleb(exponent, EXACT) if exponent else coefficient


def _negative(body: bytes) -> Decimal:
    magnitude = read_int(bytes([body[0] & 0x7F]) + body[1:])
    return Decimal(-magnitude) if magnitude else _MINUS_ZERO


def write_decimal(value: Decimal) -> bytes:
    """Empty for 0d0. IonError for what Ion has no decimal for: infinities, NaN, huge exponents."""
    text = str(value)
    whole, _, digits = text.partition(".")
    try:
        coefficient, exponent, negative = abs(int(whole + digits)), -len(digits), text[0] == "-"
    except ValueError:
        coefficient, exponent, negative = _coefficient_and_exponent(value)
    if not (exponent or coefficient or negative):
        return b""
    head = _FRACTION_EXPONENTS[-exponent] if -64 < exponent <= 0 else var_int_bytes(abs(exponent), exponent < 0)
    return head + coefficient_bytes(coefficient, negative)


_FRACTION_EXPONENTS: Final = (b"\x80", *(bytes([0xC0 | digits]) for digits in range(1, 64)))


def _coefficient_and_exponent(value: Decimal) -> tuple[int, int, bool]:
    # Of those whose text is no plain number: with an exponent, or with more digits than Python turns into an int.
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int) or abs(exponent) > limits.ION_DECIMAL_EXPONENT:
        raise IonError("a decimal is not finite, or its exponent is out of range")
    if value.adjusted() - exponent > _NUMBER_DIGITS:
        raise IonError("a number is too large")
    return int(value.copy_abs().scaleb(-exponent, EXACT)), exponent, value.is_signed()


def coefficient_bytes(magnitude: int, negative: bool) -> bytes:
    """A signed magnitude, the sign in the top bit; empty for plus zero, since that is how Ion Hash wants it."""
    if not magnitude:
        return b"\x80" if negative else b""
    body = magnitude.to_bytes(magnitude.bit_length() // 8 + 1, "big")
    if len(body) > limits.ION_NUMBER_BYTES:
        raise IonError("a number is too large")
    return bytes([body[0] | 0x80]) + body[1:] if negative else body


# Timestamps


def read_timestamp(body: bytes) -> Timestamp:
    """Binary Ion keeps UTC fields beside the offset; ours are local, as text has them."""
    # A body may have any number of zeros in its fraction; such are not kept.
    return (_kept_timestamp if len(body) <= _KEPT_BYTES else _new_timestamp)(body)


def _new_timestamp(body: bytes) -> Timestamp:
    magnitude, negative, pos = var_int(body, 0)
    offset = None if negative and not magnitude else -magnitude if negative else magnitude
    parts: list[int] = []
    end = len(body)
    while pos < end and len(parts) < 6:
        octet = body[pos]
        if octet >= 0x80:
            part, pos = octet - 0x80, pos + 1
        else:
            part, pos = var_uint(body, pos)
        parts.append(part)
    if len(parts) == 4:
        raise IonError("a timestamp has an hour but no minute")
    return local_timestamp(parts, _fraction(body[pos:]) if pos < end else (0, 0), offset)


_kept_timestamp = lru_cache(4096)(_new_timestamp)


def _fraction(body: bytes) -> tuple[int, int]:
    digits, negative, pos = var_int(body, 0)
    coefficient = int.from_bytes(body[pos:], "big")
    if pos < len(body) and body[pos] & 0x80 and coefficient != 1 << (8 * (len(body) - pos) - 1):
        raise IonError("a timestamp's fraction is negative")
    if not negative:
        if coefficient & ((1 << 8 * max(len(body) - pos, 1)) - 1) >> 1:
            raise IonError("a timestamp's fraction is not below one second")
        return 0, 0
    if digits > limits.ION_FRACTION_DIGITS or coefficient >= 10**digits:
        raise IonError("a timestamp's fraction is out of range")
    return coefficient, digits


def local_timestamp(parts: list[int], fraction: tuple[int, int], offset: int | None) -> Timestamp:
    """The timestamp of UTC fields, year first, and an offset; IonError if no calendar has it."""
    if not parts:
        raise IonError("a timestamp has no year")
    year = parts[0]
    month, day, hour, minute, second = (*parts[1:], None, None, None, None, None)[:5]
    if month == 0 or day == 0 or abs(offset or 0) >= 24 * 60:
        raise IonError("a timestamp has a month or day 0, or is a day or more off UTC")
    try:
        moment = datetime(year, month or 1, day or 1, hour or 0, minute or 0, second or 0)
        if hour is None or not offset:
            return Timestamp(year, month, day, hour, minute, second, fraction, None if hour is None else offset)
        moment += timedelta(minutes=offset)
    except (ValueError, OverflowError) as error:
        raise IonError("a timestamp names no moment of the calendar") from error
    return Timestamp(moment.year, moment.month, moment.day, moment.hour, moment.minute, second, fraction, offset)


@lru_cache(4096)
def write_timestamp(value: Timestamp) -> bytes:
    """The shortest body. IonError when the moment in UTC leaves the years 1 to 9999, or is none."""
    year, month, day, hour, minute = value.year, value.month, value.day, value.hour, value.minute
    second, offset = value.second, value.offset_minutes
    try:
        moment = datetime(year, month or 1, day or 1, hour or 0, minute or 0, second or 0)
        if offset:
            moment -= timedelta(minutes=offset)
    except (ValueError, OverflowError) as error:
        raise IonError("a timestamp names no moment of the calendar") from error
    year = moment.year
    head = b"\xc0" if offset is None or hour is None else var_int_bytes(abs(offset), offset < 0)
    head += bytes((year >> 7, year & 0x7F | 0x80)) if year > 127 else bytes((year | 0x80,))
    if month is None or day is None:
        return head if month is None else head + bytes((month | 0x80,))
    if hour is None:
        return head + bytes((month | 0x80, day | 0x80))
    fields = (moment.month | 0x80, moment.day | 0x80, moment.hour | 0x80, moment.minute | 0x80)
    if second is None:
        return head + bytes(fields)
    return head + bytes((*fields, second | 0x80)) + _fraction_bytes(*value.fraction)


def _fraction_bytes(coefficient: int, digits: int) -> bytes:
    return var_int_bytes(digits, True) + coefficient_bytes(coefficient, False) if digits else b""
