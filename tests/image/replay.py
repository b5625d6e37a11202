"""Builds and starts the image without an engine: `make docker-steps`.

The Dockerfile's steps are run in order, as they are written, in a layer over this machine's own files (overlayfs) that
is thrown away afterwards, seen from inside as the whole machine (chroot). In place of the base image stands this
machine's system with a new, empty environment of Python. That takes Linux and root; where it cannot be done, the reason
is said. Each step is printed with how it was verified.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.image.dockerfile import Step, read, sent

ROOT = Path(__file__).resolve().parents[2]
PYTHON = "/usr/local/image-python"
PATH = f"{PYTHON}/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
LAYERED = """
mount -t overlay overlay -o lowerdir=/,upperdir=$0/upper,workdir=$0/work $0/root
for folder in proc dev; do mount --rbind /$folder $0/root/$folder; done
exec "$@"
"""
ARCHITECTURES = {"linux/amd64": "x86_64", "linux/arm64": "aarch64"}
MANYLINUX = ("manylinux2014", "manylinux_2_17", "manylinux_2_28", "manylinux_2_34")
START_SECONDS = 60


class Image:
    """What the steps have made so far: files in a layer, variables, a working folder and a user."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.variables: dict[str, str] = {}
        self.at = "/"
        self.user = "root"
        for name in ("upper", "work", "root"):
            (folder / name).mkdir()

    def command(self, *words: str, **more: str) -> list[str]:
        """What runs words inside: in a mount namespace of its own, the layer mounted, with the image's variables."""
        variables = {"PATH": PATH, "HOME": "/root", **_of_the_network(), **self.variables, **more}
        inside = ["env", "-i", "--chdir", self.at, *(f"{name}={value}" for name, value in variables.items()), *words]
        entered = ["chroot", f"--userspec={self.user}", str(self.folder / "root"), *inside]
        return ["unshare", "--mount", "sh", "-euc", LAYERED, str(self.folder), *entered]

    def run(self, *words: str) -> None:
        """Run words inside; CalledProcessError, with what they said, when they fail."""
        subprocess.run(self.command(*words), check=True, capture_output=True, text=True)

    def copy(self, sources: list[str], target: str) -> None:
        """Copy what a build is sent of the sources; FileNotFoundError where that is nothing."""
        patterns = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
        for source in sources:
            files = [path for path in sent(ROOT, patterns) if path == Path(source) or Path(source) in path.parents]
            if not files:
                raise FileNotFoundError(f"the build is not sent {source}: .dockerignore leaves it out")
            for path in files:
                inner = path.relative_to(source) if (ROOT / source).is_dir() else Path(path.name)
                self._put(ROOT / path, Path(self.at, target) / inner)

    def _put(self, path: Path, inside: Path) -> None:
        place = self.folder / "upper" / os.path.normpath(inside).lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, place)


def _of_the_network() -> dict[str, str]:
    """The variables by which packages are found: a build has its own ways for these."""
    return {name: value for name, value in os.environ.items() if name.startswith("PIP_") or "proxy" in name.lower()}


@contextmanager
def image() -> Iterator[Image]:
    """An image before its first step; its files are gone in the end."""
    with tempfile.TemporaryDirectory(prefix="qldb-image-", ignore_cleanup_errors=True) as folder:
        yield Image(Path(folder))


def why_not() -> str | None:
    """Why steps cannot be replayed here; None where they can."""
    with image() as trial:
        try:
            trial.run("true")
        except FileNotFoundError as error:
            return f"this takes Linux with {error.filename}"
        except subprocess.CalledProcessError as error:
            return f"layers cannot be mounted here: {error.stderr.strip()}"
    return None


def step_from(image: Image, step: Step) -> str:
    """An empty Python where the base image has its own; the machine's must be readable for every user."""
    base = Path(sys.base_prefix)
    image.run("chmod", "o+rx", *(str(folder) for folder in [base, *base.parents][:-1]))
    image.run(f"{base}/bin/python3", "-m", "venv", PYTHON)
    image.run("rm", "-rf", "/app", "/data")
    return f"not run: this machine's system and an empty Python {sys.version.split()[0]} in its place"


def step_env(image: Image, step: Step) -> str:
    image.variables.update(step.variables())
    return "set"


def step_run(image: Image, step: Step) -> str:
    image.run("sh", "-c", step.rest)
    return "run"


def step_workdir(image: Image, step: Step) -> str:
    image.run("mkdir", "-p", step.rest)
    image.at = step.rest
    return "made"


def step_copy(image: Image, step: Step) -> str:
    *sources, target = step.words()
    image.copy(sources, target)
    return "copied, less what .dockerignore leaves out"


def step_user(image: Image, step: Step) -> str:
    image.user = step.rest
    image.run("test", "-w", image.variables["QLDB_EMULATOR_DATA_DIR"])
    return "all that follows runs as this user, who can write the data directory"


STEPS = {
    "FROM": step_from,
    "ENV": step_env,
    "RUN": step_run,
    "WORKDIR": step_workdir,
    "COPY": step_copy,
    "USER": step_user,
}
TOLD = {
    "VOLUME": "not run: an engine's matter",
    "EXPOSE": "not run: an engine's matter",
    "HEALTHCHECK": "run until it says healthy",
    "ENTRYPOINT": "started, with CMD",
    "CMD": "started, by ENTRYPOINT",
}


def replay(image: Image) -> Iterator[tuple[Step, str]]:
    """Take every step that makes the image; give each with how it was verified. KeyError for one that is not known."""
    for step in read(ROOT / "Dockerfile"):
        yield step, TOLD[step.word] if step.word in TOLD else STEPS[step.word](image, step)


def healthy(image: Image) -> bool:
    """Start what the image starts, on a free port, and ask its health check until it is content; False in the end."""
    by_word = {step.word: step for step in read(ROOT / "Dockerfile")}
    there = {"QLDB_EMULATOR_HOST": "127.0.0.1", "QLDB_EMULATOR_PORT": str(free_port())}
    starting = image.command(*by_word["ENTRYPOINT"].words(), *by_word["CMD"].words(), **there)
    asking = image.command(*by_word["HEALTHCHECK"].check(), **there)
    server = subprocess.Popen(starting, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until and server.poll() is None:
            if subprocess.run(asking, check=False, capture_output=True).returncode == 0:
                return True
            time.sleep(0.2)
        return False
    finally:
        server.terminate()
        with suppress(subprocess.TimeoutExpired):
            server.wait(10)
        server.kill()


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def without_wheels(machine: str) -> str | None:
    """What pip says of dependencies without a wheel for the machine, which the image could not build; None if none."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["sandbox"]]
    platforms = [word for name in MANYLINUX for word in ("--platform", f"{name}_{machine}")]
    with tempfile.TemporaryDirectory() as target:
        options = [
            "--dry-run",
            "--ignore-installed",
            "--only-binary=:all:",
            "--target",
            target,
            "--python-version",
            "3.11",
        ]
        pip = [
            sys.executable,
            "-m",
            "pip",
            "install",
            "--quiet",
            *options,
            *platforms,
            *wanted,
            "-c",
            "constraints.txt",
        ]
        done = subprocess.run(pip, cwd=ROOT, check=False, capture_output=True, text=True)
    return None if done.returncode == 0 else done.stderr


def main() -> int:
    """Replay, start, look for wheels; 0 when all is well."""
    if reason := why_not():
        print(f"The steps were not run: {reason}", file=sys.stderr)
        return 2
    with image() as made:
        for step, how in replay(made):
            print(f"{str(step)[:90]:92}{how}", flush=True)
        is_healthy = healthy(made)
    print("the health check is content" if is_healthy else "the health check was never content")
    lacking = {platform: without_wheels(machine) for platform, machine in ARCHITECTURES.items()}
    for platform, said in lacking.items():
        print(f"{platform}: {said or 'every dependency has a wheel'}")
    return 0 if is_healthy and not any(lacking.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
