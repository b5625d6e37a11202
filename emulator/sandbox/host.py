"""What the sandbox is handed of the server it is in: what moto's services cannot know by themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from emulator.frozen import frozen
from emulator.metrics.meters import Reading


@frozen
class Answer:
    """Of the control plane."""

    status: int
    members: Mapping[str, Any]


class ControlPlane(Protocol):
    def __call__(self, method: str, path: str, region: str, members: Mapping[str, Any] | None = None) -> Answer:
        """Ask the control plane what a client could ask, from a thread that may wait. Give the turn up before."""


@frozen
class Host:
    account_id: str
    control: ControlPlane
    readings: Callable[[str], Iterable[Reading]]
    """What the meters of a Region's ledgers show; any thread may ask."""


class _Asked:
    """Who asks moto at the moment: moto's resources are classes of the process, and have to find their host."""

    host: Host | None = None


ASKED = _Asked()
"""Set by who has the turn."""
