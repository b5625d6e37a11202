"""Bytes on a connection, for what no client library would send."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

from tests.timing import TOO_LONG_SECONDS


def connected(server: str) -> socket.socket:
    """A connection to the server at a URL."""
    url = urlsplit(server)
    return socket.create_connection((url.hostname or "", url.port or 0), timeout=TOO_LONG_SECONDS)


def raw(server: str, *parts: bytes, end: bool = False) -> bytes:
    """What the server answers to bytes, until it closes the connection or has nothing more to say."""
    with connected(server) as connection:
        for part in parts:
            connection.sendall(part)
        if end:
            connection.shutdown(socket.SHUT_WR)
        return b"".join(chunks(connection))


def chunks(connection: socket.socket) -> Iterator[bytes]:
    while chunk := connection.recv(65_536):
        yield chunk
