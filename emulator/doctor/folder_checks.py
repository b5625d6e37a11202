"""Checks of the data directory: whose it is, and whether ledgers are well kept there."""

from __future__ import annotations

import os
import shlex
import shutil
from pathlib import Path

from emulator.account.data_folder import user_of
from emulator.doctor.circumstances import Circumstances
from emulator.doctor.finding import Finding, note, ok, problem, skipped

_ROOM_BYTES = 1024**3
_FAR_AWAY = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "fuse.sshfs", "fuse.glusterfs", "drvfs"}
"""File systems on which SQLite's locks, or what it may rely on after a loss of power, are not what they should be."""
_VANISHING = {"tmpfs", "ramfs"}
_MOUNTS = Path("/proc/mounts")


def directory(around: Circumstances) -> Finding:
    """It can be written, or made."""
    folder = around.data_dir
    if folder.is_dir():
        if os.access(folder, os.W_OK | os.X_OK):
            return ok(f"{folder.absolute()}")
        return problem(
            f"{folder.absolute()} cannot be written", f'sudo chown -R "$(id -un)" {shlex.quote(str(folder.absolute()))}'
        )
    if folder.exists():
        return problem(f"{folder.absolute()} is a file", _elsewhere(around))
    parent = _existing(folder)
    if not (parent.is_dir() and os.access(parent, os.W_OK | os.X_OK)):
        return problem(f"{folder.absolute()} cannot be made in {parent}", _elsewhere(around))
    return ok(f"{folder.absolute()} will be made")


def lock(around: Circumstances) -> Finding:
    """If a server has it, it is the one that clients reach."""
    user = user_of(around.data_dir)
    if user is None:
        return ok("no server has the directory")
    served = around.meeting.data_dir
    if served is not None and _same(served, around.data_dir):
        return ok(f"process {user}, the server at {around.endpoint}")
    if around.meeting.info is None and around.meeting.is_listening:
        return skipped(f"process {user} has the directory; whether it is the server there cannot be told")
    there = "nothing is" if around.meeting.info is None else f"a server with {served or 'ledgers in memory'} is"
    return problem(f"process {user} has the directory, but {there} at {around.endpoint}", f"kill {user}")


def disk_space(around: Circumstances) -> Finding:
    """There is room for a while."""
    free = shutil.disk_usage(_existing(around.data_dir)).free
    if free < _ROOM_BYTES:
        return problem(
            f"{free // 1024**2} MiB are free: commits are refused when the disk is full",
            f"du -xh {shlex.quote(str(_existing(around.data_dir)))} | sort -h | tail",
        )
    return ok(f"{free // 1024**3} GiB are free")


def file_system(around: Circumstances) -> Finding:
    """It is a local one that keeps what it is given."""
    if not _MOUNTS.exists():
        return skipped("this system does not tell")
    kind = _kind(_existing(around.data_dir).resolve(), _MOUNTS.read_text())
    if kind in _FAR_AWAY:
        return problem(f"{kind} is not safe for SQLite", _elsewhere(around))
    if kind in _VANISHING:
        return note(f"{kind} forgets everything when the machine is switched off")
    return ok(kind)


def _kind(path: Path, mounts: str) -> str:
    """The type of the file system that a path is on, by the longest mount point that contains it."""
    points = [(Path(fields[1].replace(r"\040", " ")), fields[2]) for fields in map(str.split, mounts.splitlines())]
    around = [(len(point.parts), kind) for point, kind in points if path.is_relative_to(point)]
    return max(around, default=(0, "unknown"))[1]


def _elsewhere(around: Circumstances) -> str:
    return f'{around.command} serve --data-dir "$HOME/qldb-data"'


def _existing(folder: Path) -> Path:
    """The folder, or the nearest above it that is there."""
    return next(each for each in (folder.absolute(), *folder.absolute().parents) if each.exists())


def _same(one: Path, other: Path) -> bool:
    return one.resolve() == other.resolve()
