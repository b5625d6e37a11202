"""The service descriptions that newer AWS SDKs lack, and folders of the user's that they are copied to.

botocore 1.40.61 dropped `qldb` and `qldb-session`. `models/` has descriptions of both in its format, in our own words,
and with waiters, which AWS never had. A client finds them when AWS_DATA_PATH names the folder, or when they are in
`~/.aws/models`, where it looks by itself.

A folder that was copied to has a list of the copies with their hashes. What the list does not have, or has with another
hash, is somebody else's: it is neither overwritten nor removed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path, PurePosixPath

from emulator.frozen import frozen

MODELS = Path(__file__).resolve().parent / "models"
"""The folder for AWS_DATA_PATH."""

LIST = ".qldb-emulator-models.json"


class DescriptionsError(Exception):
    """The folder cannot be used; the message is one sentence for whoever named it."""


@frozen
class Removal:
    """What became of the copies in a folder: names below it."""

    removed: list[str]
    kept: list[str]
    """Changed since they were copied, so they are the user's."""


def default_folder() -> Path:
    """Where botocore looks for descriptions by itself."""
    return Path.home() / ".aws" / "models"


def install(folder: Path) -> list[str]:
    """Copy the descriptions into a folder, over earlier copies; the names below it.

    Raises DescriptionsError, and has copied nothing, when a name is taken by a file that is not such a copy.
    """
    contents = {name: (MODELS / name).read_bytes() for name in names()}
    try:
        copies = _listed(folder)
        foreign = [name for name in contents if not _is_ours(folder / name, contents[name], copies.get(name))]
        if foreign:
            raise DescriptionsError(
                f"{folder / foreign[0]} is there already and not from qldb-emulator: "
                "move it away, or name another folder."
            )
        for name, content in contents.items():
            _write(folder / name, content)
        _write(folder / LIST, _list_of(copies | {name: _hash(content) for name, content in contents.items()}))
    except OSError as error:
        raise DescriptionsError(f"The folder {folder} cannot be written: {error.strerror or error}.") from error
    return sorted(contents)


def uninstall(folder: Path) -> Removal:
    """Remove the copies from a folder, the folders that are empty then, and the list."""
    try:
        copies = _listed(folder)
        present = [name for name in sorted(copies) if (folder / name).is_file()]
        removed = [name for name in present if _hash((folder / name).read_bytes()) == copies[name]]
        for name in removed:
            _remove(folder, name)
        (folder / LIST).unlink(missing_ok=True)
    except OSError as error:
        raise DescriptionsError(f"The folder {folder} cannot be changed: {error.strerror or error}.") from error
    return Removal(removed, [name for name in present if name not in removed])


def names() -> list[str]:
    """The files of the descriptions, as names below the folder, with forward slashes."""
    return sorted(path.relative_to(MODELS).as_posix() for path in MODELS.rglob("*.json"))


def _is_ours(path: Path, content: bytes, copied: str | None) -> bool:
    try:
        there = path.read_bytes()
    except FileNotFoundError:
        return True
    return there == content or _hash(there) == copied


def _listed(folder: Path) -> dict[str, str]:
    """The list of copies: names below the folder, with their hashes."""
    try:
        listed = json.loads((folder / LIST).read_text(encoding="utf-8"))["copies"]
    except FileNotFoundError:
        return {}
    except (ValueError, KeyError, TypeError):
        listed = None
    if not isinstance(listed, dict) or not all(map(_stays_inside, listed)):
        raise DescriptionsError(f"{folder / LIST} is not the list that qldb-emulator wrote: remove it by hand.")
    return listed


def _stays_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts


def _list_of(copies: Mapping[str, str]) -> bytes:
    return (json.dumps({"copies": copies}, indent=2, sort_keys=True) + "\n").encode()


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _write(path: Path, content: bytes) -> None:
    """Write a file whole: whoever reads it meanwhile sees the one before or this one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.new")
    beside.write_bytes(content)
    beside.replace(path)


def _remove(folder: Path, name: str) -> None:
    (folder / name).unlink()
    for parent in PurePosixPath(name).parents[:-1]:
        with suppress(OSError):  # somebody else's file is in it
            (folder / parent).rmdir()
