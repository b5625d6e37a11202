"""An emulator in this process, as tests and seeds have it: requests are answered by a call, no port in between.

The application waits on an event loop now and then, for the disk or for a page's turn. It has a loop of its own, which
runs as long as it takes to answer and then stands still; also in the middle of a test that has a loop itself.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Mapping
from typing import Any, TypeVar

from emulator.api.app import create_app
from emulator.api.asgi import Response, is_for_sessions
from emulator.api.faulting import Broken
from emulator.client.transport import Answer
from emulator.faults.kinds import Break
from emulator.runtime import Emulator

R = TypeVar("R")


class InProcess:
    """Answers requests, one at a time; any thread may ask. A transport for the project's own client, too."""

    def __init__(self, emulator: Emulator) -> None:
        """Whoever made the emulator closes it, after this."""
        self._app = create_app(emulator)
        self._loop = asyncio.new_event_loop()
        self._turn = threading.RLock()

    def request(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """The answer to a request; `path` is encoded as on the wire, headers have any case.

        ConnectionResetError where a fault rule breaks the connection.
        """
        pairs = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
        try:
            if is_for_sessions(method, path, dict(pairs)):
                response = self._run(self._app.answer_for_sessions(dict(pairs), body))
            else:
                response = self._run(self._asgi(method, path, pairs, body))
        except Broken as broken:
            raise ConnectionResetError(f"a fault rule broke the connection: {broken}") from broken
        status, answered, content = response
        return Answer(status, {name.decode().lower(): value.decode("latin-1") for name, value in answered}, content)

    def close(self) -> None:
        """Answer no more, and finish what was begun."""
        with self._turn:
            if not self._loop.is_closed():
                self._run(self._shut_down())
                self._loop.close()

    def _run(self, work: Coroutine[Any, Any, R]) -> R:
        with self._turn:
            # A loop of the test's own may be running on this thread; it stands still meanwhile.
            outer = asyncio._get_running_loop()
            asyncio._set_running_loop(None)
            try:
                return self._loop.run_until_complete(_to_the_end(work))
            finally:
                asyncio._set_running_loop(outer)

    async def _asgi(self, method: str, path: str, headers: list[tuple[bytes, bytes]], body: bytes) -> Response:
        raw_path, _, query = path.partition("?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": raw_path,
            "raw_path": raw_path.encode("latin-1"),
            "query_string": query.encode("latin-1"),
            "root_path": "",
            "headers": headers,
            "client": None,
            "server": None,
            "qldb.break_off": _broken,
        }
        sent: list[Any] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        await self._app(scope, receive, send)
        content = b"".join(message.get("body", b"") for message in sent[1:])
        return sent[0]["status"], sent[0]["headers"], content

    async def _shut_down(self) -> None:
        async def receive() -> dict[str, Any]:
            return {"type": "lifespan.shutdown"}

        async def send(message: Any) -> None:
            pass

        await self._app({"type": "lifespan"}, receive, send)


def _broken(how: Break) -> None:
    """There is no connection to break, but whoever asks is told."""
    raise Broken(how)


async def _to_the_end(work: Coroutine[Any, Any, R]) -> R:
    """What the work gives, once all that it left to do is done as well: an index that is built, say."""
    try:
        return await work
    finally:
        left = asyncio.all_tasks() - {asyncio.current_task()}
        if left:
            await asyncio.wait(left)
