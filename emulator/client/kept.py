"""The rows of a result, kept while nobody may see them yet: what a conflict takes back must not have been shown."""

from __future__ import annotations

from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import Final

from emulator.ion.binary import decode
from emulator.ion.values import Value

_IN_MEMORY_BYTES: Final = 8_000_000
_LENGTH_BYTES: Final = 4


class KeptRows:
    """Rows in their bytes, beyond some megabytes in a temporary file. They can be gone through again and again."""

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(_IN_MEMORY_BYTES)  # noqa: SIM115  closed by `close`
        self._count = 0

    def add(self, encoded: bytes) -> None:
        """`encoded` is a stream of binary Ion with one value."""
        self._file.write(len(encoded).to_bytes(_LENGTH_BYTES, "big") + encoded)
        self._count += 1

    def __iter__(self) -> Iterator[Value]:
        place = 0
        for _ in range(self._count):
            self._file.seek(place)
            length = int.from_bytes(self._file.read(_LENGTH_BYTES), "big")
            encoded = self._file.read(length)
            place += _LENGTH_BYTES + length
            yield decode(encoded)

    def __len__(self) -> int:
        return self._count

    def close(self) -> None:
        self._file.close()
