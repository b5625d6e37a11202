"""Figures through time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator import limits
from emulator.metrics.series import BOUNDS, Latency, Minute, Series


def test_minute_has_what_came_in_it() -> None:
    """Number, sum, least and most of a minute's values are kept when the next has begun."""
    series = Series()
    for minute, value in [(7, 3.0), (7, 1.0), (8, 5.0)]:
        series.add(minute, value)

    assert series.minutes() == [Minute(7, 2, 4.0, 1.0, 3.0), Minute(8, 1, 5.0, 5.0, 5.0)]


@given(st.lists(st.tuples(st.integers(0, 5), st.floats(0, 1e6)), max_size=50).map(sorted))
def test_totals_are_of_all_minutes(values: list[tuple[int, float]]) -> None:
    """Sum and number of all values are those of the minutes together."""
    series = Series()
    for minute, value in values:
        series.add(minute, value)

    kept = series.minutes()
    assert series.count == sum(minute.samples for minute in kept) == len(values)
    assert series.total == pytest.approx(sum(minute.total for minute in kept))  # Pythons add up floats differently
    assert [minute.minute for minute in kept] == sorted({minute for minute, _ in values})


def test_old_minutes_make_room() -> None:
    """A day is kept and no more, while the totals go on."""
    series = Series()
    for minute in range(limits.METRIC_MINUTES + 10):
        series.add(minute, 1.0)

    assert len(series.minutes()) == limits.METRIC_MINUTES + 1
    assert series.total == limits.METRIC_MINUTES + 10


def test_level_holds_until_it_changes() -> None:
    """A level is there for every quarter of an hour since it was told, and the newest for now."""
    level = Series(15)
    level.set(1, 10.0)
    level.set(14, 20.0)
    level.set(47, 30.0)

    assert [(told.minute, told.total) for told in level.levels(61)] == [
        (0, 20.0),
        (15, 20.0),
        (30, 20.0),
        (45, 30.0),
        (60, 30.0),
    ]
    assert level.latest == 30.0


def test_level_is_over_with_its_time() -> None:
    """Until its quarter of an hour is past, a level need not be told again."""
    level = Series(15)
    assert level.is_over(3)
    level.set(3, 1.0)

    assert not level.is_over(14)
    assert level.is_over(15)


def test_latencies_are_counted_by_size() -> None:
    """A value counts in the class whose upper end it does not exceed, and beyond the last where it does."""
    latency = Latency()
    for value in (0.5, 1.0, 1.1, 60_000.0):
        latency.add(0, value)

    assert latency.classes == [2, 1, *[0] * (len(BOUNDS) - 2), 1]
