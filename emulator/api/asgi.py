"""The words of ASGI that the applications here share, and the one they add."""

from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from typing import Any, Protocol

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = Sequence[tuple[bytes, bytes]]
Response = tuple[int, Headers, bytes]
"""Status, headers without the length, body."""


class Application(Protocol):
    """What the server serves: an ASGI application that answers whole requests for sessions straight, too."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None: ...

    async def answer_for_sessions(self, headers: Mapping[bytes, bytes], body: bytes) -> Response:
        """The response to a request that `is_for_sessions`; it raises nothing, and a cancellation has one as well."""


_SESSION_TARGET = b"QLDBSession."


async def respond(send: Send, status: int, headers: Headers, body: bytes) -> None:
    """Send a whole response; its length is added to the headers."""
    length = (b"content-length", str(len(body)).encode("ascii"))
    await send({"type": "http.response.start", "status": status, "headers": [*headers, length]})
    await send({"type": "http.response.body", "body": body})


def is_for_sessions(method: str, path: str, headers: Mapping[bytes, bytes]) -> bool:
    """Whether a request speaks the session protocol, well or not. Names of headers are in lower case."""
    return method == "POST" and path == "/" and headers.get(b"x-amz-target", b"").startswith(_SESSION_TARGET)
