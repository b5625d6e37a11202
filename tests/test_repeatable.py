"""With a seed and a clock that stands still, the same calls give the same journal, to the byte."""

from pathlib import Path

import pytest

from emulator.clock import ClockStart
from emulator.journal.encoding import encode_block
from emulator.ledger.sizes import sizes
from emulator.ledger.verification import get_digest
from emulator.runtime import Emulator
from emulator.settings import Settings
from tests.session.conversation import Conversation

CLOCK = ClockStart.of("2024-01-01T00:00:00Z,tick=1ms")
GOLDEN_DIGEST = "efb534f93756dcd13cfeb0268d5b781a98659207ef919e49b748c61457aa016b"
"""Of `play` with the seed 42. It changes only when journals do, which is a thing to be told in the changelog."""

TRANSACTIONS = [
    ["CREATE TABLE Person", "CREATE INDEX ON Person (name)"],
    ["INSERT INTO Person << {'name': 'Ada', 'born': 1815}, {'name': 'Grace', 'born': `1906-12-09`} >>"],
    ["SELECT * FROM Person WHERE name = 'Ada'", "UPDATE Person SET born = 1816 WHERE name = 'Ada'"],
    ["DELETE FROM Person WHERE name = 'Grace'"],
]


def play(emulator: Emulator, name: str = "golden") -> None:
    """Make a ledger and some transactions in it."""
    emulator.account().ledgers.create(name, "STANDARD")
    for statements in TRANSACTIONS:
        transact(emulator, statements, name)


def transact(emulator: Emulator, statements: list[str], name: str = "golden") -> None:
    emulator.clock.tick()
    ledger = emulator.account().ledgers.connect(name)
    Conversation(emulator.sessions.start(ledger, name, emulator.request_ids.new_id())).transact(*statements)


def digest(emulator: Emulator, name: str = "golden") -> str:
    return get_digest(emulator.account().ledgers.connect(name)).digest.hex()


def journal(emulator: Emulator, name: str = "golden") -> list[bytes]:
    return [encode_block(block) for block in emulator.account().ledgers.connect(name).journal.read(0, 100)]


def seeded(seed: str = "42", data_dir: Path | None = None) -> Emulator:
    return Emulator(Settings(seed=seed, clock=CLOCK, data_dir=data_dir))


def test_digest_is_golden() -> None:
    """On every machine, in every version of Python, today and after the next change."""
    emulator = seeded()
    play(emulator)

    assert digest(emulator) == GOLDEN_DIGEST


def test_nothing_is_left_of_a_ledger_in_memory() -> None:
    """The next one, which may have its databases, has none of its blocks, documents or tags, and the same size."""
    first = seeded()
    play(first)
    found = journal(first), sizes(first.account().ledgers.connect("golden"))
    play(first, "another")
    first.close()
    second = seeded()
    assert second.all_ledgers() == []
    play(second)
    assert (journal(second), sizes(second.account().ledgers.connect("golden"))) == found


def test_same_calls_give_the_same_bytes(tmp_path: Path) -> None:
    """In memory and on disk, every block is the same."""
    in_memory, on_disk = seeded(), seeded(data_dir=tmp_path)
    for emulator in (in_memory, on_disk):
        play(emulator)

    assert journal(in_memory) == journal(on_disk)
    on_disk.close()


def test_ledgers_do_not_move_each_other() -> None:
    """What happens to one ledger does not depend on what others are there and what was asked meanwhile."""
    alone, crowded = seeded(), seeded()
    play(alone)
    crowded.account().ledgers.create("other", "STANDARD")
    crowded.request_ids.new_id()
    play(crowded)

    assert digest(crowded) == digest(alone)


def test_another_seed_gives_another_journal() -> None:
    """Ids come from the seed, and so hashes do."""
    other = seeded("43")
    play(other)

    assert digest(other) != GOLDEN_DIGEST


def test_ids_are_not_given_again_after_a_restart(tmp_path: Path) -> None:
    """A ledger that is opened again goes on with ids that its journal does not have."""
    emulator = seeded(data_dir=tmp_path)
    play(emulator)
    emulator.close()

    emulator = seeded(data_dir=tmp_path)
    emulator.account().ledgers.create("second", "STANDARD")
    for _ in range(3):
        transact(emulator, ["INSERT INTO Person {'name': 'Mary'}"])
    drafts = [block.draft for block in emulator.account().ledgers.connect("golden").journal.read(0, 100)]
    emulator.close()

    assert len({draft.transaction_id for draft in drafts}) == len(drafts)
    inserted = [it.metadata.document_id for draft in drafts for it in draft.revisions if it.metadata.version == 0]
    assert len(set(inserted)) == len(inserted) == 5


@pytest.mark.parametrize("seed", ["42", "a word"])
def test_seeds_are_any_text(seed: str) -> None:
    """A ledger without statements has a digest from the seed alone."""
    first, again = seeded(seed), seeded(seed)
    for emulator in (first, again):
        emulator.account().ledgers.create("golden", "STANDARD")

    assert digest(first) == digest(again)
