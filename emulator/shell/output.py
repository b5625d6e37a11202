"""Where results go: a terminal, which has a width and obeys control characters, or something that takes what comes."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterable
from typing import TextIO

from emulator.shell.table import printable


class Output:
    """Writes results to a stream, UTF-8 where it is no terminal."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._is_terminal = stream.isatty()
        self._results = 0
        if isinstance(stream, io.TextIOWrapper) and not self._is_terminal:
            stream.reconfigure(encoding="utf-8", newline="\n")

    @property
    def width(self) -> int | None:
        """How wide a line may be now; None where it does not matter."""
        return shutil.get_terminal_size().columns if self._is_terminal else None

    def write(self, lines: Iterable[str], *, apart: bool = False) -> None:
        """Write a result, with an empty line before it if it is to be told `apart` from the one before."""
        for place, line in enumerate(lines):
            if place == 0:
                self._begin(apart)
            self._stream.write((printable(line) if self._is_terminal else line) + "\n")
        self._stream.flush()

    def _begin(self, apart: bool) -> None:
        if apart and self._results:
            self._stream.write("\n")
        self._results += 1
