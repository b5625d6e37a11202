"""The scripts, run by the shells they are for: what they set, and that they take it back without a trace."""

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from emulator.kit.shells import OFF, SHELLS
from emulator.kit.variables import Way, variables

pytestmark = pytest.mark.process

PROGRAMS = {"bash": "bash", "zsh": "zsh", "sh": "dash", "fish": "fish", "powershell": "pwsh"}
FOLDER = "/somewhere/it's a folder/models"
WAY = Way("http://127.0.0.1:8000", "eu-west-1")
NO_WORDS = "nothing was set in this shell"
END_SECONDS = 60


def test_every_shell_has_a_program_to_test_with() -> None:
    """A shell that is offered is tested where its program is installed."""
    assert set(PROGRAMS) == set(SHELLS)


class Shell:
    """Runs lines of a shell, and has it print the environment of its children."""

    def __init__(self, name: str, folder: Path, environment: Mapping[str, str]) -> None:
        self.dialect = SHELLS[name]
        self._program = shutil.which(PROGRAMS[name]) or ""
        if not self._program:
            pytest.skip(f"{PROGRAMS[name]} is not installed")
        self._environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder), **environment}
        dump = folder / "dump.py"
        dump.write_text("import json, os; print(json.dumps(dict(os.environ)))")
        self.dump = f"'{sys.executable}' '{dump}'" if name != "powershell" else f"& '{sys.executable}' '{dump}'"

    def run(self, *lines: str) -> "tuple[list[dict[str, str]], str]":
        """The environments that were dumped, and what was complained about."""
        done = subprocess.run(
            [self._program, "-c", "\n".join(lines)],
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=END_SECONDS,
            check=False,
        )
        return [json.loads(line) for line in done.stdout.splitlines()], done.stderr


def ours(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables that matter to AWS clients, and any leftover of ours."""
    return {name: value for name, value in environment.items() if "AWS" in name.upper() or "qldb" in name}


@pytest.mark.parametrize("name", SHELLS)
def test_variables_are_set_and_taken_back(name: str, tmp_path: Path) -> None:
    """Children see the variables until they are taken back, and then what they saw before."""
    before = {"AWS_REGION": "us-west-2", "AWS_SECRET_ACCESS_KEY": "real $ecret'\\", "AWS_DATA_PATH": "/mine"}
    shell = Shell(name, tmp_path, before)
    on = shell.dialect.on(variables(WAY), FOLDER)

    (there, after), complaints = shell.run(on, shell.dump, OFF, shell.dump)

    assert ours(there) == {**variables(WAY), "AWS_DATA_PATH": f"/mine:{FOLDER}"}
    assert ours(after) == before
    assert complaints == ""


@pytest.mark.parametrize("name", SHELLS)
def test_setting_again_forgets_nothing(name: str, tmp_path: Path) -> None:
    """Set for one server and then for another, the second is in force, and taking back leads to where it all began."""
    shell = Shell(name, tmp_path, {"AWS_REGION": "us-west-2"})
    other = Way("http://127.0.0.1:9", "us-east-1", only_qldb=True)
    first, second = shell.dialect.on(variables(WAY), FOLDER), shell.dialect.on(variables(other), FOLDER)

    (there, after), complaints = shell.run(first, second, shell.dump, shell.dialect.off, shell.dump)

    assert ours(there) == {**variables(other), "AWS_REGION": "us-west-2", "AWS_DATA_PATH": FOLDER}
    assert ours(after) == {"AWS_REGION": "us-west-2"}
    assert complaints == ""


@pytest.mark.parametrize("name", SHELLS)
def test_folder_that_is_there_is_not_added_again(name: str, tmp_path: Path) -> None:
    """A shell that inherited the variables has the folder once."""
    shell = Shell(name, tmp_path, {"AWS_DATA_PATH": f"{FOLDER}:/other"})

    [there], _ = shell.run(shell.dialect.on(variables(WAY), FOLDER), shell.dump)

    assert there["AWS_DATA_PATH"] == f"{FOLDER}:/other"


@pytest.mark.parametrize("name", SHELLS)
def test_taking_back_where_nothing_was_set_says_so(name: str, tmp_path: Path) -> None:
    """It changes nothing, and says that there is nothing."""
    shell = Shell(name, tmp_path, {"AWS_REGION": "us-west-2"})

    [there], complaints = shell.run(shell.dialect.off, shell.dump)

    assert ours(there) == {"AWS_REGION": "us-west-2"}
    assert NO_WORDS in complaints


@pytest.mark.parametrize("name", ["bash", "zsh", "sh"])
def test_strict_shells_are_content(name: str, tmp_path: Path) -> None:
    """A script with `set -eu` can use it."""
    shell = Shell(name, tmp_path, {})

    (there, after), complaints = shell.run(
        "set -eu", shell.dialect.on(variables(WAY), FOLDER), shell.dump, OFF, shell.dump
    )

    assert (there["AWS_DATA_PATH"], ours(after), complaints) == (FOLDER, {}, "")
