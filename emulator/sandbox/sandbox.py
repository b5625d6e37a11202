"""The sandbox: what the server knows of the other services."""

from __future__ import annotations

from functools import cached_property
from importlib.util import find_spec
from typing import TYPE_CHECKING

from emulator.errors import UnsupportedOperationException
from emulator.sandbox.request import Request, Response
from emulator.sandbox.turn import MOTO
from emulator.settings import Settings

if TYPE_CHECKING:
    from emulator.sandbox.services import Services

_NEEDED = ("moto", "flask", "flask_cors")


class SandboxMissing(Exception):
    """The sandbox cannot be had; the message is one sentence for whoever started us."""


class Sandbox:
    """Other services of AWS, for one account. May be asked from any thread, and may take its time."""

    def __init__(self, settings: Settings) -> None:
        """SandboxMissing when what it needs is not installed."""
        if not all(map(find_spec, _NEEDED)):
            raise SandboxMissing(
                "The sandbox needs packages that are not installed: pip install 'qldb-emulator[sandbox]'."
            )
        self._settings = settings

    def answer(self, request: Request) -> Response:
        """What the service that the request is for says. UnsupportedOperationException for what moto does not have."""
        with MOTO.taken():
            try:
                return self._services.answer(request)
            except NotImplementedError as error:
                raise UnsupportedOperationException(f"The sandbox does not have it: {error}") from error

    def reset(self) -> None:
        """Leave nothing of what any service has."""
        if "_services" in self.__dict__:
            with MOTO.taken():
                self._services.reset()

    @cached_property
    def _services(self) -> Services:
        from emulator.sandbox.services import Services  # noqa: PLC0415 - see there

        return Services(self._settings.account_id)
