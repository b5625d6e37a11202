"""For tests of `mock_qldb`: an environment with nothing in it, and ledgers by boto3."""

import os
from typing import Any

import boto3
import pytest


def names() -> list[str]:
    """Of the ledgers that boto3 sees, with a client made anew."""
    return [ledger["Name"] for ledger in boto3.client("qldb").list_ledgers()["Ledgers"]]


def create(name: str = "l") -> Any:
    return boto3.client("qldb").create_ledger(Name=name, PermissionsMode="ALLOW_ALL", DeletionProtection=False)


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither credentials nor a Region, as in a test of somebody who never saw AWS."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_DATA_PATH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
