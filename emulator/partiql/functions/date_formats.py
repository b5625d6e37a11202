"""The format patterns of TO_STRING and TO_TIMESTAMP, both from one table of symbols.

Letters are symbols, text in single quotes and all other characters stand for themselves; two quotes are one quote.
Source: developer guide, `ql-functions.timestamp-format`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from emulator.frozen import frozen
from emulator.ion.errors import IonError
from emulator.ion.timestamps import checked
from emulator.ion.values import Timestamp
from emulator.partiql.messages import Unfit

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_CENTURY_TURNS = 70
"""`yy` below it is of the 21st century."""

_MOST_CHARACTERS = 1_000

_MOST_OFFSET = 18 * 60
"""In minutes; the reference implementation reads no offset beyond it."""


@frozen
class Symbol:
    """`write` takes a timestamp with all six fields; `read` gives the value of `field` for a text that fits `regex`."""

    field: str
    write: Callable[[Timestamp], str]
    regex: str
    read: Callable[[str], int | tuple[int, int]] = int

    @property
    def is_readable(self) -> bool:
        """Whether the text tells the field: the first letter of a month does not."""
        return bool(self.regex)


def _number(field: str, width: int, most: int) -> Symbol:
    digits = rf"\d{{{width},{most}}}"
    return Symbol(field, lambda timestamp: f"{getattr(timestamp, field):0{width}d}", digits)


def _month_name(letters: int | None) -> Symbol:
    names = [name[:letters] for name in MONTHS]
    lowered = [name.lower() for name in names]
    return Symbol(
        "month",
        lambda timestamp: names[(timestamp.month or 1) - 1],
        f"(?i:{'|'.join(names)})",
        lambda text: lowered.index(text.lower()) + 1,
    )


def _month_letter() -> Symbol:
    return Symbol("month", lambda timestamp: MONTHS[(timestamp.month or 1) - 1][0], "")


def _two_digit_year() -> Symbol:
    return Symbol(
        "year",
        lambda timestamp: f"{timestamp.year % 100:02d}",
        r"\d{2}",
        lambda text: int(text) + (1900 if int(text) >= _CENTURY_TURNS else 2000),
    )


def _half_day_hour(width: int) -> Symbol:
    return Symbol(
        "half_day_hour",
        lambda timestamp: f"{((timestamp.hour or 0) + 11) % 12 + 1:0{width}d}",
        rf"\d{{{width},2}}",
    )


def _half_of_day() -> Symbol:
    return Symbol(
        "afternoon",
        lambda timestamp: "PM" if (timestamp.hour or 0) >= 12 else "AM",
        "(?i:AM|PM)",
        lambda text: int(text.upper() == "PM"),
    )


def _fraction(digits: int) -> Symbol:
    def write(timestamp: Timestamp) -> str:
        coefficient, precision = timestamp.fraction
        return f"{coefficient:0{precision}d}".ljust(digits, "0")[:digits] if precision else "0" * digits

    return Symbol("fraction", write, rf"\d{{{digits}}}", lambda text: (int(text), len(text)))


def _nanoseconds() -> Symbol:
    def write(timestamp: Timestamp) -> str:
        coefficient, digits = timestamp.fraction
        return str(coefficient * 10**9 // 10**digits)

    return Symbol("fraction", write, r"0*\d{1,9}", lambda text: (int(text), 9))


def _offset(separator: str, *, minutes: bool, zulu: bool) -> Symbol:
    def write(timestamp: Timestamp) -> str:
        offset = timestamp.offset_minutes or 0
        if zulu and not offset:
            return "Z"
        hours, rest = divmod(abs(offset), 60)
        shown = f"{separator}{rest:02d}" if minutes or rest else ""
        return f"{'-' if offset < 0 else '+'}{hours:02d}{shown}"

    tail = rf"{separator}\d{{2}}" if minutes else r"(?:\d{2})?"
    return Symbol("offset_minutes", write, rf"(?:{'Z|' if zulu else ''}[+-]\d{{2}}{tail})", _read_offset)


def _read_offset(text: str) -> int:
    """Minutes. Minus zero is no unknown offset here, but UTC, as in the reference implementation."""
    if text == "Z":
        return 0
    digits = text[1:].replace(":", "").ljust(4, "0")
    minutes = int(digits[:2]) * 60 + int(digits[2:])
    return -minutes if text[0] == "-" else minutes


SYMBOLS: Mapping[str, Symbol] = {
    "y": _number("year", 1, 4),
    "yy": _two_digit_year(),
    **dict.fromkeys(("yyy", "yyyy"), _number("year", 4, 4)),
    "M": _number("month", 1, 2),
    "MM": _number("month", 2, 2),
    "MMM": _month_name(3),
    "MMMM": _month_name(None),
    "MMMMM": _month_letter(),
    "d": _number("day", 1, 2),
    "dd": _number("day", 2, 2),
    "a": _half_of_day(),
    "h": _half_day_hour(1),
    "hh": _half_day_hour(2),
    "H": _number("hour", 1, 2),
    "HH": _number("hour", 2, 2),
    "m": _number("minute", 1, 2),
    "mm": _number("minute", 2, 2),
    "s": _number("second", 1, 2),
    "ss": _number("second", 2, 2),
    **{"S" * digits: _fraction(digits) for digits in range(1, 10)},
    "n": _nanoseconds(),
    "X": _offset("", minutes=False, zulu=True),
    **dict.fromkeys(("XX", "XXXX"), _offset("", minutes=True, zulu=True)),
    **dict.fromkeys(("XXX", "XXXXX"), _offset(":", minutes=True, zulu=True)),
    "x": _offset("", minutes=False, zulu=False),
    **dict.fromkeys(("xx", "xxxx"), _offset("", minutes=True, zulu=False)),
    **dict.fromkeys(("xxx", "xxxxx"), _offset(":", minutes=True, zulu=False)),
}

_TOKEN = re.compile(r"(?P<quote>'')|'(?P<text>(?:[^']|'')*)'|(?P<symbol>([A-Za-z])\4*)|(?P<other>[^'A-Za-z])")


@lru_cache(maxsize=256)
def _parts(pattern: str) -> tuple[Symbol | str, ...]:
    """The pattern as symbols and literal text. Unfit for what is neither."""
    if len(pattern) > _MOST_CHARACTERS:
        raise Unfit("date_format", pattern=pattern, reason=f"it has more than {_MOST_CHARACTERS} characters")
    parts: list[Symbol | str] = []
    position = 0
    while position < len(pattern):
        token = _TOKEN.match(pattern, position)
        if token is None:
            raise Unfit("date_format", pattern=pattern, reason="a quote is not closed")
        parts.append(_part(token, pattern))
        position = token.end()
    return tuple(parts)


def _part(token: re.Match[str], pattern: str) -> Symbol | str:
    written = token["symbol"]
    if written:
        if written not in SYMBOLS:
            raise Unfit("date_format", pattern=pattern, reason=f"{written} is no format symbol")
        return SYMBOLS[written]
    if token["quote"]:
        return "'"
    return (token["text"] or "").replace("''", "'") or token["other"] or ""


def format_timestamp(timestamp: Timestamp, pattern: str) -> str:
    """A timestamp with all six fields as the pattern wants it."""
    return "".join(part if isinstance(part, str) else part.write(timestamp) for part in _parts(pattern))


def parse_timestamp(text: str, pattern: str) -> Timestamp:
    """The timestamp a text means. Unfit where they do not fit, or the pattern has gaps."""
    parts = _parts(pattern)
    _refuse_unreadable(parts, pattern)
    found = re.fullmatch(
        "".join(re.escape(part) if isinstance(part, str) else f"({part.regex})" for part in parts), text
    )
    if found is None:
        raise Unfit("date_text", text=text, pattern=pattern)
    symbols = [part for part in parts if not isinstance(part, str)]
    values = {symbol.field: symbol.read(value) for symbol, value in zip(symbols, found.groups(), strict=True)}
    try:
        return checked(_timestamp(values, pattern))
    except IonError as error:
        raise Unfit("date_text", text=text, pattern=pattern) from error


def _refuse_unreadable(parts: tuple[Symbol | str, ...], pattern: str) -> None:
    fields = [part.field for part in parts if not isinstance(part, str)]
    # Nor does the reference implementation take one twice; many that can be read in several ways would take ages.
    twice = next((field for field in fields if fields.count(field) > 1), None)
    if twice is not None:
        raise Unfit("date_format", pattern=pattern, reason=f"it has the {twice.replace('_', ' ')} twice")
    if not all(isinstance(part, str) or part.is_readable for part in parts):
        raise Unfit("date_format", pattern=pattern, reason="the first letter of a month tells no month")


def _timestamp(values: dict[str, int | tuple[int, int]], pattern: str) -> Timestamp:
    _join_halves_of_day(values, pattern)
    fields = [values.get(name) for name in ("year", "month", "day", "hour", "minute", "second")]
    if fields[3] is not None and fields[4] is None:
        fields[4] = 0  # Ion has no hours without minutes.
    offset = values.get("offset_minutes")
    if isinstance(offset, int) and abs(offset) > _MOST_OFFSET:
        raise IonError("offsets end at 18 hours")
    known = [value is not None for value in fields]
    fraction = _shortest(values.get("fraction", (0, 0)))
    if known != sorted(known, reverse=True) or not known[0] or ("fraction" in values and not known[5]):
        raise Unfit("date_format", pattern=pattern, reason="a coarser field is missing")
    return Timestamp(*fields, fraction=fraction, offset_minutes=offset)  # type: ignore[arg-type,misc]


def _shortest(fraction: Any) -> tuple[int, int]:
    """The fraction without the zeros at its end, as the reference implementation has it."""
    coefficient, digits = fraction
    while digits and not coefficient % 10:
        coefficient, digits = coefficient // 10, digits - 1
    return coefficient, digits


def _join_halves_of_day(values: dict[str, int | tuple[int, int]], pattern: str) -> None:
    hour, afternoon = values.get("half_day_hour"), values.get("afternoon")
    if isinstance(hour, int) and isinstance(afternoon, int):
        values["hour"] = hour % 12 + 12 * afternoon if 1 <= hour <= 12 else 99
    elif hour is not None:
        raise Unfit("date_format", pattern=pattern, reason="h needs a, which half of the day it is")
