"""A real server in a process of its own, to be killed."""

from __future__ import annotations

import http.client
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

from tests.timing import TOO_LONG_SECONDS

HOST = "127.0.0.1"
START_SECONDS = 60
STOP_SECONDS = 30
_started: list[subprocess.Popen[bytes]] = []


class ServerProcess:
    """`qldb-emulator serve` on a data directory and a free port."""

    def __init__(self, data_dir: Path, *options: str) -> None:
        self.data_dir = data_dir
        self.port = _free_port()
        self._log = data_dir.with_suffix(".log")
        with self._log.open("ab") as log:
            self._process = start(data_dir, self.port, log, *options)

    def wait_until_healthy(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while self._process.poll() is None and time.monotonic() < deadline:
            if _is_healthy(self.port):
                return
            time.sleep(0.02)
        self.kill()
        raise AssertionError(f"the server did not start:\n{self._log.read_text()[-4000:]}")

    def peak_megabytes(self) -> int:
        """The most memory that it ever had."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0]) // 1024

    def kill(self) -> None:
        """End it as a crash would: at once, wherever it is."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def terminate(self) -> int:
        """Ask it to end; its exit status."""
        self._process.terminate()
        return self._process.wait(STOP_SECONDS)


def start(data_dir: Path, port: int, output: IO[bytes] | int, *options: str) -> subprocess.Popen[bytes]:
    """Start a server; it says what it has to say to `output`."""
    place = ["--host", HOST, "--port", str(port), "--data-dir", str(data_dir), "--log-level", "warning"]
    command = [sys.executable, "-m", "emulator", "serve", *place, *options]
    process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, cwd=Path(__file__).parents[2])
    _started.append(process)
    return process


def end_all() -> None:
    """Kill what still runs: a test that fails in the middle ends nothing itself."""
    for process in _started:
        process.kill()
        process.wait()
    _started.clear()


def _is_healthy(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=TOO_LONG_SECONDS)
    try:
        connection.request("GET", "/_qldb/health")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return int(listener.getsockname()[1])
