"""A server with a sandbox, and boto3 clients of whatever service, all at its one endpoint."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import boto3
import pytest
from botocore.config import Config
from moto.moto_api._internal.models import moto_api_backend

from emulator.api.app import create_app
from emulator.api.server import running
from emulator.clock import ManualClock
from emulator.ids import RandomIds
from emulator.runtime import Emulator
from emulator.sandbox.sandbox import Sandbox
from emulator.settings import Settings
from tests.conftest import CREDENTIALS
from tests.sandbox.stage import Served, Stage

Client = Callable[..., Any]


@pytest.fixture(autouse=True)
def _without_policies_of_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    """Making all 1,500 takes a tenth of a second, and only a test of them needs them."""
    monkeypatch.setenv("MOTO_IAM_LOAD_MANAGED_POLICIES", "false")


@pytest.fixture(scope="session")
def served() -> Iterator[Served]:
    stage = Stage()
    with running(stage) as url:
        yield Served(url, stage)


@pytest.fixture
def settings() -> Settings:
    """Override it to test with others."""
    return Settings(in_memory=True, sandbox=True)


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
def sandbox(settings: Settings) -> Iterator[Sandbox]:
    """Empty before and after; what moto has is of the whole process, and other tests leave some there."""
    moto_api_backend.reset()
    yield Sandbox(settings)
    moto_api_backend.reset()


@pytest.fixture
def server(served: Served, emulator: Emulator, sandbox: Sandbox) -> Iterator[str]:
    """The URL at which this test's emulator is served, its sandbox included."""
    served.stage.app = create_app(emulator, sandbox)
    emulator.sandbox_url = served.url
    yield served.url
    served.stage.app = None


@cache
def _made(url: str, service: str, region: str, options: tuple[tuple[str, Any], ...]) -> Any:
    config = Config(retries={"max_attempts": 0}, s3=dict(options))
    return boto3.client(service, endpoint_url=url, region_name=region, config=config, **CREDENTIALS)


@pytest.fixture
def client(server: str) -> Client:
    """Gives the client of a service. They are slow to make, so they are kept."""

    def of(service: str, region: str = "us-east-1", **s3: Any) -> Any:
        return _made(server, service, region, tuple(sorted(s3.items())))

    return of
