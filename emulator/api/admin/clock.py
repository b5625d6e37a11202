"""The clock in the hands of a test: look at it, set it, freeze it, move it on."""

from collections.abc import Callable
from copy import copy
from typing import Annotated, Any

from fastapi import APIRouter, Depends

from emulator.api.admin import PREFIX
from emulator.api.admin.requests import Reader, boolean, json_object, read_members, refusal
from emulator.api.control.behind import Emulated
from emulator.clock import SettableClock, tick_ms
from emulator.times import duration_ms, iso, time_ms

router = APIRouter(prefix=PREFIX)


@router.get("/clock")
async def read(emulator: Emulated) -> dict[str, Any]:
    """What time it is here, and how it goes on."""
    return _shown(emulator.clock)


@router.put("/clock")
async def change(emulator: Emulated, request: Annotated[dict[str, Any], Depends(json_object)]) -> dict[str, Any]:
    """Change what is named, in the order of the members. Nothing is changed when one of them is wrong."""
    changed = copy(emulator.clock)
    for name, value in read_members("A clock", request, _READERS).items():
        try:
            _CHANGES[name](changed, value)
        except ValueError as error:
            raise refusal(f"{name}: {error}, got {request[name]!r}", name) from error
    emulator.clock.stand_as(changed)
    return _shown(emulator.clock)


def _set_tick(clock: SettableClock, milliseconds: int) -> None:
    clock.tick_ms = milliseconds


_MEMBERS: dict[str, tuple[Reader, Callable[[SettableClock, Any], None]]] = {
    "reset": (boolean, lambda clock, wanted: clock.reset() if wanted else None),
    "frozen": (boolean, lambda clock, wanted: clock.freeze() if wanted else clock.run()),
    "now": (time_ms, SettableClock.set),
    "advance": (duration_ms, SettableClock.advance),
    "tick": (tick_ms, _set_tick),
}
"""What can be changed, in this order: how its value is read, and what is done with it.

A clock is frozen before it is set, and so stands at that time and not where it has gone meanwhile.
"""
_READERS = {name: read for name, (read, _) in _MEMBERS.items()}
_CHANGES = {name: change for name, (_, change) in _MEMBERS.items()}


def _shown(clock: SettableClock) -> dict[str, Any]:
    now_ms = clock.now_ms()
    return {"now": iso(now_ms), "nowMs": now_ms, "frozen": clock.is_frozen, "tickMs": clock.tick_ms}
