"""What is said of the language beside the code."""

from pathlib import Path

import pytest

from emulator.partiql.functions import FUNCTIONS
from emulator.partiql.semantics.aggregates import AGGREGATES

PAGE = (Path(__file__).parents[2] / "docs" / "functions.md").read_text()


@pytest.mark.parametrize("name", [*FUNCTIONS, *AGGREGATES])
def test_function_has_its_row(name: str) -> None:
    """The page of functions has each of them, with its arguments."""
    assert f"`{name.upper()}(" in PAGE
