"""Routes that are read when they are wanted.

Reading a module of routes, with the models of what they take and give, takes some milliseconds, and there are many. A
server that starts needs none of them yet. So modules are read one after the other, in the order of the list, and no
further than to the first with a route for the request that came. A moment after the start somebody reads the rest on a
thread; from then on this costs nothing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from importlib import import_module
from threading import Lock

from fastapi import FastAPI
from starlette.routing import Match

from emulator.api.asgi import Scope


class LateRoutes:
    """Puts the `router` of each module into an application. Threads may share one."""

    def __init__(self, app: FastAPI, modules: Iterable[str]) -> None:
        self.app = app
        self._unread = deque(modules)
        self._lock = Lock()

    def reach(self, scope: Scope) -> None:
        """Read on until there is a route for the request; for a request without any, to the end."""
        while self._unread and not self._has_route(scope):
            self._read_one()

    def read_all(self) -> None:
        """Read what is left. Requests that come meanwhile wait for one module, not for all."""
        while self._unread:
            self._read_one()

    def _has_route(self, scope: Scope) -> bool:
        return any(route.matches(scope)[0] is Match.FULL for route in self.app.routes)

    def _read_one(self) -> None:
        with self._lock:
            if self._unread:
                self.app.include_router(import_module(self._unread[0]).router)
                self._unread.popleft()  # only now, for where none is left all have their routes
