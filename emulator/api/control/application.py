"""The FastAPI application: the control plane's operations, and our own pages about the emulator."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from emulator.api.asgi import Receive, Scope, Send
from emulator.api.control.behind import KEY, Behind
from emulator.api.control.late_routes import LateRoutes
from emulator.api.control.limit import refusal
from emulator.api.errors import control_error
from emulator.errors import AwsError, UnknownOperationException
from emulator.runtime import Emulator

if TYPE_CHECKING:
    from emulator.sandbox.sandbox import Sandbox

OPERATIONS = tuple(f"emulator.api.control.{name}" for name in ("ledgers", "tags", "verification", "exports", "streams"))
"""The modules with the operations of the service."""
PAGES = tuple(
    f"emulator.api.admin.{name}" for name in ("clock", "copies", "faults", "journal", "metrics", "reset", "statements")
)
"""The modules with our own pages."""
FIRST = ("emulator.api.admin.about",)
"""Of these, what is asked whether the server is there."""


class ControlPlane:
    """Everything that is not the session protocol. The dispatcher gives responses their request ids."""

    def __init__(self, emulator: Emulator, sandbox: Sandbox | None) -> None:
        self._routes = _routes()
        self._behind = Behind(emulator, sandbox)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._routes.reach(scope)
        scope[KEY] = self._behind
        await self._routes.app(scope, receive, send)

    def read_all(self) -> None:
        """Have every route ready. May be called on any thread, and takes its time."""
        self._routes.read_all()


def read_routes() -> None:
    """Have every route of this process ready, for all that there will be."""
    _routes().read_all()


@cache
def _routes() -> LateRoutes:
    """Made once in a process: it takes twenty times as long as making an emulator, and tests make many of those."""
    app = FastAPI(openapi_url=None, redirect_slashes=False, exception_handlers=_HANDLERS)
    return LateRoutes(app, [*FIRST, *OPERATIONS, *PAGES])


async def _known(_: Request, error: Any) -> Response:
    return _response(error)


async def _not_valid(_: Request, error: Any) -> Response:
    """Of all that is wrong, what is in the path comes first: that is how a request is read."""
    return _response(refusal(min(error.errors(), key=lambda problem: problem["loc"][0] != "path")))


async def _no_route(request: Request, error: Any) -> Response:
    came = f"{request.method} {request.url.path[:100]}"
    response = _response(UnknownOperationException(f"No operation of Amazon QLDB is requested by {came}"))
    response.status_code = error.status_code
    return response


async def _unforeseen(_: Request, error: Exception) -> Response:
    """The dispatcher logs and answers what nobody foresaw, whichever application it comes from."""
    raise error


def _response(error: AwsError) -> Response:
    status, headers, body = control_error(error, "")
    return Response(body, status, {name.decode(): value.decode() for name, value in headers})


_HANDLERS: dict[int | type[Exception], Any] = {
    AwsError: _known,
    RequestValidationError: _not_valid,
    HTTPException: _no_route,
    Exception: _unforeseen,
}
