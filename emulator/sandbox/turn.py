"""Whose turn it is in moto.

moto keeps its services in plain dictionaries of the process, and was written for one test at a time: two threads in it
can see a list change under their hands. So one request is in it at a time, whatever service it is for. Where that one
waits, for a message to come or for our own control plane, the others have their turn.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Turn:
    """One thread's at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._holder: int | None = None

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Wait for the turn and have it. Who has it does not take it again."""
        with self._lock:
            self._holder = threading.get_ident()
            try:
                yield
            finally:
                self._holder = None

    @contextmanager
    def given_up(self) -> Iterator[None]:
        """Let others have the turn meanwhile, and have it again afterwards. No matter for who does not have it."""
        if self._holder != threading.get_ident():
            yield
            return
        self._holder = None
        self._lock.release()
        try:
            yield
        finally:
            self._lock.acquire()
            self._holder = threading.get_ident()


MOTO = Turn()
"""moto's services are the process's, and so is the turn in them."""
