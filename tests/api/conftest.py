from typing import Any

import pytest

from emulator.runtime import Emulator
from tests.api.driving import Driver


@pytest.fixture
def driver(emulator: Emulator, qldb_session: Any) -> Driver:
    """A session on a ledger with an empty table `People`, over boto3."""
    emulator.account().ledgers.create("ledger", "ALLOW_ALL")
    driver = Driver(qldb_session)
    driver.transact("CREATE TABLE People")
    return driver
