"""The FastAPI application: the control plane's operations, and our own pages about the emulator."""

from functools import cache
from typing import Any

from fastapi import Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from emulator.api import admin
from emulator.api.asgi import App, Receive, Scope, Send
from emulator.api.control import exports, ledgers, streams, tags, verification
from emulator.api.control.behind import KEY, Behind
from emulator.api.control.wire import begin_operation, refusal
from emulator.api.errors import control_error
from emulator.errors import AwsError, UnknownOperationException
from emulator.runtime import Emulator
from emulator.sandbox.sandbox import Sandbox

RESOURCES = (ledgers, tags, verification, exports, streams)
"""The modules with the operations of the service."""


def control_app(emulator: Emulator, sandbox: Sandbox | None = None) -> App:
    """Everything that is not the session protocol. The dispatcher gives responses their request ids."""
    app, behind = _routes(), Behind(emulator, sandbox)

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        scope[KEY] = behind
        await app(scope, receive, send)

    return serve


@cache
def _routes() -> FastAPI:
    """Made once in a process: it takes twenty times as long as making an emulator, and tests make many of those."""
    app = FastAPI(openapi_url=None, redirect_slashes=False, exception_handlers=_HANDLERS)
    for resource in RESOURCES:
        app.include_router(resource.router, dependencies=[Depends(begin_operation)])
    app.include_router(admin.router)
    return app


async def _known(_: Request, error: Any) -> Response:
    return _response(error)


async def _not_valid(_: Request, error: Any) -> Response:
    return _response(refusal(error.errors()[0]))


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
