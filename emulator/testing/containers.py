"""The emulator in a container, for tests that have one anyway: a class for the library testcontainers.

    with QldbContainer() as qldb, at_endpoint(qldb.url): ...

The image is the one that the repository's Dockerfile makes (`docker build -t qldb-emulator .`). Everything is in memory
unless `options`, which are those of `qldb-emulator serve`, say otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from testcontainers.core.container import DockerContainer
from testcontainers.core.wait_strategies import HttpWaitStrategy

from emulator.client.transport import HttpTransport
from emulator.testing.handle import Qldb

IMAGE = "qldb-emulator"
PORT = 8000
_HEALTH = "/_qldb/health"
_SERVE = ("serve", "--host", "0.0.0.0", "--port", str(PORT))


class QldbContainer(DockerContainer):  # type: ignore[misc, unused-ignore]  # an extra, which may be missing here
    """Ready once the emulator answers. Other arguments are those of DockerContainer."""

    def __init__(self, image: str = IMAGE, options: Sequence[str] = ("--in-memory",), **arguments: Any) -> None:
        super().__init__(image, **arguments)
        self.with_exposed_ports(PORT)
        self.with_command([*_SERVE, *options])
        self.waiting_for(HttpWaitStrategy(PORT, _HEALTH))

    @property
    def url(self) -> str:
        """The endpoint, as this machine reaches it."""
        return f"http://{self.get_container_host_ip()}:{self.get_exposed_port(PORT)}"

    @property
    def environment(self) -> dict[str, str]:
        """What leads AWS clients there."""
        return {
            "AWS_ENDPOINT_URL_QLDB": self.url,
            "AWS_ENDPOINT_URL_QLDB_SESSION": self.url,
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
            "AWS_DEFAULT_REGION": "us-east-1",
        }

    def handle(self, ledger: str | None = None) -> Qldb:
        """A handle on it."""
        return Qldb(HttpTransport(self.url), ledger)
