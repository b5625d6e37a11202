"""What writers read of a journal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from emulator.clock import ManualClock
from emulator.delivery.pace import Pace
from emulator.delivery.source import JournalSource
from emulator.ion.values import Struct
from emulator.journal.block import Block
from emulator.ledger.ledger import Ledger
from tests.ledger.driving import committed, create_table, insert, struct, table
from tests.ledger.test_erasing import DELAY_MS, open_ledger, redact, revisions

BLOCKS = 40


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def ledger(tmp_path: Path, clock: ManualClock) -> Iterator[Ledger]:
    """A ledger in whose last block but two a person has a name that the last but one takes away."""
    ledger = open_ledger(tmp_path / "ledger", clock)
    create_table(ledger, "T")
    while ledger.tip.address.sequence_no < BLOCKS - 3:
        insert(ledger, "T", struct(number=1))
    person = insert(ledger, "T", struct(name="Ada"))
    committed(ledger, lambda t: t.replace(table(ledger, "T"), person, struct(name="nobody")))
    yield ledger
    ledger.close()


def of_ada(ledger: Ledger) -> Struct:
    """The revision that has her name; ids may have it too."""
    return next(each for each in revisions(ledger) if "'Ada'" in repr(each["data"]))


def names(blocks: Iterator[Block]) -> list[bytes]:
    """The data of all revisions that speak of Ada."""
    data = [revision.data or b"" for block in blocks for revision in block.draft.revisions]
    return [each for each in data if b"Ada" in each]


@pytest.mark.parametrize("begun", [False, True], ids=["before a writer begins", "while it reads"])
def test_erased_data_is_not_delivered(ledger: Ledger, clock: ManualClock, begun: bool) -> None:
    """What is redacted is gone from what a writer has still to read, even if it read blocks before it already."""
    source, pace = JournalSource(ledger), Pace()
    blocks = source.read(0, BLOCKS, pace)
    if begun:
        next(blocks)
    redact(ledger, of_ada(ledger))
    clock.advance(DELAY_MS)
    ledger.write()

    assert names(blocks) == []
    source.close()


def test_data_that_is_not_due_is_delivered(ledger: Ledger) -> None:
    """Until its time is there, a redaction changes nothing."""
    source = JournalSource(ledger)
    redact(ledger, of_ada(ledger))

    assert len(names(source.read(0, BLOCKS, Pace()))) == 1
    source.close()
