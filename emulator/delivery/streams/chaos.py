"""What Kinesis may do to records, done on purpose: some come twice, and none in order.

Consumers have to bear that (developer guide, `streams`: delivered at least once, in no promised order), and on a quiet
machine it hardly ever happens by itself. Nothing is lost, and the same stream is disturbed in the same way again.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TypeVar

R = TypeVar("R")

TWICE = 0.2
"""How many of the records come twice."""


class Chaos:
    def __init__(self, seed: str) -> None:
        self._chance = Random(seed)

    def disturbed(self, records: Sequence[R]) -> list[R]:
        """The same records in another order, some of them twice."""
        chance = self._chance
        disturbed = [*records, *(record for record in records if chance.random() < TWICE)]
        chance.shuffle(disturbed)
        return disturbed
