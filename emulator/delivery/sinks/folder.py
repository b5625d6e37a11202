"""A local folder in place of S3: buckets are folders in it, keys are paths.

Bucket and key come from clients. Every part of them is looked at before it becomes part of a path, so nothing is ever
written outside. A bucket is made by the first object in it, as there is nobody else to make it.
"""

from __future__ import annotations

import os
from pathlib import Path

from emulator.account.data_folder import flush_names
from emulator.delivery.sinks import SinkError

_PART_BYTES = 240
_NOT_IN_NAMES = '\\/:*?"<>|' if os.name == "nt" else "/"


class FolderSink:
    def __init__(self, folder: Path, bucket: str, job_id: str) -> None:
        """SinkError for a bucket that cannot be a folder's name."""
        self._folder = folder
        self._bucket = folder / _part(bucket)
        self._unfinished = self._bucket / f".{_part(job_id)}.part"

    def put(self, key: str, body: bytes, content_type: str) -> None:
        path = self._bucket.joinpath(*map(_part, key.split("/")))
        try:
            self._make(path.parent)
            with self._unfinished.open("wb") as file:
                file.write(body)
                file.flush()
                os.fsync(file.fileno())
            self._unfinished.replace(path)
            flush_names(path.parent)
        except OSError as error:
            raise SinkError(type(error).__name__, f"{error.strerror or error}: {path}", refused=False) from error

    def close(self) -> None:
        self._unfinished.unlink(missing_ok=True)

    def _make(self, folder: Path) -> None:
        """Make a folder with all above it, there to stay even if the power goes."""
        if folder.is_dir():
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        if folder != self._folder:
            self._make(folder.parent)
            folder.mkdir(exist_ok=True)
            flush_names(folder.parent)


def _part(text: str) -> str:
    """A part of a path that is exactly itself; SinkError when there is none."""
    usable = text.isprintable() and text.strip(". ") and len(text.encode()) <= _PART_BYTES
    if not usable or set(text) & set(_NOT_IN_NAMES):
        raise SinkError("InvalidKey", f"A local folder cannot hold the name {text[:80]!r}", refused=True)
    return text
