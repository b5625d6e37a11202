"""The sandbox over HTTP. Requests come in on the event loop and are answered on threads, so that no service of the
sandbox, however slow, holds up a ledger.

A body is taken in before anything is done with it, in memory at first and then on disk: a client that is slow to send
keeps nobody from his turn, and one that leaves in the middle has changed nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import IO

from emulator.account.state_changes import StateChange
from emulator.api.asgi import App, Receive, Scope, Send
from emulator.api.bodies import ClientGone
from emulator.api.errors import xml_error
from emulator.api.loopback import Loopback
from emulator.api.threads import Threads
from emulator.metrics.meters import Reading
from emulator.runtime import Emulator
from emulator.sandbox.host import Host
from emulator.sandbox.request import Request, Response
from emulator.sandbox.sandbox import Sandbox

_THREADS = 64
"""Most of them wait: for their turn, or for a message to come."""
_CLOUDWATCH = "monitoring"
_IN_MEMORY_BYTES = 1024 * 1024
_PIECE_BYTES = 256 * 1024
_WITHOUT_BODY = (204, 304)


class SandboxApplication:
    def __init__(self, sandbox: Sandbox, emulator: Emulator, app: App) -> None:
        """`app` is the whole server, for what the sandbox wants of ledgers."""
        self._sandbox = sandbox
        self._emulator = emulator
        self._app = app
        self._threads = Threads(_THREADS, "sandbox")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope.get("qldb.take_any_length", _nothing)()
        if not _speaks_json(scope):
            scope["qldb.render_error"] = xml_error
        with SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES) as body:
            size = await _take_in(body, receive)
            request = Request(
                scope["method"],
                scope["raw_path"].decode("latin-1"),
                scope["query_string"],
                scope["headers"],
                body,
                size,
                scope["qldb.service"],
                scope["scheme"],
            )
            news = self._prepare(request)
            response = await self._threads.run(lambda: self._sandbox.answer(request, news))
        await _give_out(response, scope["method"], send)

    def _prepare(self, request: Request) -> list[StateChange]:
        """What the sandbox has to hear of ledgers before it answers, looked up where ledgers are owned."""
        if self._sandbox.host is None:
            control = Loopback(self._app, asyncio.get_running_loop())
            self._sandbox.host = Host(self._emulator.settings.account_id, control, self._readings)
        if request.service == _CLOUDWATCH:
            self._emulator.measure_all()
        return self._emulator.state_changes.take(self._emulator.clock.now_ms())

    def _readings(self, region: str) -> Iterator[Reading]:
        for meter in self._emulator.meters.all():
            if meter.region == region:
                yield from meter.readings()


def _speaks_json(scope: Scope) -> bool:
    """Whether the service answers in JSON. Where the request does not say, XML will do: no JSON client minds it."""
    return any(name == b"content-type" and b"json" in value for name, value in scope["headers"])


async def _take_in(body: IO[bytes], receive: Receive) -> int:
    """Write the body of a request to a file; its length. ClientGone when it does not come whole."""
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        chunk = message.get("body", b"")
        size += len(chunk)
        if size <= _IN_MEMORY_BYTES:
            body.write(chunk)
        else:
            await asyncio.to_thread(body.write, chunk)
        more = message.get("more_body", False)
    body.seek(0)
    return size


async def _give_out(response: Response, method: str, send: Send) -> None:
    """Send a response a piece at a time, so that not all of it waits once more for the client to take it."""
    headers, body = response.headers, response.body
    if method != "HEAD":  # there the length is that of what GET would bring
        headers = [header for header in headers if header[0] != b"content-length"]
        if response.status not in _WITHOUT_BODY:
            headers.append((b"content-length", str(len(body)).encode("ascii")))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    for start in range(0, len(body), _PIECE_BYTES):
        piece = body[start : start + _PIECE_BYTES]
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


def _nothing() -> None:
    """Not every server sets a limit that would have to be lifted."""
