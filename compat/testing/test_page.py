"""The examples for Python of README and pages, as somebody runs who copied them."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from emulator.testing import Emulator

ROOT = Path(__file__).resolve().parents[2]


def blocks(page: str) -> list[str]:
    """The blocks of Python on a page, but for those that say that they are not run."""
    return re.findall(r"(?<! -->\n)```python\n(.*?)```", (ROOT / page).read_text(), re.DOTALL)


@pytest.mark.parametrize(
    ("page", "least"), [("README.md", 1), ("docs/testing-your-code.md", 6), ("compat/testing/README.md", 1)]
)
def test_tests_pass(tmp_path: Path, page: str, least: int) -> None:
    """Each block that has a test is a module of tests; all pass."""
    modules = [block for block in blocks(page) if "def test" in block]
    for number, module in enumerate(modules):
        (tmp_path / f"test_{number}.py").write_text(module)
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = -p no:cacheprovider --strict-markers\n")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert len(modules) >= least


def test_first_query_of_the_readme(tmp_path: Path) -> None:
    """The program in README's first part prints a name and a digest."""
    with Emulator() as server:
        done = subprocess.run(
            [sys.executable, "-c", blocks("README.md")[0]],
            cwd=tmp_path,
            env={
                **os.environ,
                "AWS_ENDPOINT_URL": server.url,
                "AWS_ACCESS_KEY_ID": "local",
                "AWS_SECRET_ACCESS_KEY": "local",
                "AWS_DEFAULT_REGION": "us-east-1",
            },
            capture_output=True,
            text=True,
            check=False,
        )

    assert re.fullmatch(r"Ada\n[0-9a-f]{64}\n", done.stdout), done.stdout + done.stderr
