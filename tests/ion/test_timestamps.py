"""Timestamps as text, milliseconds and instants."""

from datetime import UTC, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.ion.codec import read_text
from emulator.ion.errors import IonError
from emulator.ion.timestamps import epoch_ms, from_epoch_ms, instant, parse, to_text
from emulator.ion.values import Timestamp
from tests.ion.strategies import timestamps, utc


@given(timestamps)
def test_text_is_parsed_again(timestamp: Timestamp) -> None:
    """Parsing the text of a timestamp gives the timestamp, and the Ion library reads it the same."""
    assert parse(to_text(timestamp)) == timestamp == read_text(to_text(timestamp))


@given(timestamps)
def test_instants_are_those_of_the_calendar(timestamp: Timestamp) -> None:
    """The instant is exact to the last digit of the fraction."""
    coefficient, digits = timestamp.fraction
    whole = int((utc(timestamp) - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds())

    assert instant(timestamp) == whole + Fraction(coefficient, 10**digits)
    assert epoch_ms(timestamp) == instant(timestamp) * 1000 // 1


@given(st.integers(-62_135_596_800_000, 253_402_300_799_999))
def test_milliseconds_make_timestamps(ms: int) -> None:
    """A timestamp of milliseconds is in UTC, has three digits, and gives the milliseconds back."""
    timestamp = from_epoch_ms(ms)

    assert epoch_ms(timestamp) == ms
    assert timestamp.fraction[1] == 3
    assert timestamp.offset_minutes == 0


def test_trailing_zeros_are_kept() -> None:
    """The service always writes milliseconds with three digits."""
    assert to_text(from_epoch_ms(1568662625360)) == "2019-09-16T19:37:05.360Z"


@pytest.mark.parametrize(
    ("text", "canonical"), [("2017-08-21T", "2017-08-21"), ("2017-08-21T10:30+00:00", "2017-08-21T10:30Z")]
)
def test_other_spellings(text: str, canonical: str) -> None:
    """Ion text allows a `T` after a date, and zero as an offset."""
    assert to_text(parse(text)) == canonical


@pytest.mark.parametrize(
    "text",
    [
        "", "2017", "17T", "2017-8T", "2017-13T", "2017-00T", "2017-02-30", "2017-08-21T10", "2017-08-21T10:30",
        "2017-08-21T10Z", "2017-08-21T24:00Z", "2017-08-21T10:60Z", "2017-08-21T10:30:60Z", "2017-08-21T10:30:05.Z",
        "2017-08-21T10:30:05.1+24:00", "2017-08-21T10:30+1:00", "0000T", "0001-01-01T00:00+00:01",
        "2017-08-21T10:30:05." + "1" * 200 + "Z", "9999-12-31T23:59-00:01", " 2017T", "2017T\n",
        "٢٠١٧T", "2017-08-21t10:30z",
    ],
)  # fmt: skip
def test_what_is_no_timestamp(text: str) -> None:
    """Texts that are not Ion timestamps, or name no moment of the calendar, are refused."""
    with pytest.raises(IonError):
        parse(text)
