from collections.abc import Mapping
from typing import Any

import pytest

from emulator.testing import Emulator, Qldb
from tests.api.driving import Driver


@pytest.fixture(autouse=True)
def _on_a_port(qldb_server: Emulator) -> None:
    """What is tested here is the way over HTTP."""


@pytest.fixture
def qldb_settings(qldb_settings: Mapping[str, Any]) -> Mapping[str, Any]:
    """There are no ledgers but those that tests make."""
    return {**qldb_settings, "ledger": None}


@pytest.fixture
def driver(qldb: Qldb, qldb_session_client: Any) -> Driver:
    """A session on a ledger with an empty table `People`, over boto3."""
    qldb.create_ledger("ledger")
    driver = Driver(qldb_session_client)
    driver.transact("CREATE TABLE People")
    return driver
