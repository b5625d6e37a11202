"""Things that end at a time. They all live equally long, so the oldest ends first and none need be searched."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)


class Deadlines(Generic[K]):
    """Things and the time each ends at, in the order they were added, which must be the order of those times.

    All operations cost the same however many there are; `expire` costs as much for each thing it hands over.
    """

    def __init__(self) -> None:
        self._ends_at_ms: OrderedDict[K, int] = OrderedDict()

    def add(self, thing: K, ends_at_ms: int) -> None:
        self._ends_at_ms[thing] = ends_at_ms

    def discard(self, thing: K) -> None:
        self._ends_at_ms.pop(thing, None)

    def expire(self, now_ms: int, end: Callable[[K], object]) -> None:
        """Take out, oldest first, what ends now or ended before, and call `end` with each."""
        while self._ends_at_ms:
            thing, ends_at_ms = next(iter(self._ends_at_ms.items()))
            if ends_at_ms > now_ms:
                return
            del self._ends_at_ms[thing]
            end(thing)

    def __len__(self) -> int:
        return len(self._ends_at_ms)
