"""Names and values."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from emulator.ion.text import write_text
from emulator.ion.values import Null, Value
from emulator.partiql import ast
from emulator.partiql.keywords import RESERVED
from emulator.partiql.printer.strength import PRINTERS

_PLAIN_NAME = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
_POINT_OR_EXPONENT = re.compile(r"[.E]")


def name(text: str, quoted: bool = False) -> str:
    """A name, in quotes if it was written so or cannot be written otherwise."""
    if quoted or not _PLAIN_NAME.fullmatch(text) or text.upper() in RESERVED:
        return '"' + text.replace('"', '""') + '"'
    return text


def identifier(node: ast.Identifier) -> str:
    return ("@" if node.lexical else "") + name(node.name, node.quoted)


def clause(word: str, alias: str | None) -> str:
    """` AS alias`, or nothing."""
    return "" if alias is None else f" {word} {name(alias)}"


def ion(value: Value) -> str:
    return f"`{write_text(value)}`"


def _literal(node: ast.Literal) -> str:
    """As SQL where SQL can write the value, else as Ion."""
    return _SQL.get(type(node.value), ion)(node.value)


def _decimal(value: Decimal) -> str:
    text = str(value)
    return text if _POINT_OR_EXPONENT.search(text) else text + "."


_SQL: dict[type, Callable[[Any], str]] = {
    Null: lambda value: "null" if value.ion_type == "null" else ion(value),
    bool: lambda value: "true" if value else "false",
    int: str,
    Decimal: _decimal,
    str: lambda value: "'" + value.replace("'", "''") + "'",
}

PRINTERS.update(
    {
        ast.Literal: _literal,
        ast.Missing: lambda node: "missing",
        ast.Parameter: lambda node: "?",
        ast.Identifier: identifier,
    }
)
