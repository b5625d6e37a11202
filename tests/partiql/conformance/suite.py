"""The public conformance tests of PartiQL, read from a checkout of them.

A file holds structs, in lists named by annotations: a case is a statement and what is asserted of it; `envs` are the
global names that the cases after it may use; an `equiv_class` has several spellings of one statement.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from emulator.ion.codec import read_all
from emulator.ion.values import Annotated, Struct, Symbol

FOLDERS = ("partiql-tests-data", "partiql-tests-data-extended")
COMMIT = "a78b7665515c65924e9cf6b8b1c114f51b0557d5"
"""What the counts are of; see the README beside this module."""


@dataclass(frozen=True, slots=True)
class Assertion:
    """One thing that a case asserts of one spelling of its statement.

    `modes` are the typing modes it is for, none for what concerns the syntax alone.
    """

    place: str
    statement: str
    globals: Struct
    result: str
    modes: tuple[str, ...]
    output: Any = None

    @property
    def identity(self) -> str:
        return "\0".join((self.place, self.statement, self.result, *self.modes))


@dataclass(slots=True)
class _File:
    """What was read of a file so far; `names` are those of the lists around the place."""

    names: tuple[str, ...]
    globals: Struct = field(default_factory=Struct)
    spellings: dict[str, Any] = field(default_factory=dict)


def assertions(checkout: Path) -> Iterator[Assertion]:
    """All that the suite asserts, file by file."""
    for path in sorted(path for folder in FOLDERS for path in (checkout / folder).rglob("*.ion")):
        name = path.relative_to(checkout).with_suffix("").as_posix()
        yield from _of_values(read_all(path.read_text()), _File((name,)))


def _of_values(values: list[Any], file: _File) -> Iterator[Assertion]:
    for value in values:
        kind = value.annotations[0] if isinstance(value, Annotated) else ""
        bare = value.value if isinstance(value, Annotated) else value
        if kind == "envs":
            file.globals = bare
        elif kind == "equiv_class":
            file.spellings[str(bare["id"])] = bare["statements"]
        elif isinstance(bare, list):
            yield from _of_values(bare, replace(file, names=(*file.names, kind)))
        else:
            yield from _of_case(bare, file)


def _of_case(case: Any, file: _File) -> Iterator[Assertion]:
    statement, asserted = case["statement"], case["assert"]
    spellings = file.spellings[str(statement)] if isinstance(statement, Symbol) else [statement]
    place = "/".join((*file.names, str(case["name"])))
    for spelling in spellings:
        for each in asserted if isinstance(asserted, list) else [asserted]:
            yield Assertion(
                place,
                str(spelling),
                case.get("env", file.globals),
                str(each["result"]),
                _modes(each.get("evalMode", [])),
                each.get("output", None),
            )


def _modes(written: Any) -> tuple[str, ...]:
    return tuple(map(str, written if isinstance(written, list) else [written]))
