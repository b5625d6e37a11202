"""`doctor` as a user runs it: in a shell that is well, and in one where nothing is."""

import json
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from emulator.doctor.checks import CHECKS
from tests.cli.conftest import END_SECONDS, Run, endpoint

pytestmark = pytest.mark.process

PACKAGE = Path(__file__).resolve().parents[2]


def doctor(folder: Path, *arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    """Run it in a folder, with these variables of AWS and no others."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": str(PACKAGE), **variables}
    return subprocess.run(
        [sys.executable, "-m", "emulator", "doctor", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=END_SECONDS,
        check=False,
    )


def test_shell_that_is_well_has_no_problem(run: Run, tmp_path: Path) -> None:
    """With the variables that the server prints, nothing is to be mended, and the exit status says so."""
    url = endpoint(run("--port", "0"))
    keys = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local", "AWS_DEFAULT_REGION": "us-east-1"}

    done = doctor(tmp_path, AWS_ENDPOINT_URL=url, **keys)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "No problem was found."
    assert f"the server at {url}" in done.stdout


def test_problems_come_with_their_commands(tmp_path: Path) -> None:
    """In a shell that knows nothing, each problem is followed by a line to run, and the exit status is 1."""
    done = doctor(tmp_path, "--endpoint", "http://127.0.0.1:9")
    lines = done.stdout.splitlines()

    assert done.returncode == 1
    assert lines[-1] == "4 problems."
    assert [after[:23] for line, after in pairwise(lines) if line.startswith("problem ")] == [" " * 23] * 4
    assert any(line.endswith("serve --port 9") for line in lines)


def test_findings_can_be_read_by_programs(tmp_path: Path) -> None:
    """As JSON, with a finding for each check."""
    done = doctor(tmp_path, "--json", "--endpoint", "http://127.0.0.1:9")
    report = json.loads(done.stdout)

    assert done.returncode == 1
    assert report["healthy"] is False
    assert [finding["check"] for finding in report["findings"]] == list(CHECKS)
    assert {finding["status"] for finding in report["findings"]} <= {"ok", "note", "problem", "skipped"}


def test_active_environment_is_looked_into(tmp_path: Path) -> None:
    """Where a virtual environment is active, it is its Python that a program would run with."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "mine")], check=True)

    report = json.loads(doctor(tmp_path, "--json", VIRTUAL_ENV=str(tmp_path / "mine")).stdout)

    boto3 = next(finding for finding in report["findings"] if finding["check"] == "boto3")
    assert boto3["fix"] == f"{tmp_path}/mine/bin/python -m pip install boto3"


def test_endpoint_that_is_no_url_is_a_usage_error(tmp_path: Path) -> None:
    """A mistake on the command line has exit status 2; one in a variable is a finding."""
    assert doctor(tmp_path, "--endpoint", "127.0.0.1:8000").returncode == 2
    assert "is no URL" in doctor(tmp_path, AWS_ENDPOINT_URL="127.0.0.1:8000").stdout
