"""Request bodies, read up to the limit and no further, whatever length the client announced."""

from collections.abc import Mapping

from emulator import limits
from emulator.api.asgi import Receive
from emulator.errors import RequestEntityTooLargeException

_LENGTH_DIGITS = 20
"""More digits than these are of no use to find a length too large."""


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


def _refuse_large(length: int) -> None:
    if length > limits.REQUEST_BODY_BYTES:
        raise RequestEntityTooLargeException(f"A request has at most {limits.REQUEST_BODY_BYTES} bytes")
