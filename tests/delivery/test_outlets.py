"""Where exports go when nothing, one thing or several are named."""

from pathlib import Path

import boto3
import pytest

from emulator.delivery.outlets import Outlets
from emulator.delivery.sinks import ObjectEncryption
from emulator.delivery.sinks.clients import client
from emulator.delivery.sinks.folder import FolderSink
from emulator.settings import Settings
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


def test_refusal_says_what_could_be_named(commands_server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without any of it a server's exports go to AWS; here its address is one that nobody answers at. Who forgot to say
    where exports go is told how to."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name.upper(), value)
    qldb_client = boto3.client("qldb", "us-east-1", endpoint_url=commands_server)
    created = qldb_client.create_ledger(Name="mine", PermissionsMode="ALLOW_ALL")["CreationDateTime"]
    client.cache_clear()

    with pytest.raises(qldb_client.exceptions.InvalidParameterException, match="--export-dir"):
        export(qldb_client, "mine", "mine", end_ms=int(created.timestamp() * 1000))
    client.cache_clear()
