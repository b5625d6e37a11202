"""What the tests of the AWS CLI share: the command, and ledgers made and deleted by it."""

import itertools
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

# The verifier is that of the other Python suites.
sys.path.append(str(Path(__file__).resolve().parent.parent / "python"))

AWS = str(Path(sys.executable).with_name("aws"))
SECONDS = 60
UNPROTECTED = ("--permissions-mode", "ALLOW_ALL", "--no-deletion-protection")
"""What makes a ledger that tests can delete."""
_numbers = itertools.count()

Aws = Callable[..., Any]


class CommandFailed(Exception):
    """The command's exit status was not 0; the message is what it wrote to standard error."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


def run(*arguments: str, **variables: str) -> Any:
    """Run `aws` and give its answer, or None where it has none. Raises CommandFailed."""
    done = subprocess.run(
        [AWS, *arguments],
        env={**os.environ, "AWS_PAGER": "", **variables},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    if done.returncode:
        raise CommandFailed(done.returncode, done.stderr)
    return json.loads(done.stdout) if done.stdout.strip() else None


@pytest.fixture(scope="session")
def aws(endpoint: str) -> Aws:
    """The command, led to the server by the environment."""
    return run


@pytest.fixture(scope="session")
def ledgers(aws: Aws) -> Iterator[Callable[[], str]]:
    """Creates ledgers, and deletes them at the end."""
    created = []

    def create() -> str:
        created.append(f"cli-{os.getpid()}-{next(_numbers)}")
        aws("qldb", "create-ledger", "--name", created[-1], *UNPROTECTED)
        aws("qldb", "wait", "ledger-active", "--name", created[-1])
        return created[-1]

    yield create
    for name in created:
        aws("qldb", "delete-ledger", "--name", name)
