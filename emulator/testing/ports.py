"""The servers that tests know of: of this process, or attached to. What is sent to one is for it, and for no mock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

_LOCAL = "127.0.0.1"
_hosts: list[tuple[str, str | None, int | None]] = []


@contextmanager
def served(url: str) -> Iterator[None]:
    """A server has this URL inside."""
    host = _host(url)
    _hosts.append(host)
    try:
        yield
    finally:
        _hosts.remove(host)


def is_served(url: str) -> bool:
    """Whether a request for this URL has such a server."""
    return bool(_hosts) and _host(url) in _hosts


def _host(url: str) -> tuple[str, str | None, int | None]:
    """Scheme, host and port. Servers of this machine have several names for it."""
    parts = urlsplit(url)
    return parts.scheme, _LOCAL if parts.hostname == "localhost" else parts.hostname, parts.port
