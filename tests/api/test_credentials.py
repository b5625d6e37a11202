"""Exports and streams where nobody has said where S3 and Kinesis are, nor who asks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from emulator.delivery.sinks.clients import client


@pytest.fixture(autouse=True)
def _no_credentials(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """boto3 finds none, and does not look for them over the network."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    client.cache_clear()
    yield
    client.cache_clear()


@pytest.fixture
def server(commands_server: str) -> str:
    return commands_server


ROLE = "arn:aws:iam::123456789012:role/mine"
EXPORT = {
    "InclusiveStartTime": 0,
    "ExclusiveEndTime": 1,
    "S3ExportConfiguration": {
        "Bucket": "mine",
        "Prefix": "",
        "EncryptionConfiguration": {"ObjectEncryptionType": "NO_ENCRYPTION"},
    },
    "RoleArn": ROLE,
}
STREAM = {
    "InclusiveStartTime": 0,
    "KinesisConfiguration": {"StreamArn": "arn:aws:kinesis:us-east-1:123456789012:stream/mine"},
    "StreamName": "mine",
    "RoleArn": ROLE,
}


@pytest.mark.parametrize(
    ("operation", "request_", "hint"),
    [
        (
            "journal-s3-exports",
            EXPORT,
            "Without --sandbox, --s3-endpoint-url or --export-dir exports go to AWS, with the",
        ),
        ("journal-kinesis-streams", STREAM, "Without --sandbox or --kinesis-endpoint-url streams go to AWS, with the"),
    ],
    ids=["export", "stream"],
)
def test_want_of_credentials_is_explained(
    http: httpx.Client, operation: str, request_: dict[str, Any], hint: str
) -> None:
    """The message says what is missing, and which options make it unnecessary."""
    http.post("/ledgers", json={"Name": "ledger", "PermissionsMode": "ALLOW_ALL"})

    answer = http.post(f"/ledgers/ledger/{operation}", json=request_)

    assert answer.status_code == 400
    assert f"NoCredentialsError Unable to locate credentials ({hint} credentials" in answer.json()["Message"]
