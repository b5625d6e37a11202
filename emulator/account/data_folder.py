"""The data directory: a lock, the account's registry, and one folder for each ledger, named by the ledger's own id.

    lock    account.sqlite    jobs.sqlite    ledgers/{ledger_id}/    snapshots/{snapshot_id}/

No name in it ever comes from a client. A ledger's folder is made before the ledger is registered and removed after it
is forgotten, so a folder that no entry knows is what a crash left behind, and goes at the next start.
"""

import os
import shutil
import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

try:
    import fcntl
except ImportError:  # pragma: no cover - not on Windows
    fcntl = None  # type: ignore[assignment]

from emulator.errors import StartError

_PART = "next"
_LOCK = "lock"
"""The file that is locked; the number of the process that locked it is in it, for people."""


class DataFolderError(StartError):
    """The directory cannot be used; the message is one sentence for whoever started us."""


class DataFolder:
    """A directory that is ours alone until `close`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._ledgers = path / "ledgers"
        try:
            self._ledgers.mkdir(parents=True, exist_ok=True)
            self._lock = _lock(path / _LOCK)
        except BlockingIOError as error:
            raise DataFolderError(
                f"The data directory {path} is in use by another qldb-emulator, process {_process_in(path / _LOCK)}."
            ) from error
        except OSError as error:
            reason = error.strerror or error
            raise DataFolderError(f"The data directory {path} cannot be written: {reason}.") from error

    @property
    def registry(self) -> Path:
        return self._path / "account.sqlite"

    @property
    def jobs(self) -> Path:
        """The record of exports and streams, there once one was asked for."""
        return self._path / "jobs.sqlite"

    def ledger(self, ledger_id: str) -> Path:
        return self._ledgers / ledger_id

    def add_ledger(self, ledger_id: str) -> Path:
        """Make a ledger's folder, there to stay even if the power goes."""
        folder = self.ledger(ledger_id)
        folder.mkdir()
        flush_names(self._ledgers)
        return folder

    @contextmanager
    def beside(self, ledger_id: str) -> Iterator[Path]:
        """An empty folder for what is to take a ledger's place; gone afterwards, after a crash with the next start."""
        part = self.ledger(ledger_id) / _PART
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir()
        try:
            yield part
        finally:
            shutil.rmtree(part, ignore_errors=True)

    def exchange(self, ledger_id: str, part: Path) -> None:
        """Put the files of a folder in the place of a ledger's, which nobody has open, the journal first."""
        folder = self.ledger(ledger_id)
        for file in sorted(part.iterdir()):
            for log in folder.glob(f"{file.name}-*"):
                log.unlink()
            file.replace(folder / file.name)
        flush_names(folder)

    @property
    def snapshots(self) -> Path:
        """Where snapshots are, each in a folder of its own."""
        return self._path / "snapshots"

    def remove_ledger(self, ledger_id: str) -> None:
        """Remove a ledger's folder, soon."""
        _remove([self.ledger(ledger_id)])

    def keep_only(self, ledger_ids: Collection[str]) -> None:
        """Remove the folders of all other ledgers, soon, and now what a crash left beside the files of these."""
        others = [folder for folder in self._ledgers.iterdir() if folder.name not in ledger_ids]
        _remove([folder for folder in others if folder.is_dir() and not folder.is_symlink()])
        for ledger_id in ledger_ids:  # at once, for the next one there has the same name
            shutil.rmtree(self.ledger(ledger_id) / _PART, ignore_errors=True)

    def close(self) -> None:
        """Let others have it. The lock file stays: removing it would let two hold locks on two files of one name."""
        self._lock.close()


def _lock(path: Path) -> IO[bytes]:
    """An open file with an exclusive lock that ends with the process; BlockingIOError when another holds it."""
    file = path.open("ab")
    if fcntl is not None:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            raise
    file.truncate(0)
    file.write(b"%d\n" % os.getpid())
    file.flush()
    return file


def user_of(path: Path) -> str | None:
    """The process that has a data directory, by the number it gave itself; None when none has.

    To tell, the lock is held for an instant, shared.
    """
    if fcntl is None:  # pragma: no cover - Windows has no such locks
        return None
    try:
        with (path / _LOCK).open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _process_in(path / _LOCK)
    except OSError:
        pass
    return None


def _process_in(lock: Path) -> str:
    try:
        return lock.read_text().strip() or "unknown"
    except (OSError, UnicodeError):
        return "unknown"


def _remove(folders: Sequence[Path]) -> None:
    """Remove folders on a thread, for large files take the system a while. The next start removes what is left."""

    def remove() -> None:
        for folder in folders:
            shutil.rmtree(folder, ignore_errors=True)

    if folders:
        threading.Thread(target=remove, name="remove", daemon=True).start()


def flush_names(folder: Path) -> None:
    """Make a folder's list of names durable, where the system can."""
    if fcntl is None:  # pragma: no cover - Windows opens no folders
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
