"""What is particular to the journal in SQLite: its file, its settings, and how damage shows."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from emulator.journal.errors import JournalError
from emulator.journal.stores.sqlite import SqliteJournal
from tests.journal.builders import chain, document, first, following, insert_of, redaction_of

SYNCHRONOUS_FULL = 2


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.sqlite"


@pytest.fixture
def file(path: Path) -> Iterator[sqlite3.Connection]:
    """The file of a closed journal of five blocks, opened behind its back."""
    store = SqliteJournal(path)
    store.append(chain(5), 0)
    store.close()
    connection = sqlite3.connect(path, isolation_level=None)
    yield connection
    connection.close()


def test_closing_leaves_one_file(path: Path, file: sqlite3.Connection) -> None:
    """A closed journal is a single file, whose log has been folded in."""
    assert [entry.name for entry in path.parent.iterdir() if entry.stat().st_size] == [path.name]


def test_appends_wait_for_the_disk(path: Path) -> None:
    """SQLite flushes the log at every commit. No test without a power failure would notice that it did not."""
    store = SqliteJournal(path)
    settings = [
        store._writer.connection.execute(f"PRAGMA {name}").fetchone() for name in ("journal_mode", "synchronous")
    ]
    store.close()

    assert settings == [("wal",), (SYNCHRONOUS_FULL,)]


def test_another_programs_database_is_refused_untouched(path: Path) -> None:
    """A SQLite database with other tables is not taken over."""
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE shopping (item)")
    other.close()
    before = path.read_bytes()
    with pytest.raises(JournalError, match="another program's database"):
        SqliteJournal(path)
    assert path.read_bytes() == before


def test_other_format_is_refused(path: Path, file: sqlite3.Connection) -> None:
    """A journal of a later format is told from a damaged one."""
    file.execute("PRAGMA user_version = 7")
    with pytest.raises(JournalError, match="has format 7, this version reads format 1"):
        SqliteJournal(path)


def test_damaged_block_is_named(path: Path, file: sqlite3.Connection) -> None:
    """Reading reaches a damaged block and says which it is."""
    file.execute("UPDATE block SET body = x'01ff' WHERE sequence_no = 3")
    store = SqliteJournal(path)
    reading = store.read(0, 5)
    assert [next(reading).address.sequence_no for _ in range(3)] == [0, 1, 2]
    with pytest.raises(JournalError, match="damaged at block 3"):
        next(reading)


def test_missing_block_is_named(path: Path, file: sqlite3.Connection) -> None:
    """A gap in the journal is damage, not the end of it."""
    file.execute("DELETE FROM block WHERE sequence_no = 2")
    with pytest.raises(JournalError, match="block 2 is missing"):
        list(SqliteJournal(path).read(0, 5))


def test_misplaced_block_is_named(path: Path, file: sqlite3.Connection) -> None:
    """A block that stands where another belongs is damage."""
    file.execute("UPDATE block SET body = (SELECT body FROM block WHERE sequence_no = 1) WHERE sequence_no = 4")
    with pytest.raises(JournalError, match="block 1 stands at 4"):
        SqliteJournal(path).tip()


def test_damaged_file_is_an_error_of_the_journal(path: Path, file: sqlite3.Connection) -> None:
    """Pages overwritten with nonsense give an error that names the journal."""
    file.close()
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xaa" * (len(content) - 4096)
    path.write_bytes(content)
    with pytest.raises(JournalError, match=r"journal\.sqlite failed"):
        list(SqliteJournal(path).read(0, 5))


def test_redaction_behind_a_foreign_reader_is_repeated(path: Path) -> None:
    """While another program reads the file, redacted data stays in the log; redacting again removes it."""
    store, blocks = SqliteJournal(path), chain(3)
    store.append(blocks, 0)
    reader = sqlite3.connect(path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM block").fetchall()
    with pytest.raises(JournalError, match="another program reads it"):
        store.redact([redaction_of(blocks[1])])
    reader.close()
    store.redact([redaction_of(blocks[1])])
    assert not any(b"Ada 1" in file.read_bytes() for file in path.parent.iterdir())


def test_redaction_leaves_no_copies_of_neighbours(path: Path) -> None:
    """Of many revisions redacted one by one, large and small, none leaves a trace in any page of the file."""
    blocks = [first()]
    for number in range(1, 400):
        data = document(name=f"Ada {number:05}", **({"text": "x" * (number * 37 % 3000)} if number % 3 else {}))
        blocks += following(blocks[-1], insert_of(data, number))
    store = SqliteJournal(path)
    store.append(blocks, 0)
    asked = [redaction_of(blocks[number * 91 % 397 + 1]) for number in range(300)]
    for redaction in asked:
        store.redact([redaction])
    gone = [f"Ada {int(redaction.document_id):05}".encode() for redaction in asked]
    stored = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert [name for name in gone if name in stored] == []
    assert stored.count(b"Ada ") == 399 - len(set(gone))
