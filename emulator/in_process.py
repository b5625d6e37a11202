"""An emulator in this process, as tests and seeds have it: requests are answered by a call, no port in between.

The application waits on an event loop now and then, for the disk or for a page's turn. It has a loop of its own, which
runs as long as it takes to answer and then stands still; also in the middle of a test that has a loop itself. Most
requests of sessions have nothing to wait for. They are answered without the loop, which costs as much as a statement.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator, Mapping
from contextlib import contextmanager
from contextvars import Context
from typing import Any, TypeVar, TypeVarTuple, Unpack

from emulator.api.app import create_app
from emulator.api.asgi import Response, is_for_sessions
from emulator.api.eager import begin
from emulator.api.faulting import Broken
from emulator.client.transport import Answer
from emulator.faults.kinds import Break
from emulator.runtime import Emulator

R = TypeVar("R")
Ts = TypeVarTuple("Ts")

_CLOSED = "This emulator is stopped, and what it kept is gone: the test or the block that it was for is over."


class InProcess:
    """Answers requests, one at a time; any thread may ask. A transport for the project's own client, too."""

    def __init__(self, emulator: Emulator) -> None:
        """Whoever made the emulator closes it, after this."""
        self.emulator = emulator
        self._app = create_app(emulator)
        self._loop = _Loop()
        self._turn = threading.RLock()

    def request(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """The answer to a request; `path` is encoded as on the wire, headers have any case.

        ConnectionResetError where a fault rule breaks the connection, RuntimeError when it is closed.
        """
        pairs = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
        try:
            with self._turn:
                if self._loop.is_closed():
                    raise RuntimeError(_CLOSED)
                if is_for_sessions(method, path, dict(pairs)):
                    response = self._answered(self._app.answer_for_sessions(dict(pairs), body))
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

    def _answered(self, work: Coroutine[Any, Any, Response]) -> Response:
        """What the work gives, with the loop run only where there is something to wait for, or left to do."""
        given: list[Response] = []

        async def noted() -> None:
            given.append(await work)

        with _standing_still(), self._leaving_nothing():
            with _running(self._loop):
                rest = begin(noted())
            if rest is not None:
                self._loop.run_until_complete(rest)
        return given[0]

    def _run(self, work: Coroutine[Any, Any, R]) -> R:
        with _standing_still(), self._leaving_nothing():
            return self._loop.run_until_complete(work)

    @contextmanager
    def _leaving_nothing(self) -> Iterator[None]:
        """What is begun inside is done afterwards. Who is interrupted does not wait until an answer has been late."""
        try:
            yield
        except Exception:
            raise
        except BaseException:
            self.emulator.faults.release()
            raise
        finally:
            self._loop.run_what_is_left()

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


class _Loop(asyncio.SelectorEventLoop):
    """A loop that knows whether anything waits for it to run."""

    _has_work = False
    _has_timers = False

    def call_soon(
        self, callback: Callable[[Unpack[Ts]], object], *args: *Ts, context: Context | None = None
    ) -> asyncio.Handle:
        self._has_work = True
        return super().call_soon(callback, *args, context=context)

    def call_soon_threadsafe(
        self, callback: Callable[[Unpack[Ts]], object], *args: *Ts, context: Context | None = None
    ) -> asyncio.Handle:
        self._has_work = True
        return super().call_soon_threadsafe(callback, *args, context=context)

    def call_at(
        self, when: float, callback: Callable[[Unpack[Ts]], object], *args: *Ts, context: Context | None = None
    ) -> asyncio.TimerHandle:
        self._has_timers = True
        return super().call_at(when, callback, *args, context=context)

    def run_what_is_left(self) -> None:
        """Run until nothing is left to do: until an index is built, say. What is due later, a later run finds due."""
        self._has_work |= self._has_timers
        while self._has_work:
            self._has_work = False
            super().call_soon(self.stop)
            self.run_forever()
            left = asyncio.all_tasks(self)
            if left:
                self.run_until_complete(asyncio.wait(left))


@contextmanager
def _standing_still() -> Iterator[None]:
    """A loop of the test's own may be running on this thread; it stands still meanwhile."""
    outer = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    try:
        yield
    finally:
        asyncio._set_running_loop(outer)


@contextmanager
def _running(loop: asyncio.AbstractEventLoop) -> Iterator[None]:
    """Look like that loop, for work that asks which one it is on."""
    asyncio._set_running_loop(loop)
    try:
        yield
    finally:
        asyncio._set_running_loop(None)
