"""Ion values as plain Python ones, for people who compare and print them and not for anybody who stores them again."""

from __future__ import annotations

from typing import Any

from emulator.ion.timestamps import to_text
from emulator.ion.values import Annotated, Clob, Null, Struct, Symbol, Timestamp, Value


def plain(value: Value) -> Any:
    """dict, list, str, int, Decimal, float, bool, bytes and None; a timestamp is its Ion text.

    Annotations are left out; of fields with one name the last one stays.
    """
    match value:
        case Annotated():
            return plain(value.value)
        case Struct():
            return {name: plain(field) for name, field in value.fields()}
        case Null():
            return None
        case Timestamp():
            return to_text(value)
        case list():
            return [plain(element) for element in value]
        case Symbol():
            return str(value)
        case Clob():
            return bytes(value)
        case _:
            return value
