"""Request bodies, read up to the limit and no further, whatever length the client announced."""

import re
from collections.abc import Mapping
from itertools import islice

from emulator import limits
from emulator.api.asgi import Receive
from emulator.errors import RequestEntityTooLargeException, SerializationException

_LENGTH_DIGITS = 20
"""More digits than these are of no use to find a length too large."""

_MARKS = b'"[{,'
_NO_MARKS = bytes(set(range(256)) - set(_MARKS))
_TOKENS = re.compile(rb'"[^"]*+(?:"|\Z)|[\[{,]')


class ClientGone(Exception):
    """The client closed the connection before its request was complete: there is nobody to answer."""


async def read_body(headers: Mapping[bytes, bytes], receive: Receive) -> bytes:
    """The whole body. RequestEntityTooLargeException as soon as it is known to be over the limit."""
    announced = headers.get(b"content-length", b"")
    if announced.isdigit():
        _refuse_large(int(announced[:_LENGTH_DIGITS]))
    chunks: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        _refuse_large(size)
        more = message.get("more_body", False)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def refuse_crowded(json: bytes) -> None:
    """SerializationException for JSON of so many values that to read it would take long, and a lot of memory."""
    if len(json) <= limits.REQUEST_JSON_TOKENS:
        return
    # Without escaped quotes every quote begins or ends a string; and what is no mark need not be looked at one by one.
    marks = json.replace(rb"\\", b"").replace(rb"\"", b"").translate(None, _NO_MARKS)
    most = limits.REQUEST_JSON_TOKENS
    if sum(1 for _ in islice(_TOKENS.finditer(marks), most + 1)) > most:
        raise SerializationException(f"The body has at most {most} strings, commas and brackets, got more")


def _refuse_large(length: int) -> None:
    if length > limits.REQUEST_BODY_BYTES:
        raise RequestEntityTooLargeException(f"A request has at most {limits.REQUEST_BODY_BYTES} bytes")
