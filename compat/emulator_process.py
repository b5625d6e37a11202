"""A real server in a process of its own, as a user would start it, for suites and demos to talk to."""

import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
SERVER_COMMAND = os.environ.get("COMPAT_SERVER", str(REPOSITORY / ".venv/bin/qldb-emulator"))
START_SECONDS = 30
STOP_SECONDS = 10

CLIENT_ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_REGION": "us-east-1",
    # No profile, configuration file or proxy of the machine may lead a client elsewhere.
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "NO_PROXY": "127.0.0.1,localhost",
    "no_proxy": "127.0.0.1,localhost",
}

MISLEADING = ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")


@contextmanager
def running_emulator(log: Path, *options: str) -> Iterator[str]:
    """Start `qldb-emulator serve` with `options` on a free port, give its endpoint, and stop it at the end.

    Raises RuntimeError, with what the server wrote to `log`, when it does not get healthy or does not end well.
    """
    port = free_port()
    endpoint = f"http://127.0.0.1:{port}"
    command = [SERVER_COMMAND, "serve", "--host", "127.0.0.1", "--port", str(port), *options]
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, env=_server_environment())
    try:
        _wait_until_healthy(process, endpoint, log)
        yield endpoint
    finally:
        _stop(process, log)


def client_environment(endpoint: str) -> dict[str, str]:
    """Give this process's environment with what unmodified AWS clients read; nothing else tells them where to go."""
    kept = {name: value for name, value in os.environ.items() if name not in MISLEADING}
    return {**kept, **CLIENT_ENVIRONMENT, "AWS_ENDPOINT_URL": endpoint}


def point_clients_at(endpoint: str) -> None:
    """Make that the environment of this process, for the clients in it."""
    for name in MISLEADING:
        os.environ.pop(name, None)
    os.environ.update(client_environment(endpoint))


def _server_environment() -> dict[str, str]:
    # PYTHONPATH is the client's; the server has an environment of its own.
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}


def free_port() -> int:
    """Find a port of this machine that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _wait_until_healthy(process: subprocess.Popen[bytes], endpoint: str, log: Path) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with opener.open(f"{endpoint}/_qldb/health", timeout=1):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise RuntimeError(f"the server did not get healthy (exit status {process.poll()}):\n{log.read_text()}")


def _stop(process: subprocess.Popen[bytes], log: Path) -> None:
    process.terminate()
    try:
        status = process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise RuntimeError(f"the server did not stop within {STOP_SECONDS} s:\n{log.read_text()}") from None
    if status != 0:
        raise RuntimeError(f"the server ended with status {status}:\n{log.read_text()}")
