"""PartiQL's equality, and the keys of indexes."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.ion.binary import encode
from emulator.ion.document import Document
from emulator.ion.equality import KEY_BYTES, equal, equality_key
from emulator.ion.values import SYMBOL_ZERO, Annotated, Clob, Null, Sexp, Struct, Symbol, Timestamp, Value
from tests.ion.alike import alike, respelled
from tests.ion.strategies import REGISTRATION, decimals, floats, ints, values
from tests.timing import soon


@given(alike, alike)
def test_keys_are_the_same_exactly_for_equal_values(left: Value, right: Value) -> None:
    """An index finds what a scan finds, no more and no less."""
    assert (equality_key(left) == equality_key(right)) == equal(left, right) == equal(right, left)


@given(st.data(), st.one_of(alike, values))
def test_a_value_equals_its_other_spellings(data: st.DataObject, value: Value) -> None:
    """Types of a class, zeros at the end, offsets, the order of fields and annotations make no difference anywhere."""
    other = data.draw(respelled(value))

    assert equal(value, other)
    assert equal(other, value)
    assert equality_key(value) == equality_key(other)


@given(st.one_of(ints, floats, decimals), st.one_of(ints, floats, decimals))
def test_numbers_are_equal_by_value(left: Any, right: Any) -> None:
    """Ints, floats and decimals are compared exactly, by keys as well."""
    expected = exact(left) == exact(right)

    assert equal(left, right) == expected
    assert (equality_key(left) == equality_key(right)) == expected


def exact(number: Any) -> Fraction | str:
    return Fraction(number) if number - number == 0 else str(number)


@given(values)
def test_every_value_equals_itself(value: Value) -> None:
    """Equality is reflexive, NaN included, and keys are short."""
    assert equal(value, value)
    assert len(equality_key(value)) <= KEY_BYTES


@given(values)
def test_annotations_do_not_count(value: Value) -> None:
    """A value equals the same one annotated."""
    bare = value.value if isinstance(value, Annotated) else value

    assert equal(Annotated(("other",), bare), value)
    assert equality_key(Annotated(("other",), bare)) == equality_key(value)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (1, Decimal("1.0")),
        (1, 1.0),
        (0.5, Decimal("0.50")),
        (-0.0, 0),
        ("a", Symbol("a")),
        (b"a", Clob(b"a")),
        (Timestamp(2017), Timestamp(2017, 1, 1, 0, 0, 0, (0, 3), 0)),
        (Timestamp(2017, 1, 1, 1, 30, offset_minutes=90), Timestamp(2017, 1, 1, 0, 0, offset_minutes=0)),
        ([1, "a"], [1.0, Symbol("a")]),
        ([Null()], [Null("int")]),
        (Struct([("a", 1), ("b", 2)]), Struct([("b", 2), ("a", 1)])),
        (Struct([("a", 1), ("a", 2)]), Struct([("a", 2), ("a", 1)])),
        (REGISTRATION, Document(encode(REGISTRATION))),
        (Struct([("a", Struct([("b", 1)]))]), Struct([("a", Struct([("b", Decimal("1.0"))]))])),
        (float("nan"), float("nan")),
        (Annotated(("a",), 1), 1),
        (1e22, 10**22),
    ],
    ids=repr,
)
def test_equal(left: Value, right: Value) -> None:
    """PartiQL finds these equal."""
    assert equal(left, right)
    assert equality_key(left) == equality_key(right)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (1, "1"),
        (1, True),
        (0, False),
        (0.1, Decimal("0.1")),
        (2**53 + 1, float(2**53)),
        (1e23, 10**23),
        ("a", b"a"),
        ("a", ["a"]),
        ("2017T", Timestamp(2017)),
        ([1], Sexp([1])),
        ([1, 2], [2, 1]),
        ([[1], [2]], [[1, 2], []]),
        (Struct([("a", 1)]), Struct([("a", 1), ("a", 1)])),
        (Struct([("a", 1)]), Struct([("A", 1)])),
        (Struct(), []),
        (SYMBOL_ZERO, "$0"),
        (float("nan"), float("inf")),
        (Null(), False),
    ],
    ids=repr,
)
def test_not_equal(left: Value, right: Value) -> None:
    """PartiQL finds these different, and it is no error to ask."""
    assert not equal(left, right)
    assert equality_key(left) != equality_key(right)


def test_huge_exponents_are_cheap() -> None:
    """A few bytes that stand for billions of digits are never spelled out."""
    huge: list[Any] = [Decimal("1e2000000000"), Decimal("1e-2000000000"), Decimal("0e2000000000")]
    with soon():
        for value in huge:
            for other in [*huge, 5, 0.1, 10**300, Decimal("1.5"), float("inf")]:
                assert equal(value, other) == (equality_key(value) == equality_key(other))
        assert equal(Decimal("0e2000000000"), 0)
        assert equal(Decimal("10e1999999999"), Decimal("1e2000000000"))
