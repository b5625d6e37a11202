"""Runs the quick tests in other environments than ours: `make test-elsewhere`.

On each newer Python of this machine, found by its name (`python3.13`) or among those of pyenv, which hides what was not
chosen. And on the oldest libraries that `pyproject.toml` allows, for whoever tests with the emulator has it beside what
another program is pinned to. Each has an environment of its own: `.venv-python3.13`, `.venv-oldest`.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MINORS = (12, 13, 14)
USERS = ("sandbox", "shell", "containers")
"""The extras of users, whose oldest versions count as well."""
TESTS = ("--dist", "worksteal", "-m", "not process", "-p", "no:cacheprovider", "-q")


def main(workers: str) -> int:
    """The exit status: that of the first environment in which something fails."""
    for name, python, pinned in environments():
        print(f"== {name}", flush=True)
        run = [made(name, python, pinned), "-m", "pytest", "-n", workers, *TESTS]
        status = subprocess.run(run, cwd=ROOT, check=False).returncode
        if status:
            return status
    return 0


def environments() -> Iterator[tuple[str, str, list[str]]]:
    """Name, interpreter and what pip is told of versions."""
    for name in (f"python3.{minor}" for minor in MINORS):
        python = next(found(name), None)
        if python is None:
            print(f"== {name} is not on this machine", flush=True)
        else:
            yield name, python, ["-c", "constraints.txt"]
    yield "oldest", sys.executable, list(oldest())


def found(name: str) -> Iterator[str]:
    """The interpreters of that name that run and are no previews."""
    by_name = shutil.which(name)
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    for path in (*filter(None, [by_name]), *map(str, sorted(pyenv.glob(f"versions/*/bin/{name}")))):
        asked = [path, "-c", "import sys; sys.exit(sys.version_info.releaselevel != 'final')"]
        if subprocess.run(asked, capture_output=True, check=False).returncode == 0:
            yield path


def oldest() -> Iterator[str]:
    """The libraries of the server and of users' extras, each in the oldest version that is allowed."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    for wanted in (*project["dependencies"], *(it for extra in USERS for it in extras[extra])):
        name, version = re.findall(r"^([^>=]+)>=([0-9.]+)", wanted)[0]
        yield f"{name}=={version}"


def made(name: str, python: str, pinned: list[str]) -> str:
    """The interpreter of an environment where the tests can run."""
    folder = ROOT / f".venv-{name}"
    own = str(folder / "bin" / "python")
    if not folder.is_dir():
        subprocess.run([python, "-m", "venv", str(folder)], check=True)
    pip = [own, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "-e", f".[test,{','.join(USERS)}]", *pinned], cwd=ROOT, check=True)
    return own


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
