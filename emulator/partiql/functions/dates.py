"""Functions of timestamps. They work on the local fields, as written; absent fields count as their first value."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from fractions import Fraction

from emulator.ion.errors import IonError
from emulator.ion.timestamps import instant, parse
from emulator.ion.values import Timestamp
from emulator.partiql.functions.date_formats import format_timestamp, parse_timestamp
from emulator.partiql.functions.registry import function
from emulator.partiql.messages import Unfit

_PRECISION: Mapping[str, str] = {
    "year": "year",
    "month": "month",
    "day": "day",
    "hour": "minute",
    "minute": "minute",
    "second": "second",
}
"""The field a timestamp reaches down to at least, once such a part was added: Ion has no hours without minutes."""

_FIELDS = ("year", "month", "day", "hour", "minute", "second")
_FIRST = (1, 1, 1, 0, 0, 0)
_MONTHS: Mapping[str, int] = {"year": 12, "month": 1}
_SECONDS: Mapping[str, int] = {"day": 86_400, "hour": 3_600, "minute": 60, "second": 1}


@function("date_add", args=[str, int, Timestamp])
def date_add(part: str, amount: int, timestamp: Timestamp) -> Timestamp:
    """The timestamp that much later, as precise as it was, or as the part asks for."""
    try:
        moved = _plus_months(timestamp, amount * _MONTHS[part]) if part in _MONTHS else _plus(timestamp, part, amount)
    except (OverflowError, ValueError) as error:
        raise Unfit("date_range") from error
    fields = max(_depth(timestamp), _FIELDS.index(_PRECISION[part]) + 1)
    gains_time = timestamp.hour is None and fields > 3
    offset = 0 if gains_time else timestamp.offset_minutes
    return Timestamp(*moved[:fields], fraction=timestamp.fraction, offset_minutes=offset)  # type: ignore[misc,arg-type]


def _depth(timestamp: Timestamp) -> int:
    return sum(getattr(timestamp, name) is not None for name in _FIELDS)


def _local(timestamp: Timestamp) -> list[int]:
    """All six fields."""
    written = [getattr(timestamp, name) for name in _FIELDS]
    return [first if value is None else value for value, first in zip(written, _FIRST, strict=True)]


def _plus_months(timestamp: Timestamp, months: int) -> list[int]:
    """The same day of another month, or its last day. Raises ValueError outside of the years 1 to 9999."""
    year, month, day, *time = _local(timestamp)
    year, month = divmod(year * 12 + month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise ValueError("year out of range")
    return [year, month + 1, min(day, monthrange(year, month + 1)[1]), *time]


def _plus(timestamp: Timestamp, part: str, amount: int) -> list[int]:
    moved = datetime(*_local(timestamp)) + timedelta(seconds=amount * _SECONDS[part])  # type: ignore[arg-type]
    return [moved.year, moved.month, moved.day, moved.hour, moved.minute, moved.second]


@function("date_diff", args=[str, Timestamp, Timestamp])
def date_diff(part: str, start: Timestamp, end: Timestamp) -> int:
    """How many whole units have passed from the first to the second; negative when the second is earlier."""
    if part in _MONTHS:
        return _toward_zero(Fraction(_whole_months(start, end), _MONTHS[part]))
    return _toward_zero(Fraction(instant(end) - instant(start)) / _SECONDS[part])


def _toward_zero(number: Fraction) -> int:
    return int(number)


def _whole_months(start: Timestamp, end: Timestamp) -> int:
    """By the calendar of UTC: a month has passed on the same day at the same time, not when a new one begins."""
    (first_month, first_rest), (last_month, last_rest) = _month_and_rest(start), _month_and_rest(end)
    months = last_month - first_month
    if months > 0 and last_rest < first_rest:
        return months - 1
    if months < 0 and last_rest > first_rest:
        return months + 1
    return months


def _month_and_rest(timestamp: Timestamp) -> tuple[int, tuple[Fraction | int, ...]]:
    """The month counted from the year 0, and what orders moments within a month."""
    year, month, day, hour, minute, second = _local(timestamp)
    minutes = hour * 60 + minute - (timestamp.offset_minutes or 0)
    days, minutes = divmod(minutes, 24 * 60)
    day += days
    if day < 1:
        year, month = divmod(year * 12 + month - 2, 12)
        month += 1
        day = monthrange(max(year, 1), month)[1]
    elif day > monthrange(year, month)[1]:
        year, month, day = (*divmod(year * 12 + month, 12), 1)
        month += 1
    coefficient, digits = timestamp.fraction
    return year * 12 + month, (day, minutes, second + Fraction(coefficient, 10**digits))


def _reader(place: int) -> Callable[[Timestamp], int]:
    return lambda timestamp: _local(timestamp)[place]


_EXTRACTED: Mapping[str, Callable[[Timestamp], int]] = {
    **{name: _reader(place) for place, name in enumerate(_FIELDS)},
    "timezone_hour": lambda timestamp: _toward_zero(Fraction(timestamp.offset_minutes or 0, 60)),
    "timezone_minute": lambda timestamp: _signed_minutes(timestamp.offset_minutes or 0),
}


def _signed_minutes(offset: int) -> int:
    minutes = abs(offset) % 60
    return minutes if offset >= 0 else -minutes


@function("extract", args=[str, Timestamp])
def extract(part: str, timestamp: Timestamp) -> int:
    """One field of the timestamp, in its own offset."""
    return _EXTRACTED[part](timestamp)


@function("to_string", args=[Timestamp, str])
def to_string(timestamp: Timestamp, pattern: str) -> str:
    return format_timestamp(_complete(timestamp), str(pattern))


def _complete(timestamp: Timestamp) -> Timestamp:
    return Timestamp(*_local(timestamp), fraction=timestamp.fraction, offset_minutes=timestamp.offset_minutes)  # type: ignore[misc,arg-type]


@function("to_timestamp", args=[str], optional=[str])
def to_timestamp(text: str, pattern: str | None = None) -> Timestamp:
    """Ion's own notation, or that of a pattern, whose finest symbol is the timestamp's precision."""
    if pattern is not None:
        return parse_timestamp(str(text), str(pattern))
    try:
        return parse(str(text))
    except IonError as error:
        raise Unfit("timestamp_text", text=text) from error
