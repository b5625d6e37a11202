"""Where exports go when nothing, one thing or several are named."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from emulator.api.app import create_app
from emulator.clock import ManualClock
from emulator.delivery.outlets import Outlets
from emulator.delivery.sinks import ObjectEncryption
from emulator.delivery.sinks.clients import client
from emulator.delivery.sinks.folder import FolderSink
from emulator.runtime import Emulator
from emulator.sandbox.sandbox import Sandbox
from emulator.settings import Settings
from tests.conftest import CREDENTIALS, Served
from tests.delivery.exporting import assert_chain, ended, export, read_export

HERE = "http://127.0.0.1:8000"
NAMED = "http://127.0.0.1:9000"


def test_named_endpoint_comes_before_the_sandbox() -> None:
    """The sandbox is for what nobody said otherwise of, and AWS for what is left."""
    settings = Settings(s3_endpoint_url=NAMED)

    assert Outlets(settings, lambda: HERE).endpoint_url("s3") == NAMED
    assert Outlets(settings, lambda: HERE).endpoint_url("kinesis") == HERE
    assert Outlets(settings).endpoint_url("kinesis") is None
    assert not Outlets(settings).is_s3_of_aws
    assert Outlets(Settings()).is_s3_of_aws


def test_folder_comes_before_all(tmp_path: Path) -> None:
    """An export folder takes every export."""
    outlets = Outlets(Settings(s3_endpoint_url=NAMED, export_dir=tmp_path), lambda: HERE)

    assert isinstance(outlets.bucket("mine", ObjectEncryption("SSE_S3"), "us-east-1", "0" * 22), FolderSink)


class TestSandbox:
    """The sandbox at the same port takes exports that name no other place."""

    @pytest.fixture
    def settings(self) -> Settings:
        return Settings(in_memory=True, sandbox=True, check_roles=False)

    @pytest.fixture
    def server(self, served: Served, emulator: Emulator, settings: Settings) -> Iterator[str]:
        sandbox = Sandbox(settings)
        emulator.sandbox_url = served.url
        served.stage.app = create_app(emulator, sandbox)
        yield served.url
        served.stage.app = None
        sandbox.reset()

    def test_export_is_in_the_sandbox(self, qldb: Any, server: str, ledger: str, clock: ManualClock) -> None:
        """The request for it is answered although it asks the very server that answers it."""
        s3 = boto3.client("s3", endpoint_url=server, region_name="us-east-1", **CREDENTIALS)
        s3.create_bucket(Bucket="mine")

        export_id = export(qldb, ledger, "mine", end_ms=clock.now_ms())

        assert ended(qldb, ledger, export_id) == "COMPLETED"
        keys = [found["Key"] for found in s3.list_objects_v2(Bucket="mine")["Contents"]]
        (completed,) = [key for key in keys if key.endswith(".completed.manifest")]
        assert_chain(read_export(lambda key: s3.get_object(Bucket="mine", Key=key)["Body"].read(), completed).blocks)


class TestNothingNamed:
    """Without any of it exports go to AWS; here its address is one that nobody answers at."""

    @pytest.fixture
    def settings(self) -> Settings:
        return Settings(in_memory=True)

    @pytest.fixture
    def nowhere(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
        for name, value in CREDENTIALS.items():
            monkeypatch.setenv(name.upper(), value)
        client.cache_clear()
        yield
        client.cache_clear()

    def test_refusal_says_what_could_be_named(self, qldb: Any, ledger: str, clock: ManualClock, nowhere: None) -> None:
        """Who forgot to say where exports go is told how to."""
        with pytest.raises(qldb.exceptions.InvalidParameterException, match="--export-dir"):
            export(qldb, ledger, "mine", end_ms=clock.now_ms())
