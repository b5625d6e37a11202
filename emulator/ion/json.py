"""From values to JSON, which has fewer of them: Ion's published rules of down-conversion.

Nulls of any type, NaN and the infinities become null; numbers keep their digits; timestamps, symbols, blobs (in
base64) and clobs become strings; s-expressions become arrays; annotations are dropped. Fields keep their order, and
repeated ones stay. Source: the Ion Cookbook, "Down-converting to JSON", which the developer guide's page on export
output refers to.
"""

from __future__ import annotations

import json
import math
from base64 import b64encode
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from emulator.ion.errors import IonError
from emulator.ion.text import decimal_text
from emulator.ion.timestamps import to_text
from emulator.ion.values import Annotated, Clob, Null, Sexp, Struct, Symbol, Timestamp, Value

Add = Callable[[str], object]

_string: Callable[[str], str] = json.JSONEncoder(ensure_ascii=False).encode
_clob: Callable[[str], str] = json.JSONEncoder(ensure_ascii=True).encode


def write_json(value: Value) -> str:
    """`value` as JSON on one line without spaces; IonError if Ion has no such value."""
    parts: list[str] = []
    _write(value, parts.append)
    return "".join(parts)


def _write(value: Any, add: Add) -> None:
    (_WRITERS.get(type(value)) or _inherited(type(value)))(value, add)


def _inherited(cls: type) -> Callable[[Any, Add], None]:
    for base in cls.__mro__:
        if base in _WRITERS:
            return _WRITERS[base]
    raise IonError(f"a {cls.__name__} is no Ion value")


def _struct(value: Struct, add: Add) -> None:
    before = "{"
    for name, field in value.fields():
        add(f"{before}{_string(str(name))}:")
        before = ","
        _write(field, add)
    add("{}" if before == "{" else "}")


def _list(value: list[Any], add: Add) -> None:
    before = "["
    for item in value:
        add(before)
        before = ","
        _write(item, add)
    add("[]" if before == "[" else "]")


def _float(value: float) -> str:
    return repr(value) if math.isfinite(value) else "null"


def _decimal(value: Decimal) -> str:
    """As in Ion text, with `e` for the exponent, and no point that has nothing behind it."""
    return decimal_text(value, "e").removesuffix(".")


def _scalar(spell: Callable[[Any], str]) -> Callable[[Any, Add], None]:
    def write(value: Any, add: Add) -> None:
        add(spell(value))

    return write


_WRITERS: Final[dict[type, Callable[[Any, Add], None]]] = {
    Null: _scalar(lambda value: "null"),
    bool: _scalar(lambda value: "true" if value else "false"),
    int: _scalar(lambda value: str(int(value))),
    float: _scalar(_float),
    Decimal: _scalar(_decimal),
    Timestamp: _scalar(lambda value: f'"{to_text(value)}"'),
    Symbol: _scalar(lambda value: _string(str(value))),
    str: _scalar(_string),
    Clob: _scalar(lambda value: _clob(value.decode("latin-1"))),
    bytes: _scalar(lambda value: f'"{b64encode(value).decode()}"'),
    Sexp: _list,
    list: _list,
    Struct: _struct,
    Annotated: lambda value, add: _write(value.value, add),
}
