"""Where exports go when nothing, one thing or several are named."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from emulator.delivery.outlets import Outlets
from emulator.delivery.sinks import ObjectEncryption
from emulator.delivery.sinks.clients import client
from emulator.delivery.sinks.folder import FolderSink
from emulator.settings import Settings
from emulator.testing.controls import Clock
from tests.conftest import CREDENTIALS
from tests.delivery.exporting import export

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
    assert Outlets(Settings()).is_kinesis_of_aws


def test_folder_comes_before_all(tmp_path: Path) -> None:
    """An export folder takes every export."""
    outlets = Outlets(Settings(s3_endpoint_url=NAMED, export_dir=tmp_path), lambda: HERE)

    assert isinstance(outlets.bucket("mine", ObjectEncryption("SSE_S3"), "us-east-1", "0" * 22), FolderSink)


@pytest.mark.qldb(s3_endpoint_url=None)
@pytest.mark.usefixtures("qldb_server")
class TestNothingNamed:
    """Without any of it a server's exports go to AWS; here its address is one that nobody answers at."""

    @pytest.fixture
    def nowhere(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
        for name, value in CREDENTIALS.items():
            monkeypatch.setenv(name.upper(), value)
        client.cache_clear()
        yield
        client.cache_clear()

    def test_refusal_says_what_could_be_named(self, qldb_client: Any, ledger: str, clock: Clock, nowhere: None) -> None:
        """Who forgot to say where exports go is told how to."""
        with pytest.raises(qldb_client.exceptions.InvalidParameterException, match="--export-dir"):
            export(qldb_client, ledger, "mine", end_ms=clock.now_ms())
