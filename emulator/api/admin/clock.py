"""The clock in the hands of a test: look at it, set it, freeze it, move it on."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends

from emulator.api.admin.requests import json_object
from emulator.api.control.wire import Emulated
from emulator.clock import SettableClock, tick_ms
from emulator.errors import InvalidParameterException
from emulator.times import LONGEST_MS, duration_ms, iso, time_ms

router = APIRouter()


@router.get("/clock")
async def read(emulator: Emulated) -> dict[str, Any]:
    """What time it is here, and how it goes on."""
    return _shown(emulator.clock)


@router.put("/clock")
async def change(emulator: Emulated, request: Annotated[dict[str, Any], Depends(json_object)]) -> dict[str, Any]:
    """Change what is named, in this order: reset, now, advance, frozen, tick. Nothing is changed when one is wrong."""
    unknown = sorted(request.keys() - _MEMBERS.keys())
    if unknown:
        raise InvalidParameterException(
            f"A clock has {', '.join(_MEMBERS)}, got {', '.join(unknown)[:200]}", unknown[0]
        )
    wanted = [(do, _read(name, read, request[name])) for name, (read, do) in _MEMBERS.items() if name in request]
    for do, value in wanted:
        do(emulator.clock, value)
    return _shown(emulator.clock)


def _read(name: str, read: Callable[[object], Any], came: object) -> Any:
    try:
        return read(came)
    except ValueError as error:
        raise InvalidParameterException(f"{name}: {error}", name) from error


def _bool(came: object) -> bool:
    if not isinstance(came, bool):
        raise ValueError(f"true or false is wanted, got {came!r}")
    return came


def _set_tick(clock: SettableClock, milliseconds: int) -> None:
    clock.tick_ms = milliseconds


def _advance(clock: SettableClock, milliseconds: int) -> None:
    clock.set(min(max(0, clock.now_ms() + milliseconds), LONGEST_MS - 1))


_MEMBERS: dict[str, tuple[Callable[[object], Any], Callable[[SettableClock, Any], None]]] = {
    "reset": (_bool, lambda clock, wanted: clock.reset() if wanted else None),
    "now": (time_ms, SettableClock.set),
    "advance": (duration_ms, _advance),
    "frozen": (_bool, lambda clock, wanted: clock.freeze() if wanted else clock.run()),
    "tick": (tick_ms, _set_tick),
}
"""What can be changed: how its value is read, and what is done with it."""


def _shown(clock: SettableClock) -> dict[str, Any]:
    now_ms = clock.now_ms()
    return {"now": iso(now_ms), "nowMs": now_ms, "frozen": clock.is_frozen, "tickMs": clock.tick_ms}
