"""The servers that tests know of: of this process, or attached to. What is sent to one is for it, and for no mock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

_urls: list[str] = []


@contextmanager
def served(url: str) -> Iterator[None]:
    """A server has this URL inside."""
    base = url.rstrip("/")
    _urls.append(base)
    try:
        yield
    finally:
        _urls.remove(base)


def is_served(url: str) -> bool:
    """Whether a request for this URL has such a server."""
    return any(url.startswith(f"{base}/") for base in _urls)
