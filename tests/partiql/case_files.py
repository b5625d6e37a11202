"""Language cases as data. A file in `cases/` is a sequence of Ion structs, each beginning a line.

    { name: "…", setup: ["statement", …], statement: "…", parameters: […],
      assert: { result: EvaluationSuccess, output: … } }

A statement that is only an expression is evaluated by itself, and `output` is its value, or `missing::null`. Of any
other `output` is the list of rows, in any order. `EvaluationFail` may have a `message`, a part of the error's.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from emulator.ion.codec import read_text
from emulator.ion.values import Annotated, Struct

CASES = Path(__file__).parent / "cases"

_STATEMENT = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|FROM|CREATE|DROP|UNDROP|EXEC)\b", re.IGNORECASE)


def read_cases(name: str) -> list[Struct]:
    """The structs of one file."""
    structs = [read_text(text) for text in re.split(r"(?m)^(?=\{)", (CASES / f"{name}.ion").read_text())[1:]]
    assert all(isinstance(struct, Struct) for struct in structs)
    return structs  # type: ignore[return-value]


def member(struct: Any, name: str, default: Any = None) -> Any:
    assert isinstance(struct, Struct)
    return struct.get(name, default)


def is_expression(statement: str) -> bool:
    return not _STATEMENT.match(statement)


def matches(pattern: Any, value: Any) -> bool:
    """Whether a value is what an example expects; `match::id` and the like stand for any value of that kind."""
    if isinstance(pattern, Annotated) and pattern.annotations == ("match",):
        return bool(_KINDS[str(pattern.value)](value))
    if isinstance(pattern, Struct):
        return isinstance(value, Struct) and _same_fields(pattern, value)
    if isinstance(pattern, list):
        return isinstance(value, list) and len(pattern) == len(value) and all(map(matches, pattern, value))
    return type(pattern) is type(value) and bool(pattern == value)


def _same_fields(pattern: Struct, value: Struct) -> bool:
    found = dict(value.fields())
    return len(pattern) == len(found) and all(name in found and matches(part, found[name]) for name, part in pattern)


def same_rows(expected: list[Any], rows: list[Any]) -> bool:
    """Whether the rows are those expected, in any order."""
    left = list(rows)
    for pattern in expected:
        place = next((place for place, row in enumerate(left) if matches(pattern, row)), None)
        if place is None:
            return False
        del left[place]
    return not left


_KINDS: dict[str, Any] = {
    "any": lambda value: True,
    "id": lambda value: isinstance(value, str) and re.fullmatch("[0-9A-Za-z]{22}", value) is not None,
    "int": lambda value: type(value) is int,
    "blob": lambda value: isinstance(value, bytes),
    "timestamp": lambda value: type(value).__name__ == "Timestamp",
}
