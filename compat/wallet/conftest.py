"""A server whose streams repeat and shuffle records, with its sandbox, and a stack of wallets on it."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from emulator_process import point_clients_at, running_emulator
from pyqldb.config.retry_config import RetryConfig
from pyqldb.driver.qldb_driver import QldbDriver

sys.path.append(str(Path(__file__).resolve().parents[1] / "python"))  # the verifier

from follower import Follower
from stack import stack
from wallets import Wallets


@pytest.fixture(scope="session")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start a durable server with its sandbox; or use the one that COMPAT_ENDPOINT names."""
    running = os.environ.get("COMPAT_ENDPOINT")
    if running:
        point_clients_at(running)
        yield running
        return
    folder = tmp_path_factory.mktemp("emulator")
    options = ("--sandbox", "--stream-chaos", "--data-dir", str(folder / "data"))
    with running_emulator(folder / "server.log", *options) as started:
        point_clients_at(started)
        yield started


@pytest.fixture(scope="module")
def outputs(endpoint: str) -> Iterator[dict[str, str]]:
    """Make the stack, and give what it says of itself."""
    with stack("wallets") as made:
        yield made


@pytest.fixture(scope="module")
def wallets(outputs: dict[str, str]) -> Iterator[Wallets]:
    """Give wallets with their table and index."""
    with QldbDriver(outputs["QLDBLedgerName"], retry_config=RetryConfig(retry_limit=20)) as driver:
        made = Wallets(driver, boto3.resource("dynamodb").Table(outputs["DynamoDBtableName"]))
        made.create_table()
        made.create_index()
        yield made


@pytest.fixture
def follower(outputs: dict[str, str]) -> Follower:
    """Give a consumer at the beginning of the stream."""
    return Follower(boto3.client("kinesis"), outputs["KinesisStreamName"])
