"""The class for testcontainers, as far as it goes where no container engine is."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from emulator.testing import Emulator
from emulator.testing.containers import IMAGE, PORT, QldbContainer

DOCKERFILE = Path(__file__).resolve().parents[2] / "Dockerfile"
NO_ENGINE = {"version": "1.44"}
"""With a version of the protocol, the client of Docker asks nobody for one."""


class Started(QldbContainer):
    """One that was started, as its methods for where it is have it: at a server of this machine."""

    def __init__(self, server: Emulator) -> None:
        super().__init__(docker_client_kw=NO_ENGINE)
        self._at = urlsplit(server.url)

    def get_container_host_ip(self) -> str:
        return str(self._at.hostname)

    def get_exposed_port(self, port: int) -> int:
        assert port == PORT
        return int(self._at.port or 0)


@pytest.fixture
def started() -> Iterator[Started]:
    with Emulator() as server:
        yield Started(server)


def test_image_is_that_of_the_dockerfile() -> None:
    """Its port is exposed, its entry point is the command, and the page says how it is built."""
    text = DOCKERFILE.read_text()
    container = QldbContainer(docker_client_kw=NO_ENGINE)

    assert container.image == IMAGE
    assert str(PORT) in re.findall(r"EXPOSE (.*)", text)[0].split()
    assert list(map(str, container.ports)) == [str(PORT)]
    assert 'ENTRYPOINT ["qldb-emulator"]' in text
    assert f"docker build -t {IMAGE} ." in (DOCKERFILE.parent / "README.md").read_text()


@pytest.mark.process
def test_command_is_understood(tmp_path: Path) -> None:
    """The command line of the container is one of the server, which reads it to its end."""
    container = QldbContainer(options=("--in-memory", "--seed-file", "missing.sql"), docker_client_kw=NO_ENGINE)
    command = [sys.executable, "-m", "emulator", *(container._command or ())]

    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)

    assert done.stderr.startswith("qldb-emulator: missing.sql: the file cannot be read")


def test_it_is_ready_when_it_answers(started: Started) -> None:
    """The wait is over at an emulator that serves; clients and a handle are led to it."""
    strategy = started._wait_strategy
    assert strategy is not None
    strategy.with_startup_timeout(30).wait_until_ready(started)

    handle = started.handle("mine")
    handle.create_ledger("mine")

    assert started.environment["AWS_ENDPOINT_URL_QLDB"] == started.url
    assert handle.ledgers() == ["mine"]
