"""The same suite in the other ways that it may be run."""

import os
import subprocess
import sys
from pathlib import Path

from emulator.testing import Emulator

HERE = Path(__file__).resolve().parent
MANY = "not same_digest and not server"
"""Attached, a server's seed and clock are its own, and so is its port. Tests that move the clock move everybody's."""


def run(*options: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_transfers.py", *options],
        cwd=HERE,
        env={name: value for name, value in os.environ.items() if not name.startswith("PYTEST_XDIST")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_attached_to_a_server() -> None:
    """With --qldb-endpoint at a server that runs; nothing is left in it."""
    with Emulator() as server:
        assert "9 passed" in run("--qldb-endpoint", server.url, "-k", MANY)
        assert server.handle().ledgers() == []


def test_side_by_side() -> None:
    """Under pytest-xdist, in process."""
    assert "12 passed" in run("-n", "2")


def test_attached_side_by_side() -> None:
    """Several workers and one server."""
    with Emulator(max_ledgers=50) as server:
        run("--qldb-endpoint", server.url, "-k", f"{MANY} and not expire", "-n", "2")
        assert server.handle().ledgers() == []
