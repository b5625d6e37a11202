"""Request bodies, read up to the limit and no further, whatever length the client announced; and JSON in them."""

import json
import re
from collections.abc import Mapping
from itertools import islice
from typing import Any

from emulator import limits
from emulator.api.asgi import Receive
from emulator.errors import RequestEntityTooLargeException, SerializationException

_LENGTH_DIGITS = 20
"""More digits than these are of no use to find a length too large."""

_MARKS = b'"[{,'
_NO_MARKS = bytes(set(range(256)) - set(_MARKS))
_TOKENS = re.compile(rb'"[^"]*+(?:"|\Z)|[\[{,]')

_JSON = json.JSONDecoder()
_JSON_SPACE = " \t\n\r"
_KINDS = {dict: "an object", list: "a list", str: "a string", bool: "a boolean", int: "a number", float: "a number"}


class ClientGone(Exception):
    """The client closed the connection before its request was complete: there is nobody to answer."""


async def read_body(headers: Mapping[bytes, bytes], receive: Receive) -> bytes:
    """The whole body. RequestEntityTooLargeException as soon as it is known to be over the limit."""
    announced = headers.get(b"content-length", b"")
    if announced.isdigit():
        length = int(announced[:_LENGTH_DIGITS])
        _refuse_large(length, str(length))
    chunks: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        _refuse_large(size, "more")
        more = message.get("more_body", False)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def json_object(body: bytes) -> dict[str, Any]:
    """The members of a body that is a JSON object; SerializationException for any other body."""
    refuse_crowded(body)
    try:
        members = _parsed(body.decode("utf-8").strip(_JSON_SPACE))
    except (ValueError, RecursionError) as error:
        raise SerializationException(f"The body is not JSON in UTF-8: {_reason(error)}") from error
    if not isinstance(members, dict):
        raise SerializationException(f"The body is a JSON object, got {kind(members)}")
    return members


def kind(value: object) -> str:
    """What a value of JSON is, for messages."""
    return _KINDS.get(type(value), "nothing")


def _parsed(text: str) -> object:
    """What JSON without space around it stands for; ValueError where it is none. `json.loads` takes twice the time."""
    value, end = _JSON.raw_decode(text)
    if end != len(text):
        raise json.JSONDecodeError("Extra data", text, end)
    return value


def _reason(error: Exception) -> str:
    """In words of Python's where they are about the body, and not about Python."""
    if isinstance(error, RecursionError):
        return "values are nested too deeply"
    return str(error) if isinstance(error, json.JSONDecodeError | UnicodeDecodeError) else "a number is too long"


def refuse_crowded(body: bytes) -> None:
    """SerializationException for JSON of so many values that to read it would take long, and a lot of memory."""
    if len(body) <= limits.REQUEST_JSON_TOKENS:
        return
    # Without escaped quotes every quote begins or ends a string; and what is no mark need not be looked at one by one.
    marks = body.replace(rb"\\", b"").replace(rb"\"", b"").translate(None, _NO_MARKS)
    most = limits.REQUEST_JSON_TOKENS
    if sum(1 for _ in islice(_TOKENS.finditer(marks), most + 1)) > most:
        raise SerializationException(f"The body has at most {most} strings, commas and brackets, got more")


def _refuse_large(length: int, came: str) -> None:
    most = limits.REQUEST_BODY_BYTES
    if length > most:
        raise RequestEntityTooLargeException(f"The body of a request has at most {most} bytes, got {came}")
