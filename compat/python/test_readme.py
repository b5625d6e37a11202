"""What the pages tell people to paste works when it is pasted."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
PYTHON_BLOCK = re.compile(r"```python\n(.*?)```", re.DOTALL)


def pasted(page: str) -> str:
    """Run all Python of a page in a process of its own, one block after the other, and give what it printed."""
    source = "\n".join(PYTHON_BLOCK.findall((REPOSITORY / page).read_text()))
    done = subprocess.run(
        [sys.executable, "-c", source],
        cwd=Path(__file__).parent,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def fresh(qldb: Any) -> Iterator[None]:
    """Remove the ledgers that the pages create."""
    yield
    for name in {"first", "vehicles"} & {each["Name"] for each in qldb.list_ledgers()["Ledgers"]}:
        qldb.update_ledger(Name=name, DeletionProtection=False)
        qldb.delete_ledger(Name=name)


@pytest.mark.usefixtures("fresh")
def test_readme_leads_to_a_first_query() -> None:
    """The first query of the README gives the person and a digest."""
    name, digest = pasted("README.md").split()

    assert name == "Ada"
    assert len(bytes.fromhex(digest)) == 32


@pytest.mark.usefixtures("fresh")
def test_page_about_python_leads_to_a_proof() -> None:
    """The page about Python shows both colours of the vehicle and verifies a revision."""
    assert pasted("compat/python/README.md").splitlines() == ["0 Blue", "1 Red"]
