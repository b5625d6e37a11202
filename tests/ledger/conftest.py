"""Ledgers to test with: in memory or in a folder, with a clock that tests move."""

from pathlib import Path

import pytest

from emulator.clock import ManualClock
from emulator.ids import RandomIds
from emulator.ledger.ledger import Ledger


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture(params=["memory", "file"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path, clock: ManualClock) -> Ledger:
    return Ledger.open(tmp_path if request.param == "file" else None, clock, RandomIds())
