"""Limits of shapes, and what a client is told who breaks one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from emulator.account.messages import not_valid
from emulator.api.bodies import kind
from emulator.errors import AwsError, InvalidParameterException, SerializationException

_BROKEN = "broken"
"""Type of the pydantic errors that say a limit is broken, and what is wanted."""


def broken(wanted: str, parameter: str = "") -> PydanticCustomError:
    """What a validator raises for what breaks a limit."""
    return PydanticCustomError(_BROKEN, "{wanted}", {"wanted": wanted, "parameter": parameter})


def limit(wanted: str, holds: Callable[[Any], bool], parameter: str = "") -> AfterValidator:
    """A limit of a shape, in words and as a test. Path and query parameters say by what name SDKs know them."""

    def check(came: Any) -> Any:
        if not holds(came):
            raise broken(wanted, parameter)
        return came

    return AfterValidator(check)


def one_of(*values: str, parameter: str = "") -> AfterValidator:
    """A limit: one of these."""
    return limit(" or ".join(values), values.__contains__, parameter)


def refusal(problem: Any) -> AwsError:
    """A pydantic error as the error a client is told."""
    came, place = problem["input"], [part for part in problem["loc"] if isinstance(part, str)]
    if problem["type"] == _BROKEN:
        name, wanted = problem["ctx"]["parameter"] or place[0], problem["ctx"]["wanted"]
        return InvalidParameterException(not_valid(name, came, wanted), name)
    name = place[-1][:1].upper() + place[-1][1:] if place else "Body"
    if problem["type"] == "missing" or came is None:
        return InvalidParameterException(not_valid(name, None, "a value"), name)
    got = "" if problem["type"] == "json_invalid" else f", got {kind(came)}"
    return SerializationException(f"The request body cannot be read: {name}: {problem['msg']}{got}")
