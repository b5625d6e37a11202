"""A request to a session and its response, on the short way between connection and session application.

Only what drivers send takes it: a small body of a length told ahead, on a connection that has nothing else under way.
Everything else goes through ASGI, and is answered the same.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

import httptools
from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT
from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from emulator.api.asgi import Headers, Response, is_for_sessions

_AGAINST = frozenset({b"expect", b"transfer-encoding", b"upgrade"})
"""Headers that ask for more than an answer to the body."""
_LENGTH_DIGITS = 5


class Exchange:
    """In place of uvicorn's `RequestResponseCycle`, whose attributes it has as far as uvicorn's protocol uses them."""

    message_event = asyncio.Event()
    """uvicorn sets it for every part; nobody waits for parts here."""

    more_body = True
    disconnected = False
    response_started = False
    response_complete = False

    def __init__(self, headers: Mapping[bytes, bytes], *, keep_alive: bool) -> None:
        self.headers = headers
        self.keep_alive = keep_alive
        self.body = bytearray()

    @classmethod
    def of(cls, parser: httptools.HttpRequestParser, url: bytes, headers: Headers) -> Exchange | None:
        """The exchange for a request whose head is complete; None when it takes the long way."""
        named = dict(headers)
        length = named.get(b"content-length", b"")
        if (
            is_for_sessions(parser.get_method().decode(), url.decode("latin-1"), named)
            and _AGAINST.isdisjoint(named)
            and length.isdigit()
            and len(length) <= _LENGTH_DIGITS
            and int(length) <= HIGH_WATER_LIMIT  # above it, uvicorn stops reading until the application takes some
        ):
            return cls(named, keep_alive=parser.get_http_version() != "1.0" and parser.should_keep_alive())
        return None

    def rendered(self, response: Response, own_headers: Sequence[tuple[bytes, bytes]]) -> bytes:
        """The response as bytes, the server's own headers first."""
        status, headers, body = response
        lines = [b"%b: %b\r\n" % header for header in (*own_headers, *headers)]
        end = b"\r\n" if self.keep_alive else b"connection: close\r\n\r\n"
        return b"".join((STATUS_LINE[status], *lines, b"content-length: %d\r\n" % len(body), end, body))
