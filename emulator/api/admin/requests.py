"""The bodies of requests to the emulator itself: JSON objects."""

import json
from typing import Any

from fastapi import Request

from emulator.api.bodies import read_body, refuse_crowded
from emulator.errors import SerializationException


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
