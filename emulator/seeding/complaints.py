"""What is said of a seed: with one place, that in the file, and nothing that cannot be seen."""

from __future__ import annotations

import re

BEGINNING = (1, 1)
"""Line and column of what begins with the file."""

_SHOWN_CHARACTERS = 80
_SAID = re.compile(r"(\w+ Error): at line (\d+|<UNKNOWN>), column (\d+|<UNKNOWN>): (.*)", re.DOTALL)
"""How the language says what is wrong with a statement, and where in it."""


def told(place: str, message: str, begins: tuple[int, int] | None = None) -> str:
    """A message about a statement with the place in the file; `begins` is where the statement does, by line and column.

    A statement that stands in no file has none, and its own lines and columns would say nothing.
    """
    said = _SAID.fullmatch(message)
    if said is not None:
        category, line, column, rest = said.groups()
        message = f"{category}: {rest}"
        if begins is not None and line.isdecimal() and column.isdecimal():
            return f"{at(place, *_moved(begins, int(line), int(column)))}: {message}"
    return f"{place if begins is None else at(place, begins[0])}: {message}"


def at(source: str, line: int, column: int | None = None) -> str:
    """A place in a file."""
    return f"{source}, line {line}" if column is None else f"{source}, line {line}, column {column}"


def shortened(text: str) -> str:
    """As much of a text as a message has room for."""
    return text if len(text) <= _SHOWN_CHARACTERS else text[:_SHOWN_CHARACTERS] + "…"


def visible(text: str) -> str:
    """The text with escapes for what cannot be seen, line breaks too."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def _moved(begins: tuple[int, int], line: int, column: int) -> tuple[int, int]:
    """A place in a statement as one in the file."""
    first_line, first_column = begins
    return (first_line, first_column + column - 1) if line == 1 else (first_line + line - 1, column)
