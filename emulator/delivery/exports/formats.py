"""How blocks and manifests look in an export. An object is a sequence of structs, one after the other.

The service named no media types; these are ours. Extensions: developer guide, `export-journal.output`; those of binary
and JSON objects are recalled.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

from emulator.frozen import frozen
from emulator.ion.binary.writer import StreamWriter
from emulator.ion.json import write_json
from emulator.ion.text import write_text
from emulator.ion.values import Struct


class Encoder(Protocol):
    """Makes the bytes of one object."""

    @property
    def size(self) -> int:
        """About how many bytes there are so far."""

    def add(self, value: Struct) -> None: ...

    def finish(self) -> bytes: ...


class LineEncoder:
    """A value to a line."""

    def __init__(self, write: Callable[[Struct], str]) -> None:
        self._write = write
        self._lines: list[bytes] = []
        self.size = 0

    def add(self, value: Struct) -> None:
        line = self._write(value).encode()
        self._lines.append(line)
        self.size += len(line) + 1

    def finish(self) -> bytes:
        return b"".join(line + b"\n" for line in self._lines)


@frozen
class Format:
    extension: str
    content_type: str
    encoder: Callable[[], Encoder]

    def encode(self, value: Struct) -> bytes:
        """An object that is one struct."""
        encoder = self.encoder()
        encoder.add(value)
        return encoder.finish()


FORMATS: Mapping[str, Format] = {
    "ION_TEXT": Format("ion", "text/plain", lambda: LineEncoder(write_text)),
    "ION_BINARY": Format("10n", "application/octet-stream", StreamWriter),
    "JSON": Format("json", "application/json", lambda: LineEncoder(write_json)),
}
