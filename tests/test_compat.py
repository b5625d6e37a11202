"""The runner of the clients' suites, as `make compat` calls it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.process

ROOT = Path(__file__).resolve().parent.parent
RUNNER = ROOT / "compat/run.py"


def run(*names: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the runner on a machine that has no tools but Python."""
    return subprocess.run(
        [sys.executable, str(RUNNER), *names],
        env={**os.environ, "CI": "false", "PATH": "/nowhere", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_suite_without_its_tools_is_skipped() -> None:
    """A newcomer's machine need not have every language; the line says what is missing."""
    done = run("go")

    assert done.returncode == 0
    assert done.stdout.splitlines() == [
        "go             skipped  go 1.24 or later is needed, and there is none",
        "suites: 0 passed, 0 failed, 1 skipped",
    ]


def test_suite_without_its_tools_fails_in_ci() -> None:
    """Where every suite is meant to run, one that cannot is a failure."""
    done = run("go", CI="true")

    assert done.returncode == 1
    assert done.stdout.splitlines()[-1] == "suites: 0 passed, 1 failed, 0 skipped"


def test_tool_that_is_too_old_is_not_used(tmp_path: Path) -> None:
    """A version below what the suite needs is named, and the suite is skipped."""
    tool = tmp_path / "go"
    tool.write_text("#!/bin/sh\necho go version go1.9.2 linux/amd64\n")
    tool.chmod(0o755)

    done = run("go", PATH=str(tmp_path))

    assert "skipped  go 1.24 or later is needed, and here is 1.9.2" in done.stdout


def test_suite_that_fails_shows_its_end(tmp_path: Path) -> None:
    """A command that fails is named, what it printed last is shown, and the exit status tells."""
    tool = tmp_path / "go"
    tool.write_text('#!/bin/sh\n[ "$1" = version ] && echo go1.99 && exit\necho no luck today\nexit 3\n')
    tool.chmod(0o755)

    done = run("go", PATH=f"{tmp_path}{os.pathsep}{os.environ['PATH']}", COMPAT_LOGS=str(tmp_path))

    assert done.returncode == 1
    assert "no luck today" in done.stdout
    assert "failed   `go mod download` ended with status 3" in done.stdout


def test_suite_that_runs_no_test_fails(tmp_path: Path) -> None:
    """Success without a single test is none."""
    tool = tmp_path / "go"
    tool.write_text('#!/bin/sh\n[ "$1" = version ] && echo go1.99\nexit 0\n')
    tool.chmod(0o755)

    done = run("go", PATH=f"{tmp_path}{os.pathsep}{os.environ['PATH']}", COMPAT_LOGS=str(tmp_path))

    assert done.returncode == 1
    assert "failed   no test was run" in done.stdout


def test_unknown_suite_is_refused() -> None:
    """A name that is no suite's is told, with those that are."""
    done = run("cobol")

    assert done.returncode == 2
    assert "There is no suite cobol. There are: python, " in done.stderr


@pytest.mark.parametrize("folder", sorted(path.parent.name for path in (ROOT / "compat").glob("*/README.md")))
def test_page_stands_in_the_list(folder: str) -> None:
    """Every client's page is linked from the page of all clients, and is a suite of the runner."""
    assert f"]({folder}/README.md)" in (ROOT / "compat/README.md").read_text()
    assert folder in run("cobol").stderr
