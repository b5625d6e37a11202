"""Every request comes in here, on one port, and goes to one of three applications, chosen in this order:

1. `POST /` for the target `QLDBSession.…`: the session application, plain ASGI, for it is the hot path.
2. Signed for the service `qldb`, or not signed at all: the control plane and `/_qldb/…`, FastAPI.
3. Signed for any other AWS service: the sandbox, where it is switched on, and otherwise an error that says so. With the
   sandbox, what is not signed and not of a path of ours goes there too: S3 takes such requests.

Whatever goes wrong unforeseen in any of them is logged and answered as InternalFailure, and the server carries on.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING

from emulator.api.asgi import App, Application, Receive, Response, Scope, Send, is_for_sessions, respond
from emulator.api.bodies import ClientGone
from emulator.api.destination import is_for_other_service, is_unsigned_for_sandbox
from emulator.api.errors import control_error, session_error
from emulator.api.faulting import Broken, after, half, promised
from emulator.api.signature import credential_scope
from emulator.errors import AwsError, InternalFailure, ServiceUnavailable, UnknownOperationException
from emulator.runtime import Emulator

if TYPE_CHECKING:
    from emulator.api.control.application import ControlPlane
    from emulator.api.session import SessionApplication
    from emulator.sandbox.sandbox import Sandbox

_READ_AFTER_SECONDS = 0.1
"""Lets those who waited for the start go first."""
_log = logging.getLogger(__name__)


def create_app(emulator: Emulator, sandbox: Sandbox | None = None, *, reads_ahead: bool = True) -> Application:
    """The application of an emulator, and of a sandbox beside it. Whoever made the emulator closes it.

    Most modules are not read until the server is there, so that it is there sooner. Then they are, unless it
    `reads_ahead` no further than to what it has to do: a server beside a test would take the time from the test.
    """
    return _Application(emulator, sandbox, reads_ahead)


class _Application:
    def __init__(self, emulator: Emulator, sandbox: Sandbox | None, reads_ahead: bool) -> None:
        self._reads_ahead = reads_ahead
        self._new_id = emulator.request_ids.new_id
        self._sessions = _Sessions(emulator)
        self._control = _Control(emulator, sandbox)
        self._others = _Others(self._control, self._beside(sandbox, emulator))
        self._reading: asyncio.Task[None] | None = None

    def _beside(self, sandbox: Sandbox | None, emulator: Emulator) -> App | None:
        if sandbox is None:
            return None
        from emulator.api.sandbox import SandboxApplication  # noqa: PLC0415 - read only where there is one

        if emulator.settings.checks_roles:
            emulator.check_roles_with(sandbox.roles)
        return SandboxApplication(sandbox, emulator, self)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._serve(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            await send({"type": "websocket.close"})

    async def _live(self, receive: Receive, send: Send) -> None:
        """Start and stop, when the server says so."""
        while (await receive())["type"] == "lifespan.startup":
            self._reading = asyncio.create_task(self._read_the_rest())
            await send({"type": "lifespan.startup.complete"})
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None  # it would keep us: what it was cancelled by knows where it happened
        await self._sessions.close()
        await send({"type": "lifespan.shutdown.complete"})

    async def _read_the_rest(self) -> None:
        """Whoever needs some of the modules before they are read waits for these."""
        await asyncio.sleep(_READ_AFTER_SECONDS)
        if self._reads_ahead:
            await self._control.load()
        await self._sessions.load()

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        for_sessions = is_for_sessions(scope["method"], scope["path"], dict(scope["headers"]))
        try:
            if for_sessions:
                await self._sessions.app(scope, receive, send)
            else:
                await _guarded(self._others, self._new_id(), scope, receive, send)
        except asyncio.CancelledError:
            render = session_error if for_sessions else control_error
            with suppress(RuntimeError):  # the response had begun
                await respond(send, *_cut_off(render, self._new_id(), scope["path"]))
        except Broken as broken:
            await _break_off(broken, scope, send)

    async def answer_for_sessions(self, headers: Mapping[bytes, bytes], body: bytes) -> Response:
        request_id = self._new_id()
        try:
            return await self._sessions.app.answer(headers, body, request_id)
        except asyncio.CancelledError:
            return _cut_off(session_error, request_id, "/")
        except Broken:
            raise
        except Exception:
            _log.exception("request %s failed: POST /", request_id)
            return session_error(InternalFailure(), request_id)


class _Sessions:
    """The session application, which brings the whole engine along: half of all there is to read."""

    def __init__(self, emulator: Emulator) -> None:
        self._emulator = emulator

    @cached_property
    def app(self) -> SessionApplication:
        from emulator.api.session import session_app  # noqa: PLC0415 - see above

        return session_app(self._emulator)

    async def load(self) -> None:
        await asyncio.to_thread(import_module, "emulator.api.session")
        self._emulator.resume_jobs()
        self.app  # noqa: B018 - what an earlier process left to do is begun, though nobody asks for anything

    async def close(self) -> None:
        if "app" in self.__dict__:
            await self.app.close()


class _Control:
    """The control plane and our own pages, which bring FastAPI along: half of the rest."""

    def __init__(self, emulator: Emulator, sandbox: Sandbox | None) -> None:
        self._emulator = emulator
        self._sandbox = sandbox

    @cached_property
    def app(self) -> ControlPlane:
        from emulator.api.control.application import ControlPlane  # noqa: PLC0415 - see above

        return ControlPlane(self._emulator, self._sandbox)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)

    async def load(self) -> None:
        await asyncio.to_thread(import_module, "emulator.api.control.application")
        await asyncio.to_thread(self.app.read_all)


class _Others:
    """All that is not of a session."""

    def __init__(self, control: App, sandbox: App | None) -> None:
        self._control = control
        self._sandbox = sandbox

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # Segments stay percent-encoded until they are routed: the `%2F` in an ARN does not divide the path.
        path = scope["path"] = scope["raw_path"].decode("latin-1")
        headers = dict(scope["headers"])
        signed = credential_scope(headers, scope["query_string"])
        scope["qldb.service"] = None if signed is None else signed.service
        scope["qldb.region"] = None if signed is None else signed.region
        if signed is not None and is_for_other_service(signed, path):
            await (self._sandbox or _refuse)(scope, receive, send)
        elif signed is None and self._sandbox and is_unsigned_for_sandbox(scope["method"], path, headers):
            await self._sandbox(scope, receive, send)
        else:
            await self._control(scope, receive, send)


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    raise UnknownOperationException(
        f"This endpoint is Amazon QLDB alone, and the request is signed for {scope['qldb.service'][:64]!r}: "
        "start it with --sandbox to have other services too."
    )


async def _guarded(others: _Others, request_id: str, scope: Scope, receive: Receive, send: Send) -> None:
    """Answer whatever happens, once, and with a request id."""
    started = False

    async def identified(message: Scope) -> None:
        nonlocal started
        if message["type"] == "http.response.start":
            headers = [header for header in message["headers"] if header[0] != b"x-amzn-requestid"]
            message["headers"] = [*headers, (b"x-amzn-requestid", request_id.encode("ascii"))]
            if "qldb.fault" in scope:
                scope["qldb.begun"] = message
                return
            started = True
        elif "qldb.fault" in scope:
            begun = scope["qldb.begun"]
            after(scope.pop("qldb.fault"), (begun["status"], begun["headers"], message["body"]))
            started = True
            await send(begun)
        await send(message)

    try:
        await others(scope, receive, identified)
    except ClientGone:
        _log.debug("request %s: the client left before it was complete", request_id)
    except Broken:
        raise
    except Exception as error:
        if not isinstance(error, AwsError):
            _log.exception("request %s failed: %s %s", request_id, scope["method"], scope["path"])
        if not started:
            known = error if isinstance(error, AwsError) else InternalFailure()
            render = scope.get("qldb.render_error", control_error)
            await respond(identified, *render(known, request_id))


async def _break_off(broken: Broken, scope: Scope, send: Send) -> None:
    """Break the connection, after half of an answer where there is one."""
    if broken.response is not None:
        status, headers, body = broken.response
        length = (b"content-length", b"%d" % promised(body))
        known = [header for header in headers if header[0] != b"content-length"]
        await send({"type": "http.response.start", "status": status, "headers": [*known, length]})
        await send({"type": "http.response.body", "body": half(body), "more_body": True})
    scope["qldb.break_off"](broken.how)


def _cut_off(render: Callable[[AwsError, str], Response], request_id: str, path: str) -> Response:
    """Only a server that stops cancels a request, and the request is all there is to its task."""
    _log.warning("request %s to %s was cut off, for the server stops", request_id, path)
    return render(ServiceUnavailable(), request_id)
