"""What tests act on: an emulator in memory, a real server in front of it, and real clients.

One server runs for all tests; each test puts an emulator of its own behind it, which costs no more than making it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import boto3
import httpx
import pytest
from botocore.config import Config

import tests.laws  # noqa: F401
from emulator.api.app import create_app
from emulator.api.asgi import Application, Receive, Response, Scope, Send
from emulator.api.server import running
from emulator.clock import ManualClock
from emulator.ids import RandomIds
from emulator.runtime import Emulator
from emulator.settings import Settings
from tests.processes import pytest_runtest_protocol  # noqa: F401

CREDENTIALS = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}


class Stage:
    """The application of the test that runs."""

    app: Application | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            for step in ("startup", "shutdown"):
                await receive()
                await send({"type": f"lifespan.{step}.complete"})
        else:
            await self._app(scope, receive, send)

    async def answer_for_sessions(self, headers: Mapping[bytes, bytes], body: bytes) -> Response:
        return await self._app.answer_for_sessions(headers, body)

    @property
    def _app(self) -> Application:
        assert self.app is not None, "no test has put an emulator behind the server"
        return self.app


@dataclass(frozen=True, slots=True)
class Served:
    """The server that runs for all tests: where it is and what is behind it."""

    url: str
    stage: Stage


@pytest.fixture(scope="session")
def served() -> Iterator[Served]:
    stage = Stage()
    with running(stage) as url:
        yield Served(url, stage)


@pytest.fixture
def settings() -> Settings:
    """Override it to test with others."""
    return Settings(in_memory=True)


@pytest.fixture
def clock() -> ManualClock:
    """Stands still; tests advance it."""
    return ManualClock()


@pytest.fixture
def emulator(settings: Settings, clock: ManualClock) -> Iterator[Emulator]:
    emulator = Emulator(settings, clock, RandomIds())
    yield emulator
    emulator.close()


@pytest.fixture
def server(served: Served, emulator: Emulator) -> Iterator[str]:
    """The URL at which this test's emulator is served."""
    served.stage.app = create_app(emulator)
    yield served.url
    served.stage.app = None


@pytest.fixture(scope="session")
def _clients(served: Served) -> dict[str, Any]:
    """Clients are slow to make, so they are shared. They do not retry: an error is what a test wants to see."""
    options = {"endpoint_url": served.url, "region_name": "us-east-1", **CREDENTIALS}
    config = Config(retries={"max_attempts": 0})
    return {name: boto3.client(name, config=config, **options) for name in ("qldb", "qldb-session")}


@pytest.fixture
def qldb(server: str, _clients: dict[str, Any]) -> Any:
    """A boto3 client of the control plane."""
    return _clients["qldb"]


@pytest.fixture
def qldb_session(server: str, _clients: dict[str, Any]) -> Any:
    """A boto3 client of the session service."""
    return _clients["qldb-session"]


@pytest.fixture
def http(server: str) -> Iterator[httpx.Client]:
    """A plain HTTP client, for what boto3 would never send."""
    with httpx.Client(base_url=server) as client:
        yield client
