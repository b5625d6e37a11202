"""What tests act on: the fixtures that every user of the emulator has in tests (`emulator.testing.plugin`), set up for
ours, and a few beside them.

A test that takes `server` or `http`, or is in a folder that says so, has a server of its own on a port; all others are
in one process with what they test.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest

import tests.laws  # noqa: F401
from emulator.api.app import create_app
from emulator.api.server import running
from emulator.api.tls import Tls, tls_of
from emulator.in_process import InProcess
from emulator.runtime import Emulator
from emulator.settings import Settings
from emulator.testing import Emulator as Server
from emulator.testing import Qldb
from emulator.testing.controls import Clock
from tests.processes import pytest_runtest_protocol  # noqa: F401
from tests.timing import TOO_LONG_SECONDS

CREDENTIALS = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
BEGINNING = "2023-11-14T22:13:20Z"
"""When tests begin: 1.7 billion seconds after 1970."""


@pytest.fixture(scope="session", autouse=True)
def _one_attempt() -> Iterator[None]:
    """Clients do not retry: an error is what a test wants to see."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_MAX_ATTEMPTS", "1")
        yield


@pytest.fixture
def qldb_settings() -> Mapping[str, Any]:
    """The clock stands still, and tests move it."""
    return {"clock": BEGINNING}


@pytest.fixture
def clock(qldb: Qldb) -> Clock:
    """That of the test's emulator."""
    return qldb.clock


@pytest.fixture
def emulator(qldb: Qldb) -> Emulator:
    """What is behind the handle, for what no client is told; only where it is in the process."""
    assert isinstance(qldb._transport, InProcess)
    return qldb._transport.emulator


@pytest.fixture
def server(qldb_server: Server) -> str:
    """The URL of the test's own server."""
    return qldb_server.url


@pytest.fixture
def http(server: str) -> Iterator[httpx.Client]:
    """A plain HTTP client, for what boto3 would never send."""
    with httpx.Client(base_url=server, timeout=TOO_LONG_SECONDS) as client:
        yield client


@pytest.fixture
def commands_server() -> Iterator[str]:
    """The URL of a server as the command runs it. Exports and streams of a test's own never go to AWS; these may."""
    with closing(Emulator(Settings(in_memory=True))) as emulator, running(create_app(emulator)) as url:
        yield url


@pytest.fixture(scope="session")
def tls_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data directory that the certificate is kept in."""
    return tmp_path_factory.mktemp("tls")


@pytest.fixture(scope="session")
def tls(tls_folder: Path) -> Iterator[Tls]:
    with tls_of(Settings(tls="self-signed", data_dir=tls_folder)) as tls:
        assert tls is not None
        yield tls


@pytest.fixture
def secure(tls: Tls) -> Iterator[str]:
    """The URL at which an emulator is served by https."""
    with closing(Emulator(Settings(in_memory=True))) as emulator, running(create_app(emulator), tls.context) as url:
        yield url
