"""The types of PartiQL: their names in statements, and which values are of them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from emulator.ion.values import Clob, Null, Sexp, Struct, Symbol, Timestamp
from emulator.partiql.values import MISSING, Bag, bare

TYPE_NAMES: Mapping[str, str] = {
    "missing": "missing",
    "null": "null",
    "bool": "bool",
    "boolean": "bool",
    "smallint": "int",
    "int": "int",
    "integer": "int",
    "float": "float",
    "real": "float",
    "double precision": "float",
    "dec": "decimal",
    "decimal": "decimal",
    "numeric": "decimal",
    "timestamp": "timestamp",
    "char": "string",
    "character": "string",
    "varchar": "string",
    "string": "string",
    "symbol": "symbol",
    "clob": "clob",
    "blob": "blob",
    "struct": "struct",
    "tuple": "struct",
    "list": "list",
    "sexp": "sexp",
    "bag": "bag",
}
"""Each spelling, with the one type it stands for."""

_TYPES: Mapping[type, str] = {
    bool: "bool",
    int: "int",
    float: "float",
    Decimal: "decimal",
    Timestamp: "timestamp",
    str: "string",
    Symbol: "symbol",
    bytes: "blob",
    Clob: "clob",
    list: "list",
    Sexp: "sexp",
    Bag: "bag",
    Null: "null",
}


def type_of(value: Any) -> str:
    """The PartiQL type of a value, as in `TYPE_NAMES`; every null is of type `null`."""
    if value is MISSING:
        return "missing"
    value = bare(value)
    return "struct" if isinstance(value, Struct) else _TYPES[type(value)]


def is_of_type(value: Any, type_name: str) -> bool:
    """`value IS type_name`. MISSING counts as null too."""
    return type_of(value) == type_name or (type_name == "null" and value is MISSING)


def display(value: Any) -> str:
    """The value's type as messages name it."""
    return type_of(value).upper()
