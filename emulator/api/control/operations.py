"""What all operations of the service have in common: how they begin."""

from fastapi import APIRouter, Depends, Request
from pydantic.alias_generators import to_pascal

from emulator.api.control.behind import behind
from emulator.api.faulting import before
from emulator.faults.rules import Call


def operations() -> APIRouter:
    """A router for operations of the service; each one is named as its function is."""
    return APIRouter(dependencies=[Depends(_begin)])


async def _begin(request: Request) -> None:
    """An operation is asked for: time passes, and a fault rule may strike."""
    emulator = behind(request).emulator
    emulator.clock.tick()
    if emulator.faults:
        operation = to_pascal(request.scope["endpoint"].__name__)
        standing = emulator.faults.draw(Call(operation, request.path_params.get("name")))
        if standing is not None:
            await before(standing)
            request.scope["qldb.fault"] = standing.rule
