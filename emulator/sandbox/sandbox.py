"""The sandbox: what the server knows of the other services."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from importlib.util import find_spec
from typing import TYPE_CHECKING

from emulator.account.state_changes import StateChange
from emulator.errors import StartError, UnsupportedOperationException
from emulator.sandbox.host import ASKED, Host
from emulator.sandbox.keys import SandboxKeys
from emulator.sandbox.request import Request, Response
from emulator.sandbox.roles import SandboxRoles
from emulator.sandbox.turn import MOTO
from emulator.settings import Settings

if TYPE_CHECKING:
    from emulator.sandbox.services import Services

_NEEDED = ("moto", "flask", "flask_cors")
_log = logging.getLogger(__name__)


class Sandbox:
    """Other services of AWS, for one account. May be asked from any thread, and may take its time."""

    def __init__(self, settings: Settings) -> None:
        """StartError when what it needs is not installed."""
        if not all(map(find_spec, _NEEDED)):
            raise StartError("The sandbox needs packages that are not installed: pip install 'qldb-emulator[sandbox]'.")
        self._account_id = settings.account_id
        self.host: Host | None = None
        """The server it is in, once it is in one."""
        self.roles = SandboxRoles(settings.account_id, self._turn)
        self.keys = SandboxKeys(settings.account_id, self._turn)

    def answer(self, request: Request, news: Sequence[StateChange] = ()) -> Response:
        """What the service that the request is for says, once it heard the news.

        UnsupportedOperationException for what moto does not have.
        """
        with self._turn() as services:
            for change in news:
                self._publish(services, change)
            try:
                return services.answer(request)
            except NotImplementedError as error:
                raise UnsupportedOperationException(f"The sandbox does not have it: {error}") from error

    def reset(self) -> None:
        """Leave nothing of what any service has."""
        if self.is_loaded:
            with self._turn() as services:
                services.reset()

    @property
    def is_loaded(self) -> bool:
        """Whether any service was asked for yet."""
        return "_services" in self.__dict__

    @contextmanager
    def _turn(self) -> Iterator[Services]:
        with MOTO.taken():
            ASKED.host = self.host
            yield self._services

    def _publish(self, services: Services, change: StateChange) -> None:
        try:
            services.publish(change)
        except Exception:
            _log.exception("nobody hears that ledger %s is %s", change.ledger_name, change.state)

    @cached_property
    def _services(self) -> Services:
        from emulator.sandbox.services import Services  # noqa: PLC0415 - see there

        return Services(self._account_id)
