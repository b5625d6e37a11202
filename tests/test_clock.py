"""The clock that users control, and times as they write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.clock import ClockStart, ManualClock, SettableClock
from emulator.times import LONGEST_MS, duration_ms, iso, time_ms

JANUARY_MS = 1_704_067_200_000
"""2024-01-01T00:00:00Z"""


@pytest.fixture
def machine() -> ManualClock:
    return ManualClock(1_000)


@pytest.fixture
def clock(machine: ManualClock) -> SettableClock:
    return SettableClock(machine)


def test_it_runs_until_it_is_frozen(clock: SettableClock, machine: ManualClock) -> None:
    """Left alone it is the machine's clock; frozen it stands, and goes on from there when it is let go."""
    machine.advance(10)
    assert clock.now_ms() == 1_010

    clock.freeze()
    machine.advance(500)
    assert clock.now_ms() == 1_010

    clock.run()
    machine.advance(5)
    assert clock.now_ms() == 1_015


def test_it_can_be_set_and_moved(clock: SettableClock, machine: ManualClock) -> None:
    """A new time is kept, running or frozen; so is a step from it, forward or back."""
    for change in (clock.run, clock.freeze):
        change()
        clock.set(JANUARY_MS)
        clock.advance(30_000)
        clock.advance(-10_000)
        assert clock.now_ms() == JANUARY_MS + 20_000

    clock.reset()
    assert clock.now_ms() == machine.now_ms()


@pytest.mark.parametrize(("at_ms", "by_ms"), [(1_000, -1_001), (LONGEST_MS - 1_000, 1_000)])
def test_it_does_not_leave_the_times_there_are(clock: SettableClock, at_ms: int, by_ms: int) -> None:
    """A step before 1970, or beyond the last year, is refused, and the clock stays where it is."""
    clock.freeze()
    clock.set(at_ms)

    with pytest.raises(ValueError, match="in the years 1970 to 9998"):
        clock.advance(by_ms)

    assert clock.now_ms() == at_ms


def test_it_ticks_only_when_frozen(clock: SettableClock) -> None:
    """A request moves a frozen clock by its tick; a running one moves by itself."""
    clock.tick_ms = 7
    clock.tick()
    assert clock.now_ms() == 1_000

    clock.freeze()
    clock.tick()
    assert clock.now_ms() == 1_007


@pytest.mark.parametrize("start", ["9998-12-31T23:59:59.999Z", "9998-12-31T23:59:59Z,run", "2024-01-01,tick=2900000d"])
def test_it_stops_at_the_end_of_time(start: str, machine: ManualClock) -> None:
    """Ticking or running, it gets no further than the last year that leaves room for another."""
    clock = SettableClock(machine)
    ClockStart.of(start).start(clock)
    for _ in range(2):
        clock.tick()
        machine.advance(5_000)

    assert iso(clock.now_ms()) == "9998-12-31T23:59:59.999Z"


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("2024-01-01T00:00:00Z", ClockStart(JANUARY_MS)),
        ("2024-01-01", ClockStart(JANUARY_MS)),
        ("1704067200000,tick=1ms", ClockStart(JANUARY_MS, tick_ms=1)),
        ("2024-01-01T01:00:00+01:00,tick=2s", ClockStart(JANUARY_MS, tick_ms=2_000)),
        ("2024-01-01T00:00:00Z,run", ClockStart(JANUARY_MS, runs=True)),
    ],
)
def test_a_start_is_written_as_a_time_and_a_manner(text: str, start: ClockStart, machine: ManualClock) -> None:
    """What the option says is how the clock begins."""
    assert ClockStart.of(text) == start

    clock = SettableClock(machine)
    start.start(clock)
    machine.advance(1_000)
    clock.tick()
    assert clock.now_ms() == JANUARY_MS + (1_000 if start.runs else start.tick_ms)


def test_a_start_that_stands_still_does_so_to_the_millisecond() -> None:
    """However much time passes on the machine while the clock is started."""
    clock = SettableClock(ManualClock(1_000, tick_ms=7))

    ClockStart(JANUARY_MS).start(clock)

    assert clock.now_ms() == JANUARY_MS


@pytest.mark.parametrize(
    "text", ["", "soon", "2024-01-01,tick", "2024-01-01,tick=-1ms", "2024-13-01", "2024-01-01,stop"]
)
def test_a_start_that_says_nothing_is_refused(text: str) -> None:
    """The message says what a start looks like."""
    with pytest.raises(ValueError, match=r"got|tick"):
        ClockStart.of(text)


@given(st.integers(0, LONGEST_MS - 1))
def test_times_are_read_as_they_are_written(milliseconds: int) -> None:
    """ISO text loses no millisecond."""
    assert time_ms(iso(milliseconds)) == milliseconds == time_ms(milliseconds)


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [
        ("20240101", JANUARY_MS),
        ("20240101T000000Z", JANUARY_MS),
        ("1704067200000", JANUARY_MS),
        ("100000000", 100_000_000),
    ],
)
def test_digits_are_a_date_or_a_number(text: str, milliseconds: int) -> None:
    """Eight of them are a day, more are milliseconds since 1970; at the start of a clock as everywhere."""
    assert time_ms(text) == milliseconds == ClockStart.of(text).now_ms


@pytest.mark.parametrize("text", ["0", "2024", "202401", "20241301", "9" * 16, "9" * 5_000, "١٢٣٤٥٦٧٨٩"])
def test_other_digits_are_refused(text: str) -> None:
    """A year is no moment, nor is it the third second of 1970."""
    for read in (time_ms, ClockStart.of):
        with pytest.raises(ValueError, match="a time is one such as"):
            read(text)


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [
        ("250ms", 250),
        ("30s", 30_000),
        ("5 m", 300_000),
        ("2h", 7_200_000),
        ("7d", 604_800_000),
        (90, 90),
        ("1.5s", 1500),
    ],
)
def test_durations_have_units(text: object, milliseconds: int) -> None:
    """Without one they are milliseconds."""
    assert duration_ms(text) == milliseconds


@pytest.mark.parametrize("came", ["", "s", "1 year", "1e3", None, True, [1], {}, "99999999999d"])
def test_other_durations_are_refused(came: object) -> None:
    """The message says what a duration looks like."""
    with pytest.raises(ValueError, match="duration"):
        duration_ms(came)
