"""What is said of a data directory: of real ones, used by real servers."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from emulator.doctor import folder_checks
from emulator.runtime import Emulator
from emulator.settings import Settings
from emulator.testing import Emulator as Server
from tests.doctor.conftest import Around

MOUNTS = """\
/dev/vda / ext4 rw 0 0
tmpfs /run tmpfs rw 0 0
server:/export /home/ada/far\\040away nfs4 rw 0 0
"""


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[str]:
    """The URL of a server that has `data` in the test's folder."""
    with Server(data_dir=tmp_path / "data") as server:
        yield server.url


def test_directory_is_there_or_can_be_made(around: Around, tmp_path: Path) -> None:
    """Both are well."""
    assert folder_checks.directory(around()).says == f"{tmp_path}/data will be made"

    (tmp_path / "data").mkdir()

    assert folder_checks.directory(around()).says == f"{tmp_path}/data"


def test_file_is_no_directory(around: Around, tmp_path: Path) -> None:
    """Neither the directory nor what it is to be in may be a file."""
    (tmp_path / "file").write_text("")

    for place in (tmp_path / "file", tmp_path / "file" / "data"):
        finding = folder_checks.directory(around(data_dir=place))
        assert (finding.status, finding.fix) == ("problem", 'qldb-emulator serve --data-dir "$HOME/qldb-data"')


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_directory_of_another_is_made_ones_own(around: Around, tmp_path: Path) -> None:
    """The command gives it to the user."""
    (tmp_path / "data").mkdir(mode=0o555)

    finding = folder_checks.directory(around())

    assert finding.fix == f'sudo chown -R "$(id -un)" {tmp_path}/data'


def test_directory_of_the_server_is_well(around: Around, serving: str) -> None:
    """The lock is held by the server that clients reach."""
    assert folder_checks.lock(around(endpoint=serving)).says == f"process {os.getpid()}, the server at {serving}"


def test_directory_without_a_server_is_free(around: Around, serving: str, tmp_path: Path) -> None:
    """Another directory than the server's, and one that a server left."""
    other = around(endpoint=serving, data_dir=tmp_path / "other")
    assert folder_checks.lock(other).status == "ok"

    Emulator(Settings(data_dir=tmp_path / "other")).close()

    assert folder_checks.lock(other).says == "no server has the directory"


def test_second_server_on_the_directory_is_found(around: Around, serving: str, tmp_path: Path) -> None:
    """It is another process that has the directory than the one that answers."""
    other = Emulator(Settings(data_dir=tmp_path / "other"))
    finding = folder_checks.lock(around(endpoint=serving, data_dir=tmp_path / "other"))
    other.close()

    assert f"a server with {tmp_path}/data is at {serving}" in finding.says
    assert (finding.status, finding.fix) == ("problem", f"kill {os.getpid()}")


@pytest.mark.usefixtures("serving")
def test_server_elsewhere_is_found(around: Around) -> None:
    """The directory is served, but not where clients go."""
    finding = folder_checks.lock(around())

    assert "nothing is at http://127.0.0.1:9" in finding.says
    assert finding.fix == f"kill {os.getpid()}"


def test_server_that_could_not_be_asked_is_not_accused(around: Around, serving: str) -> None:
    """Where something answers in another protocol, nobody can tell whether it has the directory."""
    assert folder_checks.lock(around(endpoint=serving.replace("http:", "https:"))).status == "skipped"


def test_disk_has_room_or_not(around: Around, monkeypatch: pytest.MonkeyPatch) -> None:
    """Too little room is said before commits are refused."""
    monkeypatch.setattr(folder_checks, "_ROOM_BYTES", 0)
    assert folder_checks.disk_space(around()).status == "ok"

    monkeypatch.setattr(folder_checks, "_ROOM_BYTES", 2**63)
    assert folder_checks.disk_space(around()).status == "problem"


@pytest.mark.parametrize(
    ("path", "status"), [("/home/ada/data", "ok"), ("/home/ada/far away/data", "problem"), ("/run/data", "note")]
)
def test_file_system_is_one_for_databases(
    around: Around, path: str, status: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A local one; not a network's, and with a note one that is memory."""
    (tmp_path / "mounts").write_text(MOUNTS)
    monkeypatch.setattr(folder_checks, "_MOUNTS", tmp_path / "mounts")
    monkeypatch.setattr(folder_checks, "_existing", lambda folder: folder)

    assert folder_checks.file_system(around(data_dir=Path(path))).status == status


def test_file_system_that_nobody_tells_is_skipped(
    around: Around, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Systems without a list of mounts are not guessed about."""
    monkeypatch.setattr(folder_checks, "_MOUNTS", tmp_path / "nothing")

    assert folder_checks.file_system(around()).status == "skipped"
