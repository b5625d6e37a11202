"""Rows as a table for people: a column for each field, numbers to the right, what is too wide cut with an ellipsis."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from emulator.ion.text import write_text
from emulator.ion.values import Annotated, Null, Struct, Value

NO_STRUCT = "value"
"""The column of rows that have no fields."""

_GAP = "  "
_LEAST_WIDTH = 8
"""Columns are not made narrower than this; when they do not fit even so, the rows are listed field by field."""

_OBEYED = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""The categories of characters that a terminal obeys instead of showing them."""


def table(rows: Iterable[Value], width: int | None = None) -> Iterator[str]:
    """A head, a rule and a line for each row, none wider than `width` where there is one; nothing without rows."""
    natural, numeric = _measured(rows)
    if not natural:
        return
    widths = _fitted(natural, width)
    if widths is None:
        yield from _records(rows, natural)
        return
    yield _line({name: printable(name) for name in natural}, widths, numeric)
    yield _GAP.join("-" * each for each in widths.values())
    for row in rows:
        yield _line({name: shown(value) for name, value in cells(row)}, widths, numeric)


def cells(row: Value) -> Sequence[tuple[str, Value]]:
    """The fields of a row; of those with the same name only the first."""
    inside = row.value if isinstance(row, Annotated) else row
    if not isinstance(inside, Struct):
        return [(NO_STRUCT, inside)]
    fields: dict[str, Value] = {}
    for name, value in inside.fields():
        fields.setdefault(name, value)
    return list(fields.items())


def shown(value: Value) -> str:
    """A value in a cell: strings without quotes, everything else as Ion text; harmless to terminals."""
    if isinstance(value, Null):
        return "null"
    return printable(str(value) if isinstance(value, str) else write_text(value))


def printable(text: str) -> str:
    """Text whose control characters are spelled as JSON and Ion spell them, so that a terminal does not obey them."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(f"\\u{ord(char):04x}" if _is_obeyed(char) else char for char in text)


def _is_obeyed(char: str) -> bool:
    # JSON and Ion spell characters beyond U+FFFF in different ways; no terminal obeys one of those.
    return char <= "\uffff" and unicodedata.category(char) in _OBEYED


def columns(text: str) -> int:
    """How many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(char) else 1 + (unicodedata.east_asian_width(char) in "WF") for char in text)


def _measured(rows: Iterable[Value]) -> tuple[dict[str, int], frozenset[str]]:
    """How wide each column is by itself, and which hold nothing but numbers."""
    widths: dict[str, int] = {}
    wordy: set[str] = set()
    for row in rows:
        for name, value in cells(row):
            widths[name] = max(widths.get(name) or columns(printable(name)), columns(shown(value)))
            if not _is_number(value):
                wordy.add(name)
    return widths, frozenset(widths.keys() - wordy)


def _is_number(value: Value) -> bool:
    return isinstance(value, int | float | Decimal | Null) and not isinstance(value, bool)


def _fitted(natural: Mapping[str, int], width: int | None) -> dict[str, int] | None:
    """The widths of the columns, the widest ones made narrower until all fit; None where they cannot."""
    widths = dict(natural)
    if width is None:
        return widths
    room = width - len(_GAP) * (len(widths) - 1)
    if sum(min(each, _LEAST_WIDTH) for each in widths.values()) > room:
        return None
    limit = max(widths.values())
    while sum(min(each, limit) for each in widths.values()) > room:
        limit -= 1
    return {name: min(each, limit) for name, each in widths.items()}


def _line(texts: Mapping[str, str], widths: Mapping[str, int], numeric: frozenset[str]) -> str:
    parts = [_padded(texts.get(name, ""), each, name in numeric) for name, each in widths.items()]
    return _GAP.join(parts).rstrip()


def _padded(text: str, width: int, to_the_right: bool) -> str:
    cut = _cut(text, width)
    space = " " * (width - columns(cut))
    return space + cut if to_the_right else cut + space


def _cut(text: str, width: int) -> str:
    if columns(text) <= width:
        return text
    kept = text[: width - 1]
    while columns(kept) > width - 1:
        kept = kept[:-1]
    return kept + "…"


def _records(rows: Iterable[Value], natural: Mapping[str, int]) -> Iterator[str]:
    """Each field on a line of its own, an empty line between rows."""
    names = max(columns(printable(name)) for name in natural)
    for place, row in enumerate(rows):
        if place:
            yield ""
        for name, value in cells(row):
            yield f"{_padded(printable(name), names, to_the_right=False)}{_GAP}{shown(value)}"
