"""Unique ids: their encoding, against real ids of the service, and their making."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.ids import RandomIds, SeededIds, base62

DIGITS = string.digits + string.ascii_uppercase + string.ascii_lowercase

REAL_IDS = [
    ("3Qv67yjXEwB9SjmvkuG6Cp", "2800173e0af485576e3a3f292fd0c1b3"),
    ("ADR2Ll1fGsU4Jr4EqTdnQF", "7700173e0af4929a325219d776b65db7"),
    ("BabQrIORS5W0XOKhoASZAM", "870017c120dbf66e0645f53383d03c4e"),
    ("05K97LfBBVa60AK0qMbc6R", "01001854de4670aa45eabfda1441fcdf"),
]


@pytest.mark.parametrize(("text", "bits"), REAL_IDS)
def test_ids_are_written_as_real_ones(text: str, bits: str) -> None:
    """Ids that the service made are what the bits are written as that were read off them."""
    assert base62(bytes.fromhex(bits)) == text


@given(st.binary(min_size=16, max_size=16))
def test_writing_an_id_loses_nothing(bits: bytes) -> None:
    """All 128 bits come back, from 22 characters."""
    text = base62(bits)

    assert len(text) == 22
    assert read(text[:11]) + read(text[11:]) == bits


def read(half: str) -> bytes:
    """The 64 bits of 11 digits."""
    number = 0
    for digit in half:
        number = number * 62 + DIGITS.index(digit)
    return number.to_bytes(8, "big")


def test_ids_differ_and_rise_with_the_clock() -> None:
    """A thousand ids are a thousand, and later ones sort after earlier ones of other milliseconds."""
    now = [1 << 60]
    ids = RandomIds(nanoseconds=lambda: now[0])
    first = [ids.new_id() for _ in range(500)]
    now[0] += 5_000_000
    second = [ids.new_id() for _ in range(500)]
    assert len({*first, *second}) == 1000
    assert max(first) < min(second)


def some_of(ids: SeededIds) -> list[str]:
    return [ids.new_id() for _ in range(100)]


def test_seeded_ids_are_the_same_again() -> None:
    """The seed alone says what the ids are, today's and those of every version to come."""
    assert some_of(SeededIds("42")) == some_of(SeededIds("42"))
    assert some_of(SeededIds("42"))[:2] == ["2ADm7SLnn17EyMhNJo5E2f", "BFD8WVAOxBL7tqylO9Runn"]


def test_branches_of_a_seed_have_ids_of_their_own() -> None:
    """Ids for one purpose are not moved by those for another, and all of them differ."""
    ids = SeededIds("42")
    before = some_of(ids.branch("ledger", "one"))
    some_of(ids)

    assert some_of(ids.branch("ledger", "one")) == before
    together = [some_of(it) for it in (SeededIds("42"), SeededIds("43"), ids.branch("ledger", "one"), ids.branch("l"))]
    assert len({made for source in together for made in source}) == 400
