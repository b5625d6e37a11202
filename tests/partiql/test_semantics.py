"""Laws of values: arithmetic, LIKE, changes inside of documents."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from hypothesis import given
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


@given(st.text("ab%_", max_size=6), st.text("ab", max_size=6))
def test_like_is_the_obvious_expression(pattern: str, text: str) -> None:
    """LIKE agrees with the regular expression that has `.*` for `%` and `.` for `_`."""
    slow = pattern.replace("%", ".*").replace("_", ".")

    assert matcher(pattern, None)(text) == (re.fullmatch(slow, text) is not None)


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
