"""What every journal store promises, in a file and in memory. A store in `STORES` is tested by being there."""

import os
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from emulator.journal.block import Block, BlockAddress, Draft, Redaction
from emulator.journal.hash_chain import data_hash
from emulator.journal.stores import STORES, AppendConflict, JournalError, JournalStore
from tests.journal.builders import STRAND, chain, document, following, insert_of, redaction_of

Open = Callable[[Path | None], JournalStore]
KINDS = [(name, place) for name in STORES for place in ("file", "memory")]
SECRET = "a name nobody may know"


@pytest.fixture(params=STORES)
def open_store(request: pytest.FixtureRequest) -> Open:
    return STORES[request.param]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.sqlite"


@pytest.fixture(params=KINDS, ids="-".join)
def store(request: pytest.FixtureRequest, path: Path) -> Iterator[JournalStore]:
    name, place = request.param
    opened = STORES[name](path if place == "file" else None)
    yield opened
    opened.close()


def all_of(store: JournalStore) -> list[Block]:
    return list(store.read(0, 1 << 40))


def chain_with(data: bytes) -> list[Block]:
    """A chain of three whose block 1 inserts the data."""
    start = chain(1)
    return [*start, *following(start[0], insert_of(data, 1), insert_of(document(a=2), 2))]


def redact_first_document(store: JournalStore, blocks: list[Block]) -> None:
    store.redact([redaction_of(blocks[1])])


# Appending and reading


def test_new_journal_is_empty(store: JournalStore) -> None:
    """A journal that was just created has no tip and nothing to read."""
    assert store.tip() is None
    assert all_of(store) == []


def test_blocks_come_back_in_order(store: JournalStore) -> None:
    """What was appended, in several groups, is read back as it was."""
    blocks = chain(7)
    store.append(blocks[:1], 0)
    store.append(blocks[1:5], 1)
    store.append(blocks[5:], 5)
    assert all_of(store) == blocks
    assert store.tip() == blocks[-1]


@pytest.mark.parametrize(("start", "stop"), [(0, 0), (0, 1), (2, 5), (5, 5), (5, 2), (4, 100), (7, 9)])
def test_ranges_are_half_open(store: JournalStore, start: int, stop: int) -> None:
    """Reading stops before the end of its range, and at the tip."""
    blocks = chain(7)
    store.append(blocks, 0)
    assert list(store.read(start, stop)) == blocks[start:stop]


def test_long_ranges_are_read_whole(store: JournalStore) -> None:
    """Reading in portions neither loses nor repeats a block."""
    blocks = chain(700)
    store.append(blocks, 0)
    assert all_of(store) == blocks


def test_large_documents_are_read_whole(store: JournalStore) -> None:
    """Blocks of which few fit into one portion come back as well."""
    start = chain(1)
    drafts = [insert_of(document(text=str(number) * 120_000), number) for number in range(1, 9)]
    blocks = [*start, *following(start[0], *drafts)]
    store.append(blocks, 0)
    assert all_of(store) == blocks


def test_appending_nothing_is_no_change(store: JournalStore) -> None:
    """An empty group leaves the journal as it is."""
    store.append([], 0)
    assert store.tip() is None


def test_append_behind_another_writer_conflicts(store: JournalStore) -> None:
    """Who expects another number than the journal's next is told so, and writes nothing."""
    blocks = chain(4)
    store.append(blocks[:2], 0)
    for late in (blocks[1:3], blocks[3:]):
        with pytest.raises(AppendConflict, match="continues with block 2"):
            store.append(late, late[0].address.sequence_no)
    assert all_of(store) == blocks[:2]


def test_group_with_a_gap_is_refused(store: JournalStore) -> None:
    """Blocks of one group are numbered one after the other."""
    blocks = chain(4)
    with pytest.raises(ValueError, match="without gaps"):
        store.append([blocks[0], blocks[2]], 0)
    assert store.tip() is None


def test_reading_while_a_thread_appends(store: JournalStore) -> None:
    """Readers see whole groups, in order, while another thread writes them."""
    blocks = chain(120)

    def write() -> None:
        for start in range(0, 120, 3):
            store.append(blocks[start : start + 3], start)

    writer = threading.Thread(target=write)
    writer.start()
    lengths = []
    while writer.is_alive():
        seen = all_of(store)
        assert seen == blocks[: len(seen)]
        lengths.append(len(seen))
    writer.join()
    assert all(length % 3 == 0 for length in lengths)
    assert all_of(store) == blocks


def test_reading_can_be_left_open(store: JournalStore) -> None:
    """A reader that stopped half-way hinders neither appending nor redacting."""
    blocks = chain_with(document(name=SECRET))
    store.append(blocks, 0)
    reading = store.read(0, 1000)
    next(reading)
    store.append(following(blocks[-1], Draft("T" * 22)), 3)
    redact_first_document(store, blocks)
    assert len(list(reading)) >= 2


def test_reader_of_its_own_sees_what_is_appended(store: JournalStore) -> None:
    """A further reader sees every block appended before or after it was made, and the store outlives it."""
    blocks = chain(3)
    store.append(blocks[:2], 0)
    reader = store.reader()
    assert reader.tip() == blocks[1]
    store.append(blocks[2:], 2)
    assert list(reader.read(1, 3)) == blocks[1:]
    reader.close()
    reader.close()
    assert all_of(store) == blocks


def test_reader_left_open_does_not_hinder_redaction(store: JournalStore) -> None:
    """A further reader in the middle of a range neither delays a redaction nor keeps the data."""
    blocks = chain_with(document(name=SECRET))
    store.append(blocks, 0)
    reader = store.reader()
    reading = reader.read(0, 1)
    next(reading)
    redact_first_document(store, blocks)
    assert [block.draft.revisions[0].data for block in reader.read(1, 2)] == [None]
    reader.close()


# Redaction


def test_redaction_replaces_data_by_its_hash(store: JournalStore) -> None:
    """The redacted revision has the hash of its data in place of the data; nothing else in the journal changes."""
    data = document(name=SECRET)
    blocks = chain_with(data)
    store.append(blocks, 0)
    redact_first_document(store, blocks)
    after = all_of(store)
    (revision,) = after[1].draft.revisions
    assert (revision.data, revision.data_hash) == (None, data_hash(data))
    assert revision.hash == blocks[1].draft.revisions[0].hash
    assert after[1].block_hash == blocks[1].block_hash
    assert [after[0], after[2]] == [blocks[0], blocks[2]]


def test_redacting_again_changes_nothing(store: JournalStore) -> None:
    """A revision that is redacted already stays as it is."""
    blocks = chain_with(document(name=SECRET))
    store.append(blocks, 0)
    redact_first_document(store, blocks)
    once = all_of(store)
    redact_first_document(store, blocks)
    assert all_of(store) == once


@pytest.mark.parametrize(("sequence_no", "document_id", "version"), [(1, "another", 0), (2, "", 0), (99, "", 0)])
def test_unknown_revision_is_not_redacted(
    store: JournalStore, sequence_no: int, document_id: str, version: int
) -> None:
    """Asking for a revision or a block that does not exist is an error and changes nothing."""
    blocks = chain(3)
    store.append(blocks, 0)
    with pytest.raises(JournalError, match=str(sequence_no)):
        store.redact([Redaction(BlockAddress(STRAND, sequence_no), "table", document_id, version)])
    assert all_of(store) == blocks


@pytest.mark.parametrize("size", [1, 5_000])  # in a page of the file, and in overflow pages
def test_redacted_data_is_nowhere(open_store: Open, path: Path, size: int) -> None:
    """After a redaction no file of the journal holds the data, while the journal is open and after."""
    blocks = chain_with(document(name=SECRET * size))
    store = open_store(path)
    store.append(blocks, 0)
    assert holds_secret(path.parent)
    redact_first_document(store, blocks)
    assert not holds_secret(path.parent)
    store.close()
    assert not holds_secret(path.parent)


def holds_secret(folder: Path) -> bool:
    return any(SECRET.encode() in file.read_bytes() for file in folder.iterdir())


# Closing, opening, failing


def test_blocks_outlive_the_store(open_store: Open, path: Path) -> None:
    """A journal opened again holds what it held, redactions included."""
    blocks = chain_with(document(name=SECRET))
    store = open_store(path)
    store.append(blocks, 0)
    redact_first_document(store, blocks)
    expected = all_of(store)
    store.close()
    assert all_of(open_store(path)) == expected


def test_closing_twice_is_harmless(store: JournalStore) -> None:
    """Closing a closed store does nothing; using it is an error."""
    store.close()
    store.close()
    with pytest.raises(JournalError):
        store.tip()


def test_another_store_on_the_same_journal_conflicts(open_store: Open, path: Path) -> None:
    """Of two that append the same block, the second learns that it was late, and sees the first one's block."""
    blocks = chain(3)
    one, other = open_store(path), open_store(path)
    one.append(blocks[:2], 0)
    with pytest.raises(AppendConflict):
        other.append(blocks[:1], 0)
    assert all_of(other) == blocks[:2]
    other.append(blocks[2:], 2)
    assert one.tip() == blocks[2]


def test_racing_stores_never_both_append(open_store: Open, path: Path) -> None:
    """When several append the same numbers at once, each block is written by exactly one of them."""
    blocks = chain(30)

    def race() -> list[int]:
        store = open_store(path)
        return [number for number, block in enumerate(blocks) if not conflicts(store, block)]

    with ThreadPoolExecutor(4) as pool:
        racers = [pool.submit(race) for _ in range(4)]
    assert sorted(number for racer in racers for number in racer.result()) == list(range(30))


def conflicts(store: JournalStore, block: Block) -> bool:
    try:
        store.append([block], block.address.sequence_no)
    except AppendConflict:
        return True
    return False


KILLED = """
import os, signal, sys
from pathlib import Path
from emulator.journal.stores import STORES
from tests.journal.builders import chain
STORES[sys.argv[1]](Path(sys.argv[2])).append(chain(3), 0)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.process
@pytest.mark.parametrize("name", STORES)
def test_appended_blocks_survive_a_kill(name: str, path: Path) -> None:
    """What was appended is there when the process was killed right after."""
    killed = subprocess.run([sys.executable, "-c", KILLED, name, path], check=False, env={**os.environ})
    assert killed.returncode == -signal.SIGKILL
    assert all_of(STORES[name](path)) == chain(3)


def test_full_disk_leaves_the_journal_as_it_was(open_store: Open, path: Path) -> None:
    """An append that finds no room fails, writes nothing, and later appends work."""
    start = chain(1)
    small, large = following(start[0], insert_of(document(a=1), 1)), following(start[0], insert_of(bulk(), 1))
    store = open_store(path)
    store.append(start, 0)
    with no_room_beyond(max(file.stat().st_size for file in path.parent.iterdir()) + 4096), pytest.raises(JournalError):
        store.append(large, 1)
    assert all_of(store) == start
    store.append(small, 1)
    assert all_of(store) == [*start, *small]


def bulk() -> bytes:
    return document(text="bulk" * 25_000)


class no_room_beyond:  # noqa: N801
    """No file of this process can grow beyond a size meanwhile."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._before = resource.getrlimit(resource.RLIMIT_FSIZE)

    def __enter__(self) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (self._size, self._before[1]))

    def __exit__(self, *_: object) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, self._before)


def test_foreign_file_is_refused_untouched(open_store: Open, path: Path) -> None:
    """A file that is no journal is refused by name, and left as it is."""
    path.write_bytes(b"a shopping list " * 1000)
    with pytest.raises(JournalError, match=r"journal\.sqlite"):
        open_store(path)
    assert path.read_bytes() == b"a shopping list " * 1000


def test_missing_folder_is_refused(open_store: Open, tmp_path: Path) -> None:
    """A journal cannot be created in a folder that does not exist."""
    with pytest.raises(JournalError, match="nowhere"):
        open_store(tmp_path / "nowhere" / "journal.sqlite")
