"""Values of which many are equal to each other, and other spellings of a value, for laws of equality."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from math import isfinite
from typing import Any

from hypothesis import strategies as st

from emulator.ion.binary import encode
from emulator.ion.document import Document
from emulator.ion.values import SYMBOL_ZERO, Annotated, Clob, Null, Sexp, Struct, Symbol, Timestamp
from tests.ion.strategies import texts, utc

NUMBERS: list[Any] = [
    *(0, 1, 10, -1, 2**64, 0.0, -0.0, 1.0, 10.0, 0.1, float(2**64), float("nan"), float("inf"), float("-inf")),
    *map(Decimal, ("0", "-0", "0E+5", "1.0", "1E+1", "10", "0.1", "-1.00", str(2**64))),
]
TIMES: list[Any] = [
    *(Timestamp(2017), Timestamp(2017, 1), Timestamp(2017, 1, 1), Timestamp(2017, 1, 1, 0, 0)),
    *(Timestamp(2017, 1, 1, 0, 0, 0, (0, 3), 0), Timestamp(2017, 1, 1, 0, 0, 0, (5, 1), 0)),
    *(Timestamp(2017, 1, 1, 1, 0, 0, (50, 2), 60), Timestamp(2016, 12, 31, 23, 0, offset_minutes=-60)),
]
OTHERS: list[Any] = [
    *(True, False, "a", Symbol("a"), "b", b"a", Clob(b"a"), "", b"", Null(), Null("int"), Null("struct")),
    *("0", "1", "nan", "2017T", SYMBOL_ZERO, "$0", Symbol("$0"), "x" * 60, Symbol("x" * 60), b"x" * 60),
]
NAMES = st.sampled_from(["a", "b", "$0", SYMBOL_ZERO])


def annotated(value: Any) -> Any:
    return value if isinstance(value, Annotated) else Annotated(("a",), value)


alike = st.recursive(
    st.one_of(*map(st.sampled_from, (NUMBERS, TIMES, OTHERS))),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.lists(inner, max_size=3).map(Sexp),
        st.lists(st.tuples(NAMES, inner), max_size=3).map(Struct),
        inner.map(annotated),
    ),
    max_leaves=4,
)
"""Values of which many are equal to each other."""


@st.composite
def respelled(draw: st.DrawFn, value: Any, *, is_part: bool = False) -> Any:
    """Another value that PartiQL finds equal. Nulls of all types are alike where they are parts of a container."""
    bare = value.value if isinstance(value, Annotated) else value
    other = _respelled(draw, bare, is_part=is_part)
    return Annotated(tuple(draw(st.lists(texts, min_size=1, max_size=2))), other) if draw(st.booleans()) else other


def _respelled(draw: st.DrawFn, value: Any, *, is_part: bool) -> Any:
    kind = type(value)
    if kind in (int, float, Decimal):
        return draw(st.sampled_from(_numbers(value)))
    if isinstance(value, Timestamp):
        return draw(st.sampled_from(_times(value, draw(st.integers(-1439, 1439)))))
    if isinstance(value, str):
        return value if value is SYMBOL_ZERO else draw(st.sampled_from([str, Symbol]))(value)
    if isinstance(value, bytes):
        return draw(st.sampled_from([bytes, Clob]))(value)
    if isinstance(value, list):
        return kind([draw(respelled(item, is_part=True)) for item in value])
    if isinstance(value, Struct):
        fields = [(name, draw(respelled(field, is_part=True))) for name, field in value]
        struct = Struct(draw(st.permutations(fields)))
        return Document(encode(struct)) if draw(st.booleans()) else struct
    return draw(st.sampled_from([Null("int"), Null("struct"), value])) if kind is Null and is_part else value


def _numbers(number: Any) -> list[Any]:
    if not isfinite(number):
        return [number]
    spelled = [number]
    exact = Decimal(number)
    if abs(exact.adjusted()) < 60 and exact == exact.to_integral_value():
        spelled.append(int(exact))
    if isinstance(number, float) or (abs(exact.adjusted()) < 300 and float(exact) == exact):
        spelled.append(float(exact))
    sign, digits, exponent = exact.as_tuple()
    assert isinstance(exponent, int)
    if len(digits) < 60:
        spelled += [exact, Decimal((sign, (*digits, 0, 0), exponent - 2))]
    if not exact:
        spelled += [0, 0.0, -0.0, Decimal("-0.00"), Decimal("0E+9")]
    return spelled


def _times(timestamp: Timestamp, offset: int) -> list[Timestamp]:
    local = utc(timestamp) + timedelta(minutes=offset)
    coefficient, digits = timestamp.fraction
    fields = (local.year, local.month, local.day, local.hour, local.minute, local.second)
    return [
        timestamp,
        Timestamp(*fields, (coefficient, digits), offset),
        Timestamp(*fields, (coefficient * 1000, digits + 3), offset),
    ]
