"""What is said of the language beside the code."""

from pathlib import Path

import pytest

from emulator.partiql.functions import FUNCTIONS
from emulator.partiql.functions.date_formats import SYMBOLS
from emulator.partiql.semantics.aggregates import AGGREGATES
from emulator.partiql.semantics.types import TYPE_NAMES

SYMBOLS_SHOWN = [symbol for symbol in SYMBOLS if not symbol.startswith("SSSS")]
"""Fractions go on up to nine digits, which the page says in words."""

PAGE = (Path(__file__).parents[2] / "docs" / "functions.md").read_text()


@pytest.mark.parametrize("name", [*FUNCTIONS, *AGGREGATES])
def test_function_has_its_row(name: str) -> None:
    """The page of functions has each of them, with its arguments."""
    assert f"`{name.upper()}(" in PAGE


@pytest.mark.parametrize("symbol", SYMBOLS_SHOWN)
def test_symbol_is_shown(symbol: str) -> None:
    """The page has every symbol of a timestamp's format."""
    assert f"`{symbol}`" in PAGE


@pytest.mark.parametrize("name", TYPE_NAMES)
def test_type_is_named(name: str) -> None:
    """The page has every name of a type that CAST and IS know."""
    assert f"`{name}`" in PAGE.split("## CAST")[1]
