"""What symbol ids stand for, and how a local symbol table changes that. Binary and text have the same rules.

Shared tables are not known here: what imports one cannot be read, and is not guessed at.
"""

from __future__ import annotations

from typing import Final

from emulator.ion.errors import IonError
from emulator.ion.values import SYMBOL_ZERO, Struct, Symbol, Value

SYMBOL_TABLE: Final = "$ion_symbol_table"
"""The annotation of a struct that is a table, and what a table imports that adds to the one before it."""
SYSTEM_TEXTS: Final = (
    SYMBOL_ZERO,
    "$ion",
    "$ion_1_0",
    SYMBOL_TABLE,
    "name",
    "version",
    "imports",
    "symbols",
    "max_id",
    "$ion_shared_symbol_table",
)
SHARED_TABLE: Final = "a symbol table imports a shared one, and there is none to find here"


def follow(table: Struct, texts: list[str]) -> None:
    """Make the texts of all symbol ids those that are valid after a table, or raise IonError.

    In place: tables that add to each other take no more time and memory than what they add.
    """
    names = [name for name, _ in table.fields() if name in ("imports", "symbols")]
    if len(names) > len(set(names)):
        raise IonError("a symbol table has imports or symbols twice")
    if not _adds(table.get("imports", None)):
        texts[:] = SYSTEM_TEXTS
    added = table.get("symbols", None)
    if type(added) is list:
        texts.extend(map(_symbol_text, added))


def is_marker(value: Value) -> bool:
    """A bare `$ion_1_0` at the top of a stream is a version marker too, and says nothing that the first did not."""
    return isinstance(value, Symbol) and value == "$ion_1_0"


def _adds(imports: Value | None) -> bool:
    if isinstance(imports, Symbol) and imports == SYMBOL_TABLE:
        return True
    if type(imports) is list and any(map(_brings_symbols, imports)):
        raise IonError(SHARED_TABLE)
    return False


def _brings_symbols(table: Value) -> bool:
    if not isinstance(table, Struct):
        return False
    name = table.get("name", None)
    return type(name) is str and name not in ("", "$ion") and table.get("max_id", None) != 0


def _symbol_text(value: Value) -> str:
    # A slot that holds no string has no text, which makes it another `$0`.
    return value if type(value) is str else SYMBOL_ZERO
