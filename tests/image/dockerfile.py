"""Reads a Dockerfile and a .dockerignore, as much of either as this project's use."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Step:
    """One instruction: its word, in capitals, and what stands behind it, on one line."""

    word: str
    rest: str

    def words(self) -> list[str]:
        """What it names: the elements where it is written as JSON, else what a shell would read."""
        found: list[str] = json.loads(self.rest) if self.rest.startswith("[") else shlex.split(self.rest)
        return found

    def variables(self) -> dict[str, str]:
        """Those that an ENV sets."""
        return dict(word.split("=", 1) for word in self.words())

    def check(self) -> list[str]:
        """The command of a HEALTHCHECK, without its options."""
        found: list[str] = json.loads(self.rest.partition("CMD")[2])
        return found

    def __str__(self) -> str:
        return f"{self.word} {self.rest}"


def read(path: Path) -> list[Step]:
    """The steps, in order."""
    text = re.sub(r"\\\n\s*", "", re.sub(r"^\s*#.*\n", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE))
    return [Step(line.split(maxsplit=1)[0].upper(), line.split(maxsplit=1)[1]) for line in text.splitlines() if line]


def sent(root: Path, patterns: list[str], below: Path = Path()) -> Iterator[Path]:
    """The files below a folder that a build is sent, relative to it: the last line that fits a path decides."""
    for path in sorted((root / below).iterdir()):
        relative = path.relative_to(root)
        ignored = _ignored(relative, patterns)
        if path.is_dir() and (not ignored or _may_have_wanted(relative, patterns)):
            yield from sent(root, patterns, relative)
        elif path.is_file() and not ignored:
            yield relative


def _may_have_wanted(folder: Path, patterns: list[str]) -> bool:
    """Whether a line takes back the ignoring of something in the folder."""
    return any(pattern.startswith(f"!{folder.as_posix()}/") for pattern in patterns)


def _ignored(path: Path, patterns: list[str]) -> bool:
    ignored = False
    for pattern in patterns:
        if _fits(path, pattern.removeprefix("!")):
            ignored = not pattern.startswith("!")
    return ignored


def _fits(path: Path, pattern: str) -> bool:
    """Whether a pattern means the path or a folder above it; `**/` in front stands for any folder, or none."""
    above = [path, *path.parents][:-1]
    if pattern.startswith("**/"):
        return any(fnmatch(each.name, pattern.removeprefix("**/")) for each in above)
    return any(fnmatch(each.as_posix(), pattern) and each.as_posix().count("/") == pattern.count("/") for each in above)
