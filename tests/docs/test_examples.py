"""What the pages tell people to run does what they say, pasted from top to bottom into one shell or one Python."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from emulator.ion.hashing import ion_hash
from emulator.ion.text import write_text
from emulator.journal.hash_chain import commit_digest_after, commit_digest_start, statement_digest
from emulator.testing.server import Emulator
from tests.docs.examples import DOCS, Example, examples, pages_with
from tests.journal.published import named

SEPARATOR = "\x1e"
BETWEEN = {"python": f"\nprint({SEPARATOR!r})\n", "sh": f"\nprintf '{SEPARATOR}\\n'\n"}
COMMANDS = {"python": [sys.executable, "-c"], "sh": ["bash", "-euc"]}

BEFORE = {
    "exports.md": "import boto3\nfrom datetime import UTC, datetime, timedelta\nqldb = boto3.client('qldb')\n",
}
"""What a page takes for granted."""

LEDGERS = {"exports.md": ["vehicles"], "faults.md": ["my-ledger"], "shell.md": ["first"], "snapshots.md": ["my-ledger"]}
"""What is there before a page begins."""

SECONDS = 60


@pytest.fixture
def qldb_settings(tmp_path: Path) -> Mapping[str, Any]:
    """The clock runs, as a reader's does."""
    return {"export_dir": tmp_path / "buckets"}


def run(page: str, language: str, server: Emulator, folder: Path) -> list[str]:
    """Run a page's examples in an empty folder, against a server of their own; give what each printed."""
    code = BETWEEN[language].join(example.code for example in to_run(page, language))
    done = subprocess.run(
        [*COMMANDS[language], BEFORE.get(page, "") + code],
        cwd=folder,
        env={
            **os.environ,
            "AWS_ENDPOINT_URL": server.url,
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
            "AWS_DEFAULT_REGION": "us-east-1",
            "HOME": str(folder),
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        },
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split(SEPARATOR + "\n")


def to_run(page: str, language: str) -> list[Example]:
    return [example for example in examples(page, language) if example.reason is None]


@pytest.mark.process
@pytest.mark.parametrize(
    ("page", "language"), [(page, language) for language in COMMANDS for page in pages_with(language)]
)
def test_examples_run(page: str, language: str, qldb_server: Emulator, qldb_client: Any, tmp_path: Path) -> None:
    """Every example of the page runs, and prints what stands below it."""
    for name in LEDGERS.get(page, []):
        qldb_client.create_ledger(Name=name, PermissionsMode="ALLOW_ALL")

    printed = run(page, language, qldb_server, tmp_path)

    assert [
        (example.printed, text)
        for example, text in zip(to_run(page, language), printed, strict=True)
        if not example.printed_is(text)
    ] == []


def test_worked_proof_is_the_published_one() -> None:
    """Every hash that the page about verification takes as given is one that the real service answered."""
    published = write_text(named("cli-vehicle-registration"))
    given = re.findall(
        r'b64decode\("([^"]{44})"\)|^    (\S{43}=)$', (DOCS / "verification.md").read_text(), re.MULTILINE
    )

    assert len(given) == 15
    assert [hash_ for pair in given for hash_ in pair if hash_ and hash_ not in published] == []


def test_worked_commit_digest_is_what_the_server_computes() -> None:
    """The numbers for those who write a client are those that the server compares theirs with."""
    digest = commit_digest_start("05K97LfBBVa60AK0qMbc6R")
    for statement in (
        statement_digest("CREATE TABLE Person"),
        statement_digest("SELECT * FROM Person WHERE name = ?", [ion_hash("Ada")]),
    ):
        digest = commit_digest_after(digest, statement)
        assert f" {b64encode(digest).decode()}\n" in (DOCS / "session-protocol.md").read_text()
