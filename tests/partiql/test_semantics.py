"""Laws of values: arithmetic, LIKE, changes inside of documents."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.errors import BadRequestException
from emulator.ion.values import NULL, Struct
from emulator.partiql.ast import NOWHERE
from emulator.partiql.messages import Unfit
from emulator.partiql.semantics.arithmetic import arithmetic
from emulator.partiql.semantics.changes import remove_at, set_at
from emulator.partiql.semantics.comparison import conjunction, disjunction, equals, less, negation
from emulator.partiql.semantics.navigation import subscript
from emulator.partiql.semantics.patterns import matcher
from emulator.partiql.values import MISSING

DECIMALS = st.decimals(allow_nan=False, allow_infinity=False, places=5)
NUMBERS = st.one_of(st.integers(-(2**40), 2**40), DECIMALS)
KNOWN = st.one_of(NUMBERS, st.text(max_size=3), st.booleans())
TRUTHS = st.sampled_from([True, False, NULL, MISSING])


@given(NUMBERS, NUMBERS)
def test_sums_are_exact(left: Any, right: Any) -> None:
    """What was added can be taken away again."""
    total = arithmetic("+", NOWHERE)(left, right)

    assert arithmetic("-", NOWHERE)(total, right) == left


@given(st.integers(-(2**63), 2**63 - 1), st.integers(-1000, 1000).filter(bool))
def test_quotient_and_remainder_agree(dividend: int, divisor: int) -> None:
    """The dividend is the quotient times the divisor, and the remainder."""
    try:
        quotient = arithmetic("/", NOWHERE)(dividend, divisor)
    except BadRequestException:
        assert (dividend, divisor) == (-(2**63), -1)
        return

    assert quotient * divisor + arithmetic("%", NOWHERE)(dividend, divisor) == dividend


@given(KNOWN, KNOWN)
def test_of_two_numbers_one_is_less_or_they_are_equal(left: Any, right: Any) -> None:
    """Within a class exactly one of `<`, `=` and `>` holds; across classes there is no order."""
    if less(left, right) is MISSING:
        assert equals(left, right) is False
    else:
        assert [less(left, right), equals(left, right), less(right, left)].count(True) == 1


@given(TRUTHS, TRUTHS)
def test_de_morgan(left: Any, right: Any) -> None:
    """NOT (a AND b) is NOT a OR NOT b, unknown or not."""
    assert negation(conjunction([left, right])) == disjunction([negation(left), negation(right)])


def is_like(text: str, pattern: str, escape: str | None) -> bool:
    """LIKE character by character, in exponential time; ESCAPE is used as it may be."""
    if not pattern:
        return not text
    first, rest = pattern[0], pattern[1:]
    if first == escape:
        return text[:1] == rest[0] and is_like(text[1:], rest[1:], escape)
    if first == "%":
        return any(is_like(text[skipped:], rest, escape) for skipped in range(len(text) + 1))
    return text[:1] != "" and first in ("_", text[0]) and is_like(text[1:], rest, escape)


PIECES = st.lists(st.text("ab_", max_size=5), min_size=1, max_size=4).map("%".join)
"""Patterns with several runs of characters between their `%`, as random ones seldom have."""


@settings(max_examples=500)
@given(st.one_of(st.text("ab%_é\n", max_size=8), PIECES), st.text("abé\n", max_size=12))
def test_like_is_the_obvious_matcher(pattern: str, text: str) -> None:
    """`%` stands for any text and `_` for any character, line ends included."""
    assert matcher(pattern, None)(text) == is_like(text, pattern, None)


@settings(max_examples=500)
@given(st.text("a!%_", max_size=8), st.text("a!%_", max_size=8), st.sampled_from("!a%_"))
def test_like_with_escape_is_the_obvious_matcher(pattern: str, text: str, escape: str) -> None:
    """Escaped characters stand for themselves, whatever the escape is; wrongly used it is refused, for every text."""
    unescaped, characters = "", iter(pattern)
    for character in characters:
        literal = next(characters, "") if character == escape else character
        if character == escape and literal not in ("%", "_", escape):
            with pytest.raises(Unfit):
                matcher(pattern, escape)
            return
        unescaped += literal

    matches = matcher(pattern, escape)
    assert matches(text) == is_like(text, pattern, escape)
    assert matches(unescaped)


def test_like_does_not_try_again_and_again() -> None:
    """A pattern of many `%` on a long text that does not fit is decided at once."""
    assert not matcher("%a" * 500 + "b", None)("a" * 20_000)


def test_like_that_may_take_long_costs_more() -> None:
    """Several runs of characters with `_` between them may have to be compared at each place of a text."""
    costs = [matcher(f"%{piece}%", None).cost for piece in ("a" * 99, "_" * 99, "a_", "a_b", "a_b_c", "a" * 99 + "_a")]

    assert costs == sorted(costs)
    assert costs[:3] == [0, 0, 0]


DOCUMENTS = st.recursive(
    st.integers(),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.lists(st.tuples(st.sampled_from("abc"), inner), max_size=3, unique_by=lambda pair: pair[0]).map(Struct),
    ),
    max_leaves=8,
)
LOCATIONS = st.lists(st.one_of(st.sampled_from("abc"), st.integers(0, 2)), min_size=1, max_size=3).map(tuple)


def at(document: Any, location: tuple[Any, ...]) -> Any:
    for step in location:
        document = subscript(document, step)
    return document


@given(DOCUMENTS, LOCATIONS)
def test_what_was_set_is_found(document: Any, location: tuple[Any, ...]) -> None:
    """A value stands where it was set; what is refused had no parent there."""
    try:
        changed = set_at(document, location, "new")
    except Unfit:
        assert at(document, location) is MISSING
        assert not (isinstance(at(document, location[:-1]), Struct) and isinstance(location[-1], str))
        return

    assert at(changed, location) == "new"
    assert at(document, location) is MISSING or set_at(changed, location, at(document, location)) == document


@given(DOCUMENTS, LOCATIONS)
def test_remove_takes_one_away_or_nothing(document: Any, location: tuple[Any, ...]) -> None:
    """After a removal the parent has one part less, if the place was there; else nothing has changed."""
    changed = remove_at(document, location)

    if at(document, location) is MISSING:
        assert changed == document
    else:
        assert len(at(changed, location[:-1])) == len(at(document, location[:-1])) - 1


def test_decimal_keeps_its_zeros() -> None:
    """Trailing zeros are part of a decimal."""
    assert str(arithmetic("+", NOWHERE)(Decimal("1.50"), Decimal("1.50"))) == "3.00"
