"""The demo is the first that many see."""

import os
import subprocess
import sys
from pathlib import Path

COMPAT = Path(__file__).resolve().parents[1]


def test_demo_plays_to_a_verified_proof() -> None:
    """It starts a server of its own, plays with the real driver, checks each step, and ends well."""
    done = subprocess.run(
        [sys.executable, str(COMPAT / "python" / "demo.py")],
        cwd=COMPAT.parent,
        env={**os.environ, "PYTHONPATH": str(COMPAT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "belongs to the digest" in done.stdout
    assert done.stdout.endswith("Done: everything above was checked.\n")
