"""What the Python suites share: a boto3 client, ledgers, drivers, and an ear on the wire.

No client is told an endpoint; the environment does that.
"""

import itertools
import time
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from ledger_states import wait_until_active
from pyqldb.driver.qldb_driver import QldbDriver

_numbers = itertools.count()


@pytest.fixture(scope="session")
def qldb(endpoint: str) -> Any:
    """The control-plane client, made as any application makes it."""
    return boto3.client("qldb")


@pytest.fixture(scope="module")
def module_ledger(qldb: Any) -> Iterator[str]:
    """A ledger shared by the tests of one module."""
    yield from _ledger(qldb)


@pytest.fixture
def ledger(qldb: Any) -> Iterator[str]:
    """A ledger of the test's own."""
    yield from _ledger(qldb)


@pytest.fixture
def driver(ledger: str) -> Iterator[QldbDriver]:
    """A driver connected to the test's own ledger."""
    with QldbDriver(ledger) as connected:
        yield connected


@pytest.fixture
def listening_driver(ledger: str) -> Iterator[tuple[Callable[..., QldbDriver], list[str]]]:
    """A way to make drivers whose commands are written down, and the list they are written to."""
    commands: list[str] = []
    opened: list[QldbDriver] = []

    def connect(**options: Any) -> QldbDriver:
        session = boto3.Session()
        session.events.register("before-parameter-build.qldb-session.SendCommand", note)
        opened.append(QldbDriver(ledger, boto3_session=session, **options))
        return opened[-1]

    def note(params: dict[str, Any], **_: Any) -> None:
        commands.extend(name for name in params if name != "SessionToken")

    yield connect, commands
    for one in opened:
        one.close()


def _ledger(qldb: Any) -> Iterator[str]:
    name = f"compat-{next(_numbers)}-{time.time_ns() % 10**9}"
    qldb.create_ledger(Name=name, PermissionsMode="ALLOW_ALL", DeletionProtection=False)
    wait_until_active(qldb, name)
    yield name
    qldb.delete_ledger(Name=name)
