"""Timestamps as text, as milliseconds, and as points in time."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from fractions import Fraction
from functools import lru_cache
from typing import Final

from emulator import limits
from emulator.ion.errors import IonError
from emulator.ion.values import Timestamp

_EPOCH: Final = datetime(1970, 1, 1)

_PATTERN: Final = re.compile(
    r"(?P<year>[0-9]{4})(?:T|-(?P<month>[0-9]{2})(?:T|-(?P<day>[0-9]{2})"
    r"(?:T?|T(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.(?P<fraction>[0-9]+))?)?"
    r"(?P<offset>Z|[+-][0-9]{2}:[0-9]{2}))))"
)
_PARTS: Final = ("year", "month", "day", "hour", "minute", "second")


def from_epoch_ms(ms: int) -> Timestamp:
    """The moment in UTC with exactly three digits of a second, as all timestamps the service makes have them."""
    seconds, millis = divmod(ms, 1000)
    at = _EPOCH + timedelta(seconds=seconds)
    return Timestamp(at.year, at.month, at.day, at.hour, at.minute, at.second, (millis, 3), 0)


def epoch_ms(timestamp: Timestamp) -> int:
    """Whole milliseconds since 1970, rounded down."""
    coefficient, digits = timestamp.fraction
    millis: int = coefficient * 1000 // 10**digits
    return _epoch_seconds(timestamp) * 1000 + millis


def instant(timestamp: Timestamp) -> Fraction:
    """Seconds since 1970, exactly. Absent fields count as their smallest, the unknown offset as UTC."""
    coefficient, digits = timestamp.fraction
    return _epoch_seconds(timestamp) + Fraction(coefficient, 10**digits)


def _epoch_seconds(timestamp: Timestamp) -> int:
    # The offset is taken off afterwards: in UTC the moment may lie outside the years 1 to 9999.
    at = datetime(
        timestamp.year,
        timestamp.month or 1,
        timestamp.day or 1,
        timestamp.hour or 0,
        timestamp.minute or 0,
        timestamp.second or 0,
    )
    return (at - _EPOCH) // timedelta(seconds=1) - 60 * (timestamp.offset_minutes or 0)


def to_text(timestamp: Timestamp) -> str:
    """Ion text as the service prints it: dates without a trailing `T`. Source: aws-cli's example of GetBlock."""
    text = f"{timestamp.year:04}"
    if timestamp.month is None:
        return text + "T"
    text += f"-{timestamp.month:02}"
    if timestamp.day is None:
        return text + "T"
    text += f"-{timestamp.day:02}"
    if timestamp.hour is None:
        return text
    text += f"T{timestamp.hour:02}:{timestamp.minute:02}"
    if timestamp.second is not None:
        text += f":{timestamp.second:02}"
        coefficient, digits = timestamp.fraction
        if digits:
            text += f".{coefficient:0{digits}}"
    return text + _offset_text(timestamp.offset_minutes)


def _offset_text(minutes: int | None) -> str:
    if minutes is None:
        return "-00:00"
    if not minutes:
        return "Z"
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


@lru_cache(1024)
def parse(text: str) -> Timestamp:
    """The timestamp an Ion text spells, with or without `T` after a date; IonError if it spells none."""
    match = _PATTERN.fullmatch(text)
    if not match:
        raise IonError("the text is no timestamp")
    year, month, day, hour, minute, second = (int(match[part]) if match[part] else None for part in _PARTS)
    fraction = match["fraction"] or ""
    if len(fraction) > limits.ION_FRACTION_DIGITS:
        raise IonError("a timestamp's fraction is out of range")
    read = (int(fraction or 0), len(fraction))
    return checked(Timestamp(year or 0, month, day, hour, minute, second, read, _offset(match["offset"])))


def _offset(text: str | None) -> int | None:
    if text is None or text == "-00:00":
        return None
    if text == "Z":
        return 0
    hours, minutes = int(text[1:3]), int(text[4:])
    if hours > 23 or minutes > 59:
        raise IonError("a timestamp's offset is a day or more")
    return (hours * 60 + minutes) * (-1 if text[0] == "-" else 1)


def checked(timestamp: Timestamp) -> Timestamp:
    """The same timestamp, if the calendar has it and binary Ion can hold it in UTC; else IonError."""
    month = 1 if timestamp.month is None else timestamp.month
    day = 1 if timestamp.day is None else timestamp.day
    clock = (timestamp.hour or 0, timestamp.minute or 0, timestamp.second or 0)
    try:
        datetime(timestamp.year, month, day, *clock) - timedelta(minutes=timestamp.offset_minutes or 0)
    except (ValueError, OverflowError) as error:
        raise IonError("a timestamp names no moment of the calendar") from error
    return timestamp
