"""Fault rules over HTTP: add one, see what came of each, take them back."""

import re
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response

from emulator.account.messages import excerpt
from emulator.account.names import NAME_WANTED, is_name
from emulator.api.admin import PREFIX
from emulator.api.admin.requests import Reader, boolean, json_object, number, read_members, refusal, text, whole_number
from emulator.api.control.behind import Emulated
from emulator.errors import InvalidParameterException, ResourceNotFoundException
from emulator.faults.rules import Rule, Standing
from emulator.times import duration_ms

router = APIRouter(prefix=PREFIX)

_RESOURCE_TYPE = "FaultRule"
_ID = re.compile(r"[1-9][0-9]{0,17}")


def _ledger_name(came: object) -> str:
    """Of a ledger that there may be: a rule for any other would wait for ever."""
    name = text(came)
    if not is_name(name):
        raise ValueError(f"{NAME_WANTED} are wanted, got {excerpt(name)}")
    return name


_MEMBERS: dict[str, tuple[str, Reader]] = {
    "command": ("command", text),
    "fault": ("fault", text),
    "ledger": ("ledger", _ledger_name),
    "statement": ("statement", text),
    "after": ("after", boolean),
    "latency": ("latency_ms", duration_ms),
    "nth": ("nth", whole_number),
    "times": ("times", whole_number),
    "probability": ("probability", number),
    "seed": ("seed", whole_number),
}
"""Members of a rule as they are sent: the field each one is, and how its value is read."""
_READERS = {member: read for member, (_, read) in _MEMBERS.items()}
_FIELDS = {member: name for member, (name, _) in _MEMBERS.items()}


@router.get("/faults")
async def list_rules(emulator: Emulated) -> dict[str, Any]:
    """The rules in force, and how often each matched and fired."""
    return {"faults": [_shown(standing) for standing in emulator.faults]}


@router.post("/faults")
async def add(emulator: Emulated, request: Annotated[dict[str, Any], Depends(json_object)]) -> dict[str, Any]:
    """Put a rule in force, behind those that are."""
    members = read_members("A fault rule", request, _READERS)
    for required in ("command", "fault"):
        if required not in members:
            raise InvalidParameterException(f"A fault rule names its {required}, got none", required)
    try:
        rule = Rule(**{_FIELDS[member]: value for member, value in members.items()})
    except ValueError as error:
        raise refusal(str(error), str(error).partition(":")[0]) from error
    return _shown(emulator.faults.add(rule))


@router.delete("/faults")
async def clear(emulator: Emulated) -> Response:
    """Take all rules back."""
    emulator.faults.clear()
    return Response()


@router.delete("/faults/{rule_id}")
async def remove(emulator: Emulated, rule_id: str) -> Response:
    """Take one rule back."""
    if not (_ID.fullmatch(rule_id) and emulator.faults.remove(int(rule_id))):
        message = f"The fault rule {rule_id[:80]!r} is not found"
        raise ResourceNotFoundException(message, _RESOURCE_TYPE, rule_id[:80])
    return Response()


def _shown(standing: Standing) -> dict[str, Any]:
    rule = {member: getattr(standing.rule, name) for member, name in _FIELDS.items()}
    named = {member: value for member, value in rule.items() if value is not None}
    return {"id": standing.rule_id, **named, "matched": standing.matched, "fired": standing.fired}
