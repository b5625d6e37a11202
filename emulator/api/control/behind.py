"""What is behind a request of the control plane. It comes with the request, so that one application serves any."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends, Request

from emulator.api.threads import Threads
from emulator.frozen import frozen
from emulator.runtime import Account, Emulator

if TYPE_CHECKING:  # not read where there is none
    from emulator.sandbox.sandbox import Sandbox

KEY = "qldb.behind"
_THREADS = 8
"""For requests that ask another service something before they can be answered."""


@frozen
class Behind:
    """An emulator, and what is beside it."""

    emulator: Emulator
    sandbox: Sandbox | None
    threads: Threads = field(default_factory=lambda: Threads(_THREADS, "control"))


def behind(request: Request) -> Behind:
    """What is behind this request."""
    found: Behind = request.scope[KEY]
    return found


async def _emulator(request: Request) -> Emulator:
    return behind(request).emulator


async def _account(request: Request) -> Account:
    return behind(request).emulator.account(request.scope["qldb.region"])


Emulated = Annotated[Emulator, Depends(_emulator)]
InAccount = Annotated[Account, Depends(_account)]
