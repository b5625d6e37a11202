"""The command, as a process in an empty folder."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

Run = Callable[..., "subprocess.Popen[str]"]

END_SECONDS = 60
"""Ends a test that would hang; a process that ends by itself takes far less."""


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """Starts the command in an empty folder; ends it when the test ends."""
    started: list[subprocess.Popen[str]] = []
    package = Path(__file__).resolve().parents[2]

    def run(*arguments: str, stdin: int | None = None, **environment: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "emulator", *arguments],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(package), **environment},
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield run
    for process in started:
        process.kill()
        process.communicate()


def endpoint(process: subprocess.Popen[str]) -> str:
    """The endpoint a serving process prints."""
    assert process.stdout is not None
    for line in process.stdout:
        found = re.search(r"AWS_ENDPOINT_URL=(\S+)", line)
        if found:
            return found[1]
    raise AssertionError(process.communicate()[1])
