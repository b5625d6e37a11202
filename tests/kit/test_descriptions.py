"""Copies of the descriptions in a user's folder: made, renewed and removed without touching what is the user's."""

from pathlib import Path

import pytest

from emulator.kit import descriptions
from emulator.kit.descriptions import LIST, MODELS, DescriptionsError, install, uninstall

NAME = "qldb/2019-01-02/service-2.json"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "aws" / "models"


def files(folder: Path) -> set[str]:
    """The names of all files below a folder."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_copies_are_the_descriptions(folder: Path) -> None:
    """Every description is copied, byte for byte, and the list of copies beside them."""
    copied = install(folder)

    assert files(folder) == {*copied, LIST} == {*descriptions.names(), LIST}
    assert all((folder / name).read_bytes() == (MODELS / name).read_bytes() for name in copied)


def test_removal_leaves_nothing_behind(folder: Path) -> None:
    """After install and uninstall the folder is as empty as before."""
    install(folder)

    assert uninstall(folder).kept == []
    assert list(folder.iterdir()) == []


def test_neighbours_stay(folder: Path) -> None:
    """Descriptions of other services, and other files in our services' folders, are not touched."""
    for name in ("s3/2006-03-01/service-2.json", "qldb/2019-01-02/examples-1.json"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("{}")
    before = files(folder)

    install(folder)
    uninstall(folder)

    assert files(folder) == before


def test_foreign_file_is_not_overwritten(folder: Path) -> None:
    """Where a name is taken, nothing at all is copied, and the message names the file."""
    (folder / NAME).parent.mkdir(parents=True)
    (folder / NAME).write_text("mine")

    with pytest.raises(DescriptionsError, match="is there already and not from qldb-emulator"):
        install(folder)

    assert files(folder) == {NAME}
    assert (folder / NAME).read_text() == "mine"


def test_earlier_copy_is_renewed(folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A copy that an earlier version made, unchanged since, is overwritten by a later version's."""
    earlier = tmp_path / "earlier"
    (earlier / NAME).parent.mkdir(parents=True)
    (earlier / NAME).write_text("{}")
    with monkeypatch.context() as patched:
        patched.setattr(descriptions, "MODELS", earlier)
        install(folder)

    install(folder)

    assert (folder / NAME).read_bytes() == (MODELS / NAME).read_bytes()


def test_changed_copy_is_the_users(folder: Path) -> None:
    """A copy that was edited is not renewed, and stays when the others go."""
    install(folder)
    (folder / NAME).write_text("mine")

    with pytest.raises(DescriptionsError, match="not from qldb-emulator"):
        install(folder)

    assert uninstall(folder).kept == [NAME]
    assert files(folder) == {NAME}


def test_installing_twice_is_installing_once(folder: Path) -> None:
    """The second time changes nothing, also when the list of copies was lost."""
    install(folder)
    (folder / LIST).unlink()

    install(folder)

    assert uninstall(folder).removed == descriptions.names()


def test_nothing_to_remove_is_no_mistake(folder: Path) -> None:
    """Uninstalling where nothing was installed removes nothing, and makes no folder."""
    assert uninstall(folder).removed == []
    assert not folder.exists()


@pytest.mark.parametrize(
    "content", ["", "[]", '{"copies": ["a"]}'[:-4], '{"copies": {"../outside": "0"}}', '{"copies": {"/etc": "0"}}']
)
def test_list_that_is_none_of_ours_is_refused(folder: Path, content: str) -> None:
    """A list that is damaged, or that names files elsewhere, removes nothing."""
    install(folder)
    (folder / LIST).write_text(content)
    before = files(folder)

    for act in (install, uninstall):
        with pytest.raises(DescriptionsError, match="is not the list that qldb-emulator wrote"):
            act(folder)

    assert files(folder) == before


def test_folder_that_is_a_file_is_said_in_a_sentence(tmp_path: Path) -> None:
    """What the system refuses comes as a sentence with the folder in it."""
    (tmp_path / "models").write_text("")

    with pytest.raises(DescriptionsError, match="cannot be written: Not a directory"):
        install(tmp_path / "models")
