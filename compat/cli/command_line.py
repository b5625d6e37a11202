"""A shell's way of calling programs: what they need around them, how long they may take, and what they printed."""

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent
PATIENCE_SECONDS = 300
"""Ends what would hang."""


@dataclass(frozen=True)
class CommandLine:
    """Programs in an environment, which leads them to a server."""

    environment: Mapping[str, str]

    def run(self, *words: str, cwd: Path = FOLDER) -> subprocess.CompletedProcess[str]:
        """Run a program, however it ends."""
        return subprocess.run(
            words,
            cwd=cwd,
            env=dict(self.environment),
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )

    def aws(self, *words: str) -> Any:
        """Call the AWS CLI, which has to succeed, and give what it answered."""
        done = self.run("aws", *words)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout) if done.stdout.strip() else None

    def partiql(self, ledger: str, file: Path, *statements: str) -> subprocess.CompletedProcess[str]:
        """Write statements to a file, and run them, however that ends."""
        file.write_text(";\n".join(statements))
        return self.run("python3", "partiql.py", ledger, str(file))
