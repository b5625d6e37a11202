"""Runs the quick tests on each newer Python that is on this machine: `make test-pythons`.

A Python is found by its name (`python3.13`), or among those of pyenv, which hides what was not chosen. Each gets an
environment of its own, `.venv-python3.13`, with the versions of `constraints.txt`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MINORS = (12, 13, 14)
EXTRAS = ".[test,dev,sandbox,shell,docs,containers]"
TESTS = ("--dist", "worksteal", "-m", "not process", "-p", "no:cacheprovider", "-q")


def main(workers: str) -> int:
    """The exit status: that of the first Python on which something fails."""
    for minor in MINORS:
        name = f"python3.{minor}"
        python = next(found(name), None)
        if python is None:
            print(f"== {name} is not on this machine", flush=True)
            continue
        print(f"== {name}", flush=True)
        status = tested(environment(name, python), workers)
        if status:
            return status
    return 0


def found(name: str) -> Iterator[Path]:
    """The interpreters of that name that run and are are no previews."""
    by_name = shutil.which(name)
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    for path in (*([] if by_name is None else [Path(by_name)]), *sorted(pyenv.glob(f"versions/*/bin/{name}"))):
        asked = [str(path), "-c", "import sys; sys.exit(sys.version_info.releaselevel != 'final')"]
        if subprocess.run(asked, capture_output=True, check=False).returncode == 0:
            yield path


def environment(name: str, python: Path) -> Path:
    """The interpreter of an environment in which the tests can run."""
    folder = ROOT / f".venv-{name}"
    if not (folder / "bin").is_dir():
        subprocess.run([str(python), "-m", "venv", str(folder)], check=True)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "-e", EXTRAS, "-c", "constraints.txt"], cwd=ROOT, check=True)
    return folder / "bin" / "python"


def tested(python: Path, workers: str) -> int:
    return subprocess.run([python, "-m", "pytest", "-n", workers, *TESTS], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
