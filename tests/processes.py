"""Tests that start processes are marked so, because they take their time: the others are quick, and `make test-unit`.

Imported by the conftest of all tests. What starts a process in a test without the mark is refused, there and then.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest

_STARTS = frozenset({"subprocess.Popen", "os.fork", "os.forkpty", "os.posix_spawn"})
_unmarked: list[str] = []
"""The test that runs, if it has no mark."""


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Watch a test from its set-up to its end."""
    _unmarked[:] = [] if item.get_closest_marker("process") else [item.nodeid]
    yield
    _unmarked.clear()


def _refuse(event: str, _: object) -> None:
    if _unmarked and event in _STARTS:
        raise AssertionError(f"{_unmarked[0]} starts a process: mark it, @pytest.mark.process")


sys.addaudithook(_refuse)
