"""CAST from every type to every type. Source: developer guide, `ql-functions.cast`, and the PartiQL of its time."""

from __future__ import annotations

import pytest

from emulator.errors import BadRequestException
from emulator.partiql.keywords import TYPES
from emulator.partiql.semantics.casts import CASTS
from emulator.partiql.semantics.types import TYPE_NAMES
from tests.partiql.little_host import LittleHost

NUMBERS = "int float decimal"
SCALARS = f"bool {NUMBERS} string symbol"

SAMPLES = {
    "bool": ("true", SCALARS),
    "int": ("1", SCALARS),
    "float": ("`1e0`", SCALARS),
    "decimal": ("1.0", SCALARS),
    "timestamp": ("`2001T`", "timestamp string symbol"),
    "string": ("'1'", SCALARS),
    "symbol": ("`'1'`", SCALARS),
    "blob": ("`{{aGk=}}`", "blob clob"),
    "clob": ('`{{"hi"}}`', "blob clob"),
    "list": ("[1]", "list sexp bag"),
    "sexp": ("`(1)`", "list sexp bag"),
    "bag": ("<< 1 >>", "list sexp bag"),
    "struct": ("{'a': 1}", "struct"),
}
"""A value of each type, and the types it can be cast to. Of texts only those that spell a timestamp become one."""

PAIRS = [(source, target) for source in SAMPLES for target in CASTS]


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_pair_of_types(source: str, target: str) -> None:
    """A value is converted to the type that was asked for, or refused; it never becomes MISSING."""
    sample, targets = SAMPLES[source]
    statement = f"SELECT VALUE CAST({sample} AS {target}) IS {target} FROM << 0 >>"

    if target in targets.split():
        assert LittleHost().execute(statement) == [True]
    else:
        with pytest.raises(BadRequestException, match=r"Evaluator Error: .*(Cannot convert|can't convert)"):
            LittleHost().execute(statement)


@pytest.mark.parametrize("target", CASTS)
@pytest.mark.parametrize("unknown", ["null", "missing"])
def test_unknowns_stay_what_they_are(unknown: str, target: str) -> None:
    """NULL and MISSING are cast to themselves, whatever the type, and to each other by name."""
    wanted = target if target in ("null", "missing") else unknown
    holds = f"(CAST({unknown} AS {target})) IS {'NOT ' if wanted == 'null' else ''}MISSING"

    assert LittleHost().execute(f"SELECT VALUE {holds} FROM << 0 >>") == [True]


def test_every_name_of_a_type_can_be_written() -> None:
    """The parser reads just the names that stand for a type."""
    written = {word.lower() for word in TYPES} - {"double"} | {"double precision"}

    assert written == set(TYPE_NAMES)
