"""What is behind a request of the control plane. It comes with the request, so that one application serves any."""

from __future__ import annotations

from dataclasses import dataclass, field

from starlette.requests import Request

from emulator.api.threads import Threads
from emulator.runtime import Emulator
from emulator.sandbox.sandbox import Sandbox

KEY = "qldb.behind"
_THREADS = 8
"""For requests that ask another service something before they can be answered."""


@dataclass(frozen=True, slots=True)
class Behind:
    """An emulator, and what is beside it."""

    emulator: Emulator
    sandbox: Sandbox | None
    threads: Threads = field(default_factory=lambda: Threads(_THREADS, "control"))


def behind(request: Request) -> Behind:
    """What is behind this request."""
    found: Behind = request.scope[KEY]
    return found
