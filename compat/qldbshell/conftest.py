"""What the tests of the shell share: ledgers, scripts fed to its standard input, and a terminal to type in."""

import itertools
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pexpect
import pytest

# The verifier is that of the other Python suites.
sys.path.append(str(Path(__file__).resolve().parent.parent / "python"))

SHELL = str(Path(sys.executable).with_name("qldbshell"))
RESULT = re.compile(r"INFO: \n(.*?)(?=^INFO: \()", re.DOTALL | re.MULTILINE)
SECONDS = 30
_numbers = itertools.count()

Run = Callable[..., "Said"]


class Said:
    """What the shell wrote about a script: results and messages on standard error, the rest on standard output."""

    def __init__(self, done: subprocess.CompletedProcess[str]) -> None:
        self.status = done.returncode
        self.screen = done.stdout
        self.log = done.stderr

    @property
    def results(self) -> list[str]:
        """The results of statements that stood alone, as Ion text without line breaks."""
        return [" ".join(found.split()) for found in RESULT.findall(self.log)]


@pytest.fixture
def qldb(endpoint: str) -> Any:
    """The control-plane client, which the shell has not."""
    return boto3.client("qldb")


@pytest.fixture
def ledger(qldb: Any) -> Iterator[str]:
    """A ledger of the test's own."""
    name = f"shell-{os.getpid()}-{next(_numbers)}"
    qldb.create_ledger(Name=name, PermissionsMode="ALLOW_ALL", DeletionProtection=False)
    yield name
    qldb.delete_ledger(Name=name)


@pytest.fixture
def run(ledger: str) -> Run:
    """Runs the shell with a line of input for each argument."""

    def run(*lines: str, options: tuple[str, ...] = ("-l", ledger)) -> Said:
        done = subprocess.run(
            [SHELL, *options],
            input="\n".join([*lines, "exit", ""]),
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        return Said(done)

    return run


@pytest.fixture
def terminal(ledger: str) -> Iterator[Callable[..., Any]]:
    """Opens shells on terminals of their own."""
    opened = []

    def open_shell(*options: str) -> Any:
        # A dumb terminal: what is typed comes back as it was, not as a drawing of it.
        environment = {**os.environ, "TERM": "dumb", "COLUMNS": "200"}
        shell = pexpect.spawn(
            SHELL, [*(options or ("-l", ledger))], env=environment, encoding="utf-8", timeout=SECONDS, echo=False
        )
        opened.append(shell)
        shell.expect("qldbshell > ")
        return shell

    yield open_shell
    for shell in opened:
        shell.close(force=True)
