"""What stands behind the fixtures of one test: an emulator somewhere, clients that reach it, and a ledger."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3

from emulator.client.transport import HttpTransport, ServerError
from emulator.testing.environment import at_endpoint
from emulator.testing.handle import Qldb
from emulator.testing.mock import mock_qldb
from emulator.testing.server import Emulator

NO_DRIVER = (
    "The fixture qldb_driver needs pyqldb, and it is not installed in this environment: pip install pyqldb, "
    "or use qldb_session_client or qldb.run()."
)
NOT_HERE = (
    "A server that runs already has its own seed and settings: with --qldb-endpoint the marker cannot set {names}."
)


_OWN = ("ledger", "clock", "statements", "seed_file", "sample")


@dataclass(frozen=True, slots=True)
class Plan:
    """What the marker of a test says."""

    ledger: str | None = None
    clock: str | None = None
    statements: Sequence[str] = ()
    seed_files: Sequence[Path] = ()
    samples: Sequence[str] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, marked: Mapping[str, Any], folder: Path | None = None) -> Plan:
        """Seed files are found from the folder of the test."""
        rest = {name: value for name, value in marked.items() if name not in _OWN}
        files = tuple((folder or Path()) / file for file in _several(marked.get("seed_file")))
        statements, samples = _several(marked.get("statements")), _several(marked.get("sample"))
        return cls(marked.get("ledger"), marked.get("clock"), statements, files, samples, rest)

    @property
    def all_settings(self) -> dict[str, Any]:
        return {**self.settings, **({} if self.clock is None else {"clock": self.clock})}


def _several(given: Any) -> tuple[Any, ...]:
    """One, several or none."""
    if given is None:
        return ()
    return (given,) if isinstance(given, (str, Path)) else tuple(given)


class Stage:
    def __init__(self, plan: Plan, handle: Qldb, server: Emulator | None = None) -> None:
        self.handle = handle
        self.server = server
        self._plan = plan

    @contextmanager
    def ledger(self, name: str) -> Iterator[str]:
        """A ledger with that name, unless the marker has another one; gone at the end."""
        name = self._plan.ledger or name
        self.handle.create_ledger(name)
        self.handle.ledger = name
        try:
            self.handle.load(*self._plan.seed_files, samples=self._plan.samples)
            if self._plan.statements:
                self.handle.run(*self._plan.statements)
            yield name
        finally:
            self._remove(name)

    def client(self, service: str) -> Any:
        """A boto3 client."""
        return boto3.client(service)

    @contextmanager
    def driver(self, ledger: str) -> Iterator[Any]:
        """pyqldb's driver on a ledger. ImportError, in one sentence, where there is no pyqldb."""
        try:
            from pyqldb.driver.qldb_driver import QldbDriver  # noqa: PLC0415 - it is not a dependency
        except ImportError as error:
            raise ImportError(NO_DRIVER) from error
        with QldbDriver(ledger) as driver:
            yield driver

    def _remove(self, name: str) -> None:
        """A test may have deleted it itself, or protected it; either is its business and not ours."""
        try:
            self.handle.delete_ledger(name)
        except ServerError as error:
            if error.code not in ("ResourceNotFoundException", "ResourcePreconditionNotMetException"):
                raise


@contextmanager
def in_process(plan: Plan) -> Iterator[Stage]:
    """In the process of the test."""
    with mock_qldb(**plan.all_settings) as handle:
        yield Stage(plan, handle)


@contextmanager
def on_a_port(plan: Plan) -> Iterator[Stage]:
    """On a server of the test's own, which clients find by their environment."""
    with Emulator(**plan.all_settings) as server, at_endpoint(server.url):
        yield Stage(plan, server.handle(), server)


@contextmanager
def attached(plan: Plan, endpoint: str) -> Iterator[Stage]:
    """At a server that runs. What is the server's, and so everybody's, cannot be set; its faults are put back."""
    if plan.all_settings:
        raise ValueError(NOT_HERE.format(names=", ".join(plan.all_settings)))
    transport = HttpTransport(endpoint)
    handle = Qldb(transport, region=os.environ.get("AWS_REGION", os.environ.get("AWS_DEFAULT_REGION")))
    with at_endpoint(endpoint):
        try:
            yield Stage(plan, handle)
        finally:
            handle.faults.take_back()
            transport.close()
