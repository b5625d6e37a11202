"""The bodies of requests to the emulator itself: JSON objects, read member by member."""

from collections.abc import Callable, Mapping
from typing import Any

from fastapi import Request

from emulator.api import bodies
from emulator.errors import InvalidParameterException

Reader = Callable[[object], Any]
"""Reads the value of a member; ValueError says what is wanted and what came."""

_SHOWN_CHARACTERS = 800
"""Enough for all there is to choose from."""


async def json_object(request: Request) -> dict[str, Any]:
    """The body as a JSON object, an empty one where there is no body; SerializationException for anything else."""
    content = await bodies.read_body(dict(request.scope["headers"]), request.receive)
    return bodies.json_object(content or b"{}")


def read_members(subject: str, came: Mapping[str, object], readers: Mapping[str, Reader]) -> dict[str, Any]:
    """The members that came, read, in the order of the readers; InvalidParameterException for any that is wrong."""
    unknown = sorted(came.keys() - readers.keys())
    if unknown:
        raise refusal(f"{subject} has {', '.join(readers)}, got {', '.join(unknown)}", unknown[0])
    return {name: _read(name, read, came[name]) for name, read in readers.items() if name in came}


def _read(name: str, read: Reader, came: object) -> Any:
    try:
        return read(came)
    except ValueError as error:
        raise refusal(f"{name}: {error}", name) from error


def refusal(message: str, name: str) -> InvalidParameterException:
    """The error about a member, at a length that people read: what came may be long."""
    shown = message if len(message) <= _SHOWN_CHARACTERS else f"{message[:_SHOWN_CHARACTERS]}…"
    return InvalidParameterException(shown, name[:_SHOWN_CHARACTERS])


def boolean(came: object) -> bool:
    if not isinstance(came, bool):
        raise ValueError(f"true or false is wanted, got {came!r}")
    return came


def text(came: object) -> str:
    if not isinstance(came, str):
        raise ValueError(f"a string is wanted, got {came!r}")
    try:
        came.encode()  # JSON can write half of a surrogate pair, and no answer could tell it again
    except UnicodeEncodeError as error:
        half = came[error.start]
        raise ValueError(f"a string of whole characters is wanted, got half of one, {half!r}") from error
    return came


def whole_number(came: object) -> int:
    if not isinstance(came, int) or isinstance(came, bool):
        raise ValueError(f"a whole number is wanted, got {came!r}")
    return came


def number(came: object) -> float:
    if not isinstance(came, int | float) or isinstance(came, bool):
        raise ValueError(f"a number is wanted, got {came!r}")
    try:
        return float(came)
    except OverflowError as error:
        raise ValueError(f"a smaller number is wanted, got {came!r}") from error
