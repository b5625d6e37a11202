"""What must cost the same however long the journal is: asked of a small ledger and of a large one, by turns."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from bench.documents import SELECT
from bench.engine import fill, open_ledger, read
from bench.measuring import Bench, interleaved, seconds
from bench.report import Row, at_most
from emulator.journal.block import BlockAddress
from emulator.ledger.ledger import Ledger
from emulator.ledger.verification import get_digest, get_revision

_ROUNDS = 2000
"""So many that the upper levels of all trees have been read, as in a server that runs for a second."""
_OPENINGS = 25
_GOAL = 1.3
_PER_SECOND = {"ms": 1e3, "µs": 1e6}
_FIRST_DOCUMENT = 3
"""The blocks before hold no document: the first of all, the table, the index."""


def measure(bench: Bench) -> Iterator[Row]:
    folders = {blocks: bench.folder / str(blocks) for blocks in (bench.scale.blocks, bench.scale.small_blocks)}
    for blocks, folder in folders.items():
        with closing(open_ledger(folder)) as ledger:
            fill(ledger, blocks)
    large, small = folders.values()
    opening = interleaved(lambda: _opening(large), lambda: _opening(small), _OPENINGS)
    yield _row("opening a ledger", bench, opening, "ms")
    with closing(open_ledger(large)) as large_ledger, closing(open_ledger(small)) as small_ledger:
        value, floor = _Asked(large_ledger), _Asked(small_ledger)
        for name, operation in _OPERATIONS.items():
            yield _row(name, bench, interleaved(_timed(operation, value), _timed(operation, floor), _ROUNDS), "µs")


@dataclass(slots=True)
class _Asked:
    """A ledger, and the random choices of what to ask it."""

    ledger: Ledger
    _random: random.Random = field(default_factory=lambda: random.Random(7))

    def block(self) -> int:
        return self._random.randrange(_FIRST_DOCUMENT, self.ledger.tip.address.sequence_no + 1)


def _select(asked: _Asked) -> Callable[[], object]:
    number = asked.block()
    return lambda: read(asked.ledger, SELECT, [number])


def _digest(asked: _Asked) -> Callable[[], object]:
    return lambda: get_digest(asked.ledger)


def _revision(asked: _Asked) -> Callable[[], object]:
    ledger = asked.ledger
    address = BlockAddress(ledger.strand_id, asked.block())
    (block,) = ledger.journal.read(address.sequence_no, address.sequence_no + 1)
    document_id = block.draft.revisions[0].metadata.document_id
    return lambda: get_revision(ledger, address, document_id, ledger.tip.address)


_OPERATIONS: dict[str, Callable[[_Asked], Callable[[], object]]] = {
    "SELECT by an index": _select,
    "GetDigest": _digest,
    "GetRevision with proof": _revision,
}


def _timed(operation: Callable[[_Asked], Callable[[], object]], asked: _Asked) -> Callable[[], float]:
    return lambda: seconds(operation(asked))


def _opening(folder: Path) -> float:
    opened: list[Ledger] = []
    elapsed = seconds(lambda: opened.append(open_ledger(folder)))
    opened[0].close()
    return elapsed


def _row(name: str, bench: Bench, measured: tuple[float, float], unit: str) -> Row:
    value, floor = (elapsed * _PER_SECOND[unit] for elapsed in measured)
    scale = bench.scale
    return at_most(f"{name}, {scale.blocks:,} blocks against {scale.small_blocks:,}", value, floor, _GOAL, unit)
