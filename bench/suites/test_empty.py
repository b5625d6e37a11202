"""Tests that do nothing but have what their fixture gives."""

from typing import Any

import pytest


@pytest.mark.parametrize("number", range(200))
def test_nothing(driver: Any, number: int) -> None:
    """What is measured is around it."""
