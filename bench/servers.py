"""Servers in processes of their own: the emulator and the floors it is held against."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HOST = "127.0.0.1"
HEALTH = "/_qldb/health"
REPOSITORY = Path(__file__).resolve().parent.parent
_START_SECONDS = 60
_STOP_SECONDS = 30
_POLL_SECONDS = 0.002
_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answers."""

    process: subprocess.Popen[bytes]
    port: int
    started_seconds: float
    """From the start of the process to its first answer."""

    @property
    def endpoint(self) -> str:
        return f"http://{HOST}:{self.port}"

    def cpu_seconds(self) -> float:
        """Processor time that all threads of the process have used."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS_PER_SECOND

    def resident_megabytes(self) -> float:
        """Memory of the process that is in RAM."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def emulator(folder: Path) -> list[str]:
    """The command that serves a data directory durably; a port follows."""
    return [sys.executable, "-m", "emulator", "serve", "--data-dir", str(folder), "--log-level", "error", "--port"]


def uvicorn(application: str) -> list[str]:
    """The command that serves an ASGI application as uvicorn does by itself; a port follows."""
    options = ["--log-level", "error", "--no-access-log", "--port"]
    return [sys.executable, "-m", "uvicorn", application, *options]


def fixed_server(module: str = "fixed_server") -> list[str]:
    return [*uvicorn(f"bench.{module}:app")[:-1], "--lifespan", "off", "--port"]


@contextmanager
def running(command: list[str], folder: Path = REPOSITORY) -> Iterator[Server]:
    """A server on a free port, started by a command that a port completes, for as long as the context lasts.

    A server that needs a folder of its own finds it in `BENCH_FOLDER`.

    RuntimeError when it does not answer.
    """
    port = _free_port()
    environment = {**os.environ, "BENCH_FOLDER": str(folder)}
    started = time.perf_counter()
    process = subprocess.Popen([*command, str(port)], stdout=subprocess.DEVNULL, cwd=REPOSITORY, env=environment)
    try:
        _wait_until_healthy(process, port)
        yield Server(process, port, time.perf_counter() - started)
    finally:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def create_ledger(server: Server, name: str) -> None:
    """Create a ledger of an emulator. RuntimeError when it refuses."""
    ask(server.port, "POST", "/ledgers", {"Name": name, "PermissionsMode": "ALLOW_ALL", "DeletionProtection": False})


def ask(port: int, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
    """What an operation of the control plane answers. RuntimeError when it refuses."""
    status, answer = _ask(port, method, path, None if body is None else json.dumps(body))
    if status != 200:
        raise RuntimeError(f"{method} {path} was refused: {status} {answer!r}")
    return json.loads(answer or b"null")


def _wait_until_healthy(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            if _ask(port, "GET", HEALTH)[0] == 200:
                return
        except OSError:
            time.sleep(_POLL_SECONDS)
    raise RuntimeError(f"a server did not answer: {process.args!r}, exit status {process.poll()}")


def _ask(port: int, method: str, path: str, body: str | None = None) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(HOST, port, timeout=30)
    try:
        connection.request(method, path, body, {"Content-Type": "application/json"} if body else {})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return int(listener.getsockname()[1])
