"""What an account keeps from one start to the next, and what it cleans up."""

import os
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from emulator.account.data_folder import DataFolder, DataFolderError
from emulator.account.store import AccountStore
from emulator.clock import ManualClock
from emulator.errors import ResourceNotFoundException
from emulator.journal.errors import JournalError
from emulator.ledger.ledger import Ledger
from emulator.runtime import Emulator
from emulator.settings import Settings
from tests.timing import eventually

ARN = "arn:aws:qldb:us-east-1:123456789012:ledger/first"
Start = Callable[[], Emulator]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def start(folder: Path, clock: ManualClock) -> Iterator[Start]:
    """Starts an emulator on the folder, after closing the one before."""
    running: list[Emulator] = []

    def start() -> Emulator:
        if running:
            running.pop().close()
        running.append(Emulator(Settings(data_dir=folder, ledger_deleting_ms=1_000), clock))
        return running[0]

    yield start
    for emulator in running:
        emulator.close()


def create(emulator: Emulator, name: str = "first") -> None:
    emulator.account().ledgers.create(name, "STANDARD", False, tags={"team": "blue", "bare": None})


def ledger_folders(folder: Path) -> list[Path]:
    return sorted((folder / "ledgers").iterdir())


def test_the_registry_waits_for_the_disk(tmp_path: Path) -> None:
    """A created ledger outlives the loss of power, as its journal does. No other test would notice."""
    store = AccountStore(tmp_path / "account.sqlite")
    (synchronous,) = store._database.execute("PRAGMA synchronous").fetchone()
    store.close()

    assert synchronous == 2  # FULL


def test_ledgers_and_tags_are_kept(start: Start) -> None:
    """A restart changes nothing of what clients see."""
    emulator = start()
    create(emulator)
    before = emulator.account().ledgers.describe("first")
    strand_id = emulator.account().ledgers.connect("first").strand_id

    account = start().account()

    assert account.ledgers.describe("first") == before
    assert account.ledgers.connect("first").strand_id == strand_id
    assert account.tags.list(ARN) == {"team": "blue", "bare": None}


def test_page_token_is_kept(start: Start) -> None:
    """A list can be continued after a restart."""
    emulator = start()
    create(emulator, "a")
    create(emulator, "b")
    _, token = emulator.account().ledgers.list(1)

    page, _ = start().account().ledgers.list(1, token)

    assert [ledger.name for ledger in page] == ["b"]


def test_start_opens_no_ledger(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ledgers are opened when they are used, so starting costs the same however many there are."""
    create(start())
    opened: list[object] = []
    monkeypatch.setattr(Ledger, "open", lambda *arguments: opened.append(arguments))

    start().account().ledgers.describe("first")

    assert opened == []


def test_folder_is_named_by_an_id(start: Start, folder: Path) -> None:
    """No path is built from what a client says."""
    create(start())

    (ledger,) = ledger_folders(folder)
    assert len(ledger.name) == 22
    assert "first" not in ledger.name


def test_deleted_ledger_leaves_nothing(start: Start, folder: Path, clock: ManualClock) -> None:
    """When a deletion is over, the folder is gone."""
    emulator = start()
    create(emulator)
    emulator.account().ledgers.delete("first")
    assert len(ledger_folders(folder)) == 1

    clock.advance(1_000)
    emulator.account().ledgers.list(1)

    assert eventually(lambda: ledger_folders(folder) == [])


def test_deletion_goes_on_after_a_restart(start: Start, folder: Path, clock: ManualClock) -> None:
    """A deletion that ended while nothing ran is over at the next start."""
    emulator = start()
    create(emulator)
    emulator.account().ledgers.delete("first")
    assert start().account().ledgers.describe("first").state == "DELETING"
    clock.advance(1_000)

    emulator = start()

    assert eventually(lambda: ledger_folders(folder) == [])
    with pytest.raises(ResourceNotFoundException):
        emulator.account().ledgers.describe("first")


def test_half_made_ledger_is_removed(start: Start, folder: Path) -> None:
    """A folder that was made and never registered, as after a crash, goes at the next start."""
    create(start())
    kept = ledger_folders(folder)
    (folder / "ledgers" / "0123456789012345678901").mkdir()
    (folder / "ledgers" / "0123456789012345678901" / "journal.sqlite").write_bytes(b"half")

    start()

    assert eventually(lambda: ledger_folders(folder) == kept)


def test_failed_creation_leaves_nothing(start: Start, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When a ledger cannot be registered, its folder goes, and the name stays free."""
    emulator = start()
    with monkeypatch.context() as broken:
        broken.setattr(AccountStore, "add", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
        with pytest.raises(OSError, match="disk full"):
            create(emulator)

    assert eventually(lambda: ledger_folders(folder) == [])
    create(emulator)


def test_lost_ledger_does_not_come_back_empty(start: Start, folder: Path) -> None:
    """A registered ledger whose folder is missing is an error, and not a new ledger of the same name."""
    create(start())
    start()
    shutil.rmtree(ledger_folders(folder)[0])

    with pytest.raises(JournalError):
        start().account().ledgers.connect("first")
    assert eventually(lambda: ledger_folders(folder) == [])


def test_regions_are_apart(start: Start) -> None:
    """The same name in two Regions is two ledgers."""
    emulator = start()
    create(emulator)

    with pytest.raises(ResourceNotFoundException):
        emulator.account("eu-west-1").ledgers.describe("first")
    emulator.account("eu-west-1").ledgers.create("first", "STANDARD")
    assert len(emulator.all_ledgers()) == 2


# A directory that cannot be used


def test_second_emulator_is_refused(start: Start, folder: Path) -> None:
    """A directory has one emulator at a time."""
    start()

    with pytest.raises(DataFolderError, match="is in use by another qldb-emulator"):
        Emulator(Settings(data_dir=folder))


def test_closed_emulator_lets_go(folder: Path) -> None:
    """After `close` the directory is free."""
    Emulator(Settings(data_dir=folder)).close()
    Emulator(Settings(data_dir=folder)).close()


def test_file_is_no_directory(tmp_path: Path) -> None:
    """A path that is a file is refused in a sentence."""
    (tmp_path / "file").write_text("")

    with pytest.raises(DataFolderError, match="cannot be written"):
        DataFolder(tmp_path / "file")


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may write everywhere")
def test_read_only_directory_is_refused(tmp_path: Path) -> None:
    """A directory without write permission is refused in a sentence."""
    tmp_path.chmod(0o500)

    with pytest.raises(DataFolderError, match="cannot be written"):
        DataFolder(tmp_path / "data")


def test_broken_registry_is_refused(folder: Path) -> None:
    """A registry that is no database is refused in a sentence, and the directory let go."""
    folder.mkdir()
    (folder / "account.sqlite").write_bytes(b"this is no database at all" * 100)

    for _ in range(2):
        with pytest.raises(DataFolderError, match="cannot be read"):
            Emulator(Settings(data_dir=folder))


def test_registry_of_a_later_version_is_refused(start: Start, folder: Path) -> None:
    """What a newer version wrote is not touched."""
    start().close()
    with sqlite3.connect(folder / "account.sqlite") as registry:
        registry.execute("PRAGMA user_version = 99")
    registry.close()

    with pytest.raises(DataFolderError, match="format 99 is newer"):
        Emulator(Settings(data_dir=folder))
