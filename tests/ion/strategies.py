"""Ion values of every type, for laws."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from emulator.ion.binary.layout import TYPE_NAMES
from emulator.ion.values import SYMBOL_ZERO, Annotated, Clob, Null, Sexp, Struct, Symbol, Timestamp

texts = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    st.sampled_from(["", "$0", "$10", "null", "true", "nan", "a b", "name", "imports", "\0\a\\'\"", "😀", "x" * 130]),
)
symbols = st.one_of(texts.map(Symbol), st.just(SYMBOL_ZERO))
names = st.one_of(texts, st.just(SYMBOL_ZERO))
nulls = st.sampled_from(TYPE_NAMES).map(Null)
ints = st.one_of(st.integers(), st.integers(-(2**70), 2**70), st.sampled_from([0, 127, 128, 255, 256, -(2**64)]))
floats = st.floats().map(lambda value: value if value == value else float("nan"))  # noqa: PLR0124
decimals = st.builds(
    lambda sign, coefficient, exponent: Decimal((sign, tuple(map(int, str(coefficient))), exponent)),
    st.integers(0, 1),
    st.one_of(st.integers(0, 10**40), st.integers(1, 99).map(lambda number: number * 10**37)),
    st.one_of(st.integers(-8, 3), st.integers(-400, 400)),
)


def _timestamp(at: datetime, parts: int, fraction: str, offset: int | None) -> Timestamp:
    if parts < 5:
        month, day = (at.month if parts > 1 else None), (at.day if parts > 2 else None)
        return Timestamp(at.year, month, day)
    second, digits = (at.second, fraction) if parts == 6 else (None, "")
    read = (int(digits or 0), len(digits))
    return Timestamp(at.year, at.month, at.day, at.hour, at.minute, second, read, offset)


timestamps = st.builds(
    _timestamp,
    st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29)),
    st.integers(1, 6),
    st.text("0123456789", max_size=12),
    st.one_of(st.none(), st.just(0), st.integers(-1439, 1439)),
)

scalars = st.one_of(
    nulls,
    st.booleans(),
    ints,
    floats,
    decimals,
    timestamps,
    texts,
    symbols,
    st.binary(max_size=20),
    st.binary(max_size=20).map(Clob),
)


def _annotated(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.builds(Annotated, st.lists(names, min_size=1, max_size=3).map(tuple), inner)


def structs_of(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Struct]:
    return st.lists(st.tuples(names, inner), max_size=4).map(Struct)


def _containers(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    bare = st.one_of(st.lists(inner, max_size=4), st.lists(inner, max_size=4).map(Sexp), structs_of(inner))
    return st.one_of(bare, _annotated(bare))


values = st.recursive(st.one_of(scalars, _annotated(scalars)), _containers, max_leaves=12).filter(
    lambda value: not (isinstance(value, Annotated) and value.annotations[0] == "$ion_symbol_table")
)
structs = structs_of(values)


def same(left: Any, right: Any) -> bool:
    """The same Ion value: type, exponent, sign of zero, precision and annotations included."""
    if type(left) is not type(right):
        return isinstance(left, Struct) and isinstance(right, Struct) and same(list(left), list(right))
    if isinstance(left, Annotated):
        return same(left.annotations, right.annotations) and same(left.value, right.value)
    if isinstance(left, Struct):
        return same(list(left), list(right))
    if isinstance(left, (list, tuple)):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, str) and SYMBOL_ZERO in (left, right):
        return left == right and (left is SYMBOL_ZERO) == (right is SYMBOL_ZERO)
    if isinstance(left, (float, Decimal)):
        return repr(left) == repr(right)
    return bool(left == right)


def utc(timestamp: Timestamp) -> datetime:
    """The moment as Python has it, without the fraction."""
    local = datetime(
        timestamp.year,
        timestamp.month or 1,
        timestamp.day or 1,
        timestamp.hour or 0,
        timestamp.minute or 0,
        timestamp.second or 0,
        tzinfo=UTC,
    )
    return local - timedelta(minutes=timestamp.offset_minutes or 0)


REGISTRATION = Struct(
    [
        ("VIN", "1N4AL11D75C109151"),
        ("LicensePlateNumber", "LEWISR261LL"),
        ("State", "WA"),
        ("PendingPenaltyTicketAmount", Decimal("90.25")),
        ("ValidFromDate", Timestamp(2017, 8, 21)),
        ("ValidToDate", Timestamp(2020, 5, 11)),
        (
            "Owners",
            Struct(
                [
                    ("PrimaryOwner", Struct([("PersonId", "BFJKdXhnLRT27sXBnojNGW")])),
                    ("SecondaryOwners", [Struct([("PersonId", "CMVdR77XP8zAglmmFDGTvt")])]),
                ]
            ),
        ),
        ("City", "Everett"),
    ]
)
"""The vehicle registration of `tests/vectors/cli-vehicle-registration.ion`."""
