"""What stands behind the fixtures of one test: an emulator somewhere, clients that reach it, and a ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, suppress
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import boto3
from botocore.exceptions import BotoCoreError

from emulator.client.transport import HttpTransport, ServerError, ask
from emulator.seeding.seed import SeedError
from emulator.testing import configuration
from emulator.testing.environment import at_endpoint
from emulator.testing.handle import Qldb
from emulator.testing.mock import mock_qldb
from emulator.testing.plan import Plan, PlanError
from emulator.testing.ports import served

if TYPE_CHECKING:
    from emulator.testing.server import Emulator

NO_DRIVER = (
    "The fixture qldb_driver needs pyqldb, and it is not installed in this environment: pip install pyqldb, "
    "or use qldb_session_client or qldb.run()."
)
BROKEN_DRIVER = "pyqldb is installed and cannot be imported; it needs amazon.ion 0.9.3, to begin with: {error}"
NOBODY = "There is no emulator at --qldb-endpoint {endpoint}: {error}"
NOT_HERE = (
    "A server that runs already has its own seed and settings: with --qldb-endpoint the marker cannot set {names}."
)


class Stage:
    """`server` is the server of the test's own, where it has one; `is_shared` is for one that others use, too.

    `has_ledger` says whether the test has a ledger, or makes its own; `is_begun` that the ledger is there already.
    `leave` puts the environment back, and lets the handle tell what happened until the stage ends.
    """

    def __init__(
        self,
        plan: Plan,
        handle: Qldb,
        leave: Callable[[], None],
        *,
        server: Emulator | None = None,
        is_shared: bool = False,
        is_begun: bool = False,
    ) -> None:
        self.handle = handle
        self.leave = leave
        self.server = server
        self.is_shared = is_shared
        self.has_ledger = plan.ledger is not None
        self._plan = plan
        self._is_begun = is_begun

    def make_ledger(self) -> str:
        """Make the ledger of the test; its name.

        PlanError where it cannot have what the marker says. It goes with the stage, so that what happened can be told
        when the test is over.
        """
        name = self._plan.ledger
        assert name is not None
        if not self._is_begun:
            with _making(name):
                self.handle.create_ledger(name)
        self.handle.ledger = name
        with _told("the ledger cannot begin as the marker says"):
            self.handle.load(*self._plan.seed_files, samples=self._plan.samples)
            if self._plan.statements:
                self.handle.run(*self._plan.statements)
        return name

    def ledgers(self) -> list[tuple[str, Qldb]]:
        """Those that may be told about, each with its handle: the test's own, and all there are where the emulator is
        the test's."""
        if self.is_shared:
            return [(self.handle.ledger, self.handle)] if self.handle.ledger else []
        ledgers = [it for it in self.handle.info()["ledgers"] if it["state"] == "ACTIVE"]
        return [(it["name"], self.handle.in_region(it["region"])) for it in ledgers]

    def client(self, service: str) -> Any:
        """A boto3 client."""
        return boto3.client(service)

    @contextmanager
    def driver(self, ledger: str) -> Iterator[Any]:
        """pyqldb's driver on a ledger. ImportError, in one sentence, where there is no pyqldb."""
        try:
            from pyqldb.driver.qldb_driver import QldbDriver  # noqa: PLC0415 - it is not a dependency
        except ImportError as error:
            is_missing = find_spec("pyqldb") is None
            raise ImportError(NO_DRIVER if is_missing else BROKEN_DRIVER.format(error=error)) from error
        driver = QldbDriver(ledger)
        try:
            yield driver
        finally:
            self._calm()
            with suppress(BotoCoreError):  # as there: its sessions are gone as well
                driver.close()

    def _calm(self) -> None:
        """What is done after the test meets none of its faults."""
        with suppress(OSError):  # its server may be gone: that is one way to try an outage
            self.handle.faults.take_back()


def _making(name: str | None) -> AbstractContextManager[None]:
    return _told(f"the ledger {name} cannot be made")


@contextmanager
def _told(what: str) -> Iterator[None]:
    """What an emulator or a seed refuses is told to whoever planned it."""
    try:
        yield
    except (ServerError, SeedError) as error:
        raise PlanError(f"{what}: {error}") from error


@contextmanager
def in_process(plan: Plan, *, begun: bool) -> Iterator[Stage]:
    """In the process of the test; with its ledger there from the start."""
    mock = mock_qldb(**plan.all_settings)
    with _making(plan.ledger):
        handle = mock.start(plan.ledger if begun else None)
    try:
        yield Stage(plan, handle, mock.leave, is_begun=begun)
    finally:
        mock.stop()


@contextmanager
def on_a_port(plan: Plan, *, begun: bool) -> Iterator[Stage]:
    """On a server of the test's own, which clients find by their environment; with its ledger there from the start."""
    from emulator.testing.server import Emulator  # noqa: PLC0415 - the web server, which most tests do not need

    server = Emulator(**plan.all_settings)
    try:
        with _making(plan.ledger):
            server.start(plan.ledger if begun else None)
        with ExitStack() as inside:
            inside.enter_context(at_endpoint(server.url, plan.settings.get("region")))
            yield Stage(plan, server.handle(), inside.close, server=server, is_begun=begun)
    finally:
        server.stop()


@contextmanager
def attached(plan: Plan, endpoint: str) -> Iterator[Stage]:
    """At a server that runs. What is the server's, and so everybody's, cannot be set.

    What the test changes by its handle is put back: ledgers, snapshots, faults, the clock.
    """
    if plan.all_settings:
        raise PlanError(NOT_HERE.format(names=", ".join(plan.all_settings)))
    with _transport(endpoint) as transport, ExitStack() as inside:
        inside.enter_context(at_endpoint(endpoint))
        inside.enter_context(served(endpoint))
        handle = Qldb(transport, region=configuration.region())
        with suppress(OSError), handle.clock.kept():  # a server that is gone has nothing to put back
            try:
                yield Stage(plan, handle, inside.close, is_shared=True)
            finally:
                handle.take_back()


@contextmanager
def _transport(endpoint: str) -> Iterator[HttpTransport]:
    """To an emulator that is there. PlanError where there is none."""
    if urlsplit(endpoint).path.strip("/"):
        raise PlanError(NOBODY.format(endpoint=endpoint, error="it is at the root of its host, and this has a path"))
    try:
        transport = HttpTransport(endpoint)
        ask(transport, "GET", "/_qldb/health")
    except (ValueError, OSError, ServerError) as error:
        raise PlanError(NOBODY.format(endpoint=endpoint or "''", error=error)) from error
    with closing(transport):
        yield transport
