"""`shell`, as a process in a terminal."""

import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from emulator.testing import Qldb
from tests.cli.conftest import END_SECONDS, Command, Run

pytestmark = [pytest.mark.process, pytest.mark.qldb(ledger="first", clock=None)]

pty = pytest.importorskip("pty", reason="terminals of this kind are those of Unix")

PACKAGE = Path(__file__).resolve().parents[2]


class Terminal:
    """A process in a terminal of its own."""

    def __init__(self, *arguments: str, folder: Path) -> None:
        self._keys, inside = pty.openpty()
        self.shown = ""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "emulator", *arguments],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(PACKAGE), "TERM": "xterm", "XDG_STATE_HOME": str(folder)},
            stdin=inside,
            stdout=inside,
            stderr=inside,
            start_new_session=True,
        )
        os.close(inside)

    def wait_for(self, text: str) -> None:
        """Read until the process has shown a text since the last one that was waited for."""
        until = time.monotonic() + END_SECONDS
        while text not in self.shown:
            assert time.monotonic() < until, f"{text!r} does not come after {self.shown!r}"
            if select.select([self._keys], [], [], 1)[0]:
                self.shown += self._read()
        self.shown = self.shown.partition(text)[2]

    def _read(self) -> str:
        try:
            return os.read(self._keys, 65536).decode(errors="replace")
        except OSError as error:
            raise AssertionError(f"it ended after {self.shown!r}") from error

    def type(self, keys: str) -> None:
        os.write(self._keys, keys.encode())

    def end(self) -> int:
        """The exit status."""
        try:
            return self.process.wait(END_SECONDS)
        finally:
            self.process.kill()
            os.close(self._keys)


@pytest.fixture
def terminal(qldb: Qldb, server: str, tmp_path: Path) -> Iterator[Terminal]:
    """With a shell on the ledger `first`."""
    terminal = Terminal("shell", "first", "--endpoint", server, folder=tmp_path)
    yield terminal
    terminal.process.kill()
    terminal.process.wait()


def test_statements_are_answered(terminal: Terminal, tmp_path: Path) -> None:
    """From the first prompt to the last, and what was typed is kept."""
    terminal.wait_for("Ledger first at http://127.0.0.1")
    terminal.wait_for("first>")
    terminal.type("CREATE TABLE Person;\r")
    terminal.wait_for("1 write IO")
    terminal.type("start transaction\r")
    terminal.wait_for("*30s")
    terminal.type("\x04")
    terminal.wait_for("The transaction is gone")

    assert terminal.end() == 0
    assert "CREATE TABLE Person;" in (tmp_path / "qldb-emulator/history").read_text()


def test_ledger_that_is_not_there_is_told(server: str, tmp_path: Path) -> None:
    """Before there is a prompt."""
    terminal = Terminal("shell", "nowhere", "--endpoint", server, folder=tmp_path)
    terminal.wait_for("The Ledger with name nowhere is not found")

    assert terminal.end() == 1


def test_pipes_are_for_exec(command: Command) -> None:
    """A shell wants somebody who types."""
    status, _, complaints = command("shell", "first")

    assert status == 2
    assert "qldb-emulator exec" in complaints


def test_missing_package_is_named(run: Run, tmp_path: Path) -> None:
    """With the line that installs it."""
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['prompt_toolkit'] = None\n")

    process = run("shell", "first", PYTHONPATH=os.pathsep.join([str(tmp_path), str(PACKAGE)]))
    _, complaints = process.communicate(timeout=END_SECONDS)

    assert process.returncode == 1
    assert complaints == "qldb-emulator: the shell needs prompt-toolkit: pip install 'qldb-emulator[shell]'\n"
