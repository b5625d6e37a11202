"""What was opened first, where something that is opened after it may fail."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol, TypeVar


class Closable(Protocol):
    def close(self) -> None: ...


T = TypeVar("T", bound=Closable)


@contextmanager
def closed_on_failure(opened: T) -> Iterator[T]:
    """Close it if what follows raises; otherwise it stays open."""
    try:
        yield opened
    except BaseException:
        opened.close()
        raise
