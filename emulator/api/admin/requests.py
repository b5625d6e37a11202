"""The bodies of requests to the emulator itself: JSON objects, read member by member."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from fastapi import Request

from emulator.api.bodies import read_body, refuse_crowded
from emulator.errors import InvalidParameterException, SerializationException

Reader = Callable[[object], Any]
"""Reads the value of a member; ValueError says what is wanted and what came."""


async def json_object(request: Request) -> dict[str, Any]:
    """The body as a JSON object, an empty one where there is no body; SerializationException for anything else."""
    content = await read_body(dict(request.scope["headers"]), request.receive)
    refuse_crowded(content)
    try:
        members = json.loads(content or b"{}")
    except (ValueError, RecursionError) as error:
        raise SerializationException(f"The body is not JSON in UTF-8: {type(error).__name__}") from error
    if not isinstance(members, dict):
        raise SerializationException("The body is a JSON object")
    return members


def read_members(subject: str, came: Mapping[str, object], readers: Mapping[str, Reader]) -> dict[str, Any]:
    """The members that came, read, in the order of the readers; InvalidParameterException for any that is wrong."""
    unknown = sorted(came.keys() - readers.keys())
    if unknown:
        listed = ", ".join(unknown)[:200]
        raise InvalidParameterException(f"{subject} has {', '.join(readers)}, got {listed}", unknown[0])
    return {name: _read(name, read, came[name]) for name, read in readers.items() if name in came}


def _read(name: str, read: Reader, came: object) -> Any:
    try:
        return read(came)
    except ValueError as error:
        raise InvalidParameterException(f"{name}: {error}", name) from error


def boolean(came: object) -> bool:
    if not isinstance(came, bool):
        raise ValueError(f"true or false is wanted, got {came!r}")
    return came


def text(came: object) -> str:
    if not isinstance(came, str):
        raise ValueError(f"a string is wanted, got {came!r}")
    return came


def whole_number(came: object) -> int:
    if not isinstance(came, int) or isinstance(came, bool):
        raise ValueError(f"a whole number is wanted, got {came!r}")
    return came


def number(came: object) -> float:
    if not isinstance(came, int | float) or isinstance(came, bool):
        raise ValueError(f"a number is wanted, got {came!r}")
    return float(came)
