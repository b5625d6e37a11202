"""A server with its sandbox, and the AWS CLI as somebody has it who has set it up once with `aws configure`."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import FOLDER, CommandLine
from emulator_process import client_environment, running_emulator

CONFIGURED = {"region": "us-east-1", "aws_access_key_id": "local", "aws_secret_access_key": "local"}

sys.path.append(str(FOLDER.parent / "python"))  # the verifier


@pytest.fixture(scope="session")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start a durable server with its sandbox; or use the one that COMPAT_ENDPOINT names."""
    running = os.environ.get("COMPAT_ENDPOINT")
    if running:
        yield running
        return
    folder = tmp_path_factory.mktemp("emulator")
    options = ("--sandbox", "--max-ledgers", "100", "--data-dir", str(folder / "data"))
    with running_emulator(folder / "server.log", *options) as started:
        yield started


@pytest.fixture(scope="session")
def shell(endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    """Give a shell in which the CLI is configured, and AWS_ENDPOINT_URL is set."""
    given = {name: value for name, value in client_environment(endpoint).items() if not name.startswith("AWS_")}
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    home = str(tmp_path_factory.mktemp("home"))
    opened = CommandLine({**given, "HOME": home, "PATH": path, "AWS_ENDPOINT_URL": endpoint})
    for name, value in CONFIGURED.items():
        opened.aws("configure", "set", name, value)
    return opened
