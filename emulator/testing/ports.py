"""The servers of this process. What is sent to one of them is for it, and for no mock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

_urls: set[str] = set()


@contextmanager
def served(url: str) -> Iterator[None]:
    """A server has this URL inside."""
    _urls.add(url)
    try:
        yield
    finally:
        _urls.discard(url)


def is_served(url: str) -> bool:
    """Whether a request for this URL has a server here."""
    return any(url.startswith(f"{served}/") for served in _urls)
