"""A document as its bytes: a struct that is decoded only as far as somebody looks into it."""

from __future__ import annotations

from typing import TypeVar

from emulator.ion.binary import decode, writer
from emulator.ion.binary.layout import LENGTH_FOLLOWS, LENGTHS, var_uint
from emulator.ion.binary.reader import Texts, read_annotations, read_fields, read_values
from emulator.ion.binary.stream import locate, opening, value_end
from emulator.ion.errors import IonError
from emulator.ion.values import Annotated, Struct, Value

D = TypeVar("D")

Inside = tuple[dict[str, int | None], Texts, int, int]
"""The symbols by text and by id, and from where to where the fields are."""


class Document(Struct):
    """A struct read lazily from a stream that `document` has made sure of, now or before the stream was stored."""

    __slots__ = ("_decoded", "_inside", "encoded", "known_hash")

    encoded: bytes
    """The stream: version marker, at most one symbol table, the struct with its annotations."""

    def __init__(self, data: bytes) -> None:
        self.encoded = data
        self.known_hash: bytes | None = None
        """What `ion_hash` found, which is asked twice of a document: for its statement and for its revision."""
        self._inside: Inside | None = None
        self._decoded: tuple[tuple[str, Value], ...] | None = None

    def fields(self) -> tuple[tuple[str, Value], ...]:
        if self._decoded is None:
            _, texts, start, end = self._inside or self._open()
            self._decoded = tuple(read_fields(self.encoded, start, end, texts))
        return self._decoded

    def get(self, name: str, default: D) -> Value | D:
        """The value of the first field of that name, else `default`; the other fields are stepped over."""
        ids, texts, pos, end = self._inside or self._open()
        wanted = ids.get(name, -1)
        if wanted is None:
            return super().get(name, default)
        data, lengths = self.encoded, LENGTHS
        while pos < end and wanted >= 0:
            symbol_id = data[pos] - 0x80
            if symbol_id < 0:
                symbol_id, pos = var_uint(data, pos)
            else:
                pos += 1
            head = data[pos]
            length = lengths[head]
            if length >= 0:
                stop = pos + 1 + length
            elif length == LENGTH_FOLLOWS and (octet := data[pos + 1]) >= 0x80:
                stop = pos + octet - 0x7E  # 0x80 less the two bytes read
            else:
                stop = value_end(data, pos)
            if symbol_id == wanted and head > 14:
                if 0x80 <= head < 0x8E:
                    return data[pos + 1 : stop].decode()
                value: Value = read_values(data, pos, stop, texts)[0]
                return value
            pos = stop
        return default

    def __getitem__(self, name: str) -> Value:
        value = self.get(name, _ABSENT)
        if value is _ABSENT:
            raise KeyError(name)
        return value  # type: ignore[return-value]

    @property
    def annotations(self) -> tuple[str, ...]:
        """Those of the struct, outermost first."""
        data = self.encoded
        table, pos = opening(data)
        if data[pos] >> 4 != 14:
            return ()
        _, inside = var_uint(data, pos + 1) if data[pos] == 0xEE else (0, pos + 1)
        return read_annotations(data, inside, len(data), table.texts)[0]

    def with_annotations(self) -> Document | Annotated:
        """The document as a part of another value, where only its fields would be written."""
        annotations = self.annotations
        return Annotated(annotations, self) if annotations else self

    def _open(self) -> Inside:
        data = self.encoded
        (texts, ids), pos = opening(data)
        if data[pos] >> 4 == 14:
            _, inside = var_uint(data, pos + 1) if data[pos] == 0xEE else (0, pos + 1)
            pos = read_annotations(data, inside, len(data), texts)[1]
        head = data[pos]
        start = var_uint(data, pos + 1)[1] if head in (0xDE, 0xD1) else pos + 1
        self._inside = found = ids, texts, start, len(data)
        return found


_ABSENT = object()


def document(data: bytes) -> Document:
    """The document in a stream that comes from outside, after everything in it has been read once.

    IonError unless it is exactly one struct that is not null. Streams with more than one symbol table, padding
    between values or several version markers are written anew, so that `Document` finds them simple.
    """
    value = decode(data)
    struct = value.value if isinstance(value, Annotated) else value
    if not isinstance(struct, Struct):
        raise IonError("the value is not a struct")
    made = Document(data if locate(data) else writer.stream(value))
    made._decoded = tuple(struct.fields())
    return made
