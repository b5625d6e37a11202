"""For tests of what must not take long: how long is too long, on any machine, however busy it is."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic, sleep

TOO_LONG_SECONDS = 30
"""Work that grows with its input takes well under a second. What fails is work that grows with the square of it."""


@contextmanager
def soon() -> Iterator[None]:
    """What happens inside must not take too long."""
    started = monotonic()
    yield
    seconds = monotonic() - started
    assert seconds < TOO_LONG_SECONDS, f"it took {seconds:.0f} seconds"


def eventually(holds: Callable[[], bool]) -> bool:
    """Whether something comes true before it has taken too long."""
    ends = monotonic() + TOO_LONG_SECONDS
    while not (it_holds := holds()) and monotonic() < ends:
        sleep(0.01)
    return it_holds
