"""The threads of writers: what they do about failures, and how they end."""

import threading
from collections.abc import Callable, Iterator

import pytest

from emulator.delivery.pace import Pace, Stopped
from emulator.delivery.sinks import SinkError
from emulator.delivery.store import JobStoreError
from emulator.delivery.writers import Writers

WAIT_SECONDS = 30


@pytest.fixture
def writers() -> Iterator[Writers]:
    writers = Writers()
    yield writers
    writers.stop_all()


class Scripted:
    """A writer whose steps are given; it notes what it is told."""

    def __init__(self, *steps: Callable[[], float | None]) -> None:
        self._steps = iter(steps)
        self.told: list[Exception] = []
        self.goes_on = True
        self.closed = threading.Event()

    def step(self) -> float | None:
        return next(self._steps)()

    def failed(self, error: Exception) -> bool:
        self.told.append(error)
        return self.goes_on

    def close(self) -> None:
        self.closed.set()


def ends() -> None:
    return None


def fails(error: Exception) -> Callable[[], None]:
    def fail() -> None:
        raise error

    return fail


@pytest.mark.parametrize("error", [SinkError("SlowDown", "later", refused=False), ZeroDivisionError(), OSError()])
def test_failed_step_is_tried_again(writers: Writers, error: Exception) -> None:
    """Whatever goes wrong, the writer is told of it, and goes on."""
    writer = Scripted(fails(error), fails(error), ends)
    writers.start("job", lambda pace: writer)

    assert writer.closed.wait(WAIT_SECONDS)
    assert writer.told == [error, error]


def test_writer_may_give_up(writers: Writers) -> None:
    """A writer that says its job is over is not asked again."""
    writer = Scripted(fails(OSError()), fails(ZeroDivisionError()))
    writer.goes_on = False
    writers.start("job", lambda pace: writer)

    assert writer.closed.wait(WAIT_SECONDS)
    assert [type(error) for error in writer.told] == [OSError]


def test_record_that_fails_is_no_end(writers: Writers) -> None:
    """When not even the failure can be recorded, the writer tries on."""
    writer = Scripted(fails(OSError()), ends)

    def failed(error: Exception) -> bool:
        raise JobStoreError("the disk is full")

    writer.failed = failed  # type: ignore[method-assign]
    writers.start("job", lambda pace: writer)

    assert writer.closed.wait(WAIT_SECONDS)


def test_job_has_one_writer(writers: Writers) -> None:
    """Starting it again while it runs does nothing."""
    made: list[Pace] = []
    going = threading.Event()

    def make(pace: Pace) -> Scripted:
        made.append(pace)
        going.set()
        return Scripted(lambda: 60.0)

    writers.start("job", make)
    assert going.wait(WAIT_SECONDS)
    writers.start("job", make)

    assert len(made) == 1


def test_stopping_ends_work_that_gives_way(writers: Writers) -> None:
    """A writer in the middle of a long step ends at the next point where it gives way, and is told of no failure."""
    working = threading.Event()

    def make(pace: Pace) -> Scripted:
        def work() -> None:
            while True:
                working.set()
                pace.give_way()

        made.append(Scripted(work))
        return made[0]

    made: list[Scripted] = []
    writers.start("job", make)
    assert working.wait(WAIT_SECONDS)
    writers.stop("job")

    assert made[0].closed.wait(WAIT_SECONDS)
    assert made[0].told == []


def test_stopping_ends_waiting() -> None:
    """However long a writer was to wait."""
    pace = Pace()
    threading.Timer(0.01, pace.stop).start()

    with pytest.raises(Stopped):
        pace.wait(600)
