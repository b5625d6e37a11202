"""Binary Ion: streams of one value, as bytes."""

from __future__ import annotations

from itertools import islice

from emulator.ion.binary import writer
from emulator.ion.binary.reader import read_values
from emulator.ion.binary.stream import locate, values
from emulator.ion.errors import IonError
from emulator.ion.symbol_tables import is_marker
from emulator.ion.values import Struct, Value


def encode(value: Value) -> bytes:
    """`value` as a complete stream: version marker, symbol table if it needs one, itself. A document has its own."""
    if isinstance(value, Struct) and (own := value.encoded) is not None:
        return own
    return writer.stream(value)


def decode(data: bytes) -> Value:
    """The one value of a stream. Every defect of the bytes is an IonError, and so is another number of values."""
    located = locate(data)
    if located is not None:
        found: list[Value] = read_values(data, located[1], len(data), located[0].texts)
        if len(found) == 1 and not is_marker(found[0]):
            return found[0]
    return _only(data)


def _only(data: bytes) -> Value:
    found = list(islice(values(data), 2))
    if len(found) != 1:
        raise IonError("there are several values" if found else "there is no value")
    return found[0]
