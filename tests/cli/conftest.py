"""The command, in an empty folder: as a process, or in that of the test."""

import gc
import io
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from emulator.cli import main

Done = tuple[int, str, str]
"""Exit status, stdout, stderr."""

Command = Callable[..., Done]
Run = Callable[..., "subprocess.Popen[str]"]

END_SECONDS = 60
"""Ends a test that would hang; a process that ends by itself takes far less."""


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Command]:
    """Runs the command to its end in this process, where nothing of that is about processes; in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def command(*arguments: str, text: str = "", **environment: str) -> Done:
        with monkeypatch.context() as here:
            here.setattr(sys, "argv", ["qldb-emulator", *arguments])
            here.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
            for name, value in environment.items():
                here.setenv(name, value)
            capsys.readouterr()
            with pytest.raises(SystemExit) as ended:
                main()
        printed = capsys.readouterr()
        return int(ended.value.code or 0), printed.out, printed.err

    yield command
    gc.enable()  # the command does without, and says why


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
