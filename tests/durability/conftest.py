"""No server outlives its test."""

from collections.abc import Iterator

import pytest

from tests.durability.process import end_all


@pytest.fixture(autouse=True)
def _no_server_is_left() -> Iterator[None]:
    yield
    end_all()
