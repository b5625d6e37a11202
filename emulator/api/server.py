"""The server: uvicorn with one application, started and stopped the way a command line and a test need."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from time import perf_counter
from types import FrameType
from typing import Any, cast

import uvicorn

from emulator import limits
from emulator.api.asgi import Application
from emulator.api.protocol import Protocol
from emulator.errors import StartError
from emulator.frozen import frozen

_BACKLOG = 2048
_GRACE_SECONDS = 0.5
"""How long requests in flight may take once the server is to stop; with all the rest it stays under a second."""
_IDLE_SECONDS = 75
"""How long a connection is kept between requests at least. Long, for drivers do not retry when a connection they hold
is closed just as they use it."""
_START_SECONDS = 30
_TICK_SECONDS = 0.1
_LOOK_SECONDS = 0.002
"""How often a server that stops looks whether it may. uvicorn waits a tenth of a second: as long as many a test."""
_TLS_PATIENCE = {"ssl_handshake_timeout": limits.REQUEST_SILENCE_SECONDS, "ssl_shutdown_timeout": _GRACE_SECONDS / 2}
"""A client that does not say goodbye, as TLS has it, holds nobody up: neither a connection's end nor the server's."""


@frozen
class Listener:
    """A bound socket, and the TLS that is spoken on it."""

    socket: socket.socket
    tls: ssl.SSLContext | None = None

    @property
    def endpoint(self) -> str:
        """The URL clients reach it at."""
        host, port = self.socket.getsockname()[:2]
        if host in ("0.0.0.0", "::"):
            host = "127.0.0.1"
        return f"{'http' if self.tls is None else 'https'}://{f'[{host}]' if ':' in host else host}:{port}"


def listen(host: str, port: int) -> socket.socket:
    """A socket bound to the address; port 0 is any free one. StartError when it cannot be listened on."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(_BACKLOG)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or error
        raise StartError(f"Cannot listen on {host} port {port}: {reason}.") from error
    return listener


class Server(uvicorn.Server):
    """Serves an application on bound sockets until `should_exit` is set, or a signal sets it."""

    def __init__(
        self, app: Application, listeners: Sequence[Listener], on_serving: Callable[[], None] = lambda: None
    ) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http=cast("Any", partial(Protocol, app)),  # uvicorn's own type is that of classes
                ws="none",
                lifespan="on",
                log_config=None,
                access_log=False,
                proxy_headers=False,
                server_header=False,
                backlog=_BACKLOG,
                timeout_keep_alive=_IDLE_SECONDS,
            )
        )
        self._listeners = listeners
        self._on_serving = on_serving
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopped = asyncio.Event()

    def stop(self) -> None:
        """Serve no longer. Any thread may call it."""
        self.should_exit = True
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # it is closed already
                self._loop.call_soon_threadsafe(self._stopped.set)

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        super().run([listener.socket for listener in self._listeners])

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen. uvicorn would speak the same on all sockets, so it is given none."""
        await super().startup([])
        loop = self._loop = asyncio.get_running_loop()
        for listener in self._listeners:
            options: dict[str, Any] = {} if listener.tls is None else {"ssl": listener.tls, **_TLS_PATIENCE}
            server = await loop.create_server(self._protocol, sock=listener.socket, backlog=_BACKLOG, **options)
            self.servers.append(server)
        self._on_serving()

    async def main_loop(self) -> None:
        ticks = 0
        while not await self.on_tick(ticks):
            ticks += 1
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopped.wait(), _TICK_SECONDS)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no further requests, wait for those in flight as long as is due, cut off the others."""
        state, deadline = self.server_state, perf_counter() + _GRACE_SECONDS
        for server in self.servers:
            server.close()
        for connection in list(state.connections):
            connection.shutdown()
        await asyncio.sleep(0)
        while (state.connections or state.tasks) and not self.force_exit and perf_counter() < deadline:
            await asyncio.sleep(_LOOK_SECONDS)
            for connection in list(state.connections):  # some may have been accepted just before
                connection.shutdown()
        for task in state.tasks:
            task.cancel()
        if not self.force_exit:
            await self.lifespan.shutdown()

    def _protocol(self) -> asyncio.Protocol:
        connection: asyncio.Protocol = cast("Any", self.config.http_protocol_class)(
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )
        return connection

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop at SIGTERM and SIGINT. Unlike uvicorn, do not raise them once more afterwards: the exit status is 0."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """A second signal does not wait for anybody."""
        self.force_exit = self.should_exit
        self.should_exit = True


def serve(app: Application, listeners: Sequence[Listener], on_serving: Callable[[], None]) -> None:
    """Serve until a signal comes; `on_serving` is called once requests are answered."""
    Server(app, listeners, on_serving).run()


@contextlib.contextmanager
def running(app: Application, tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """Serve on a thread and a free port while the context lasts; gives the endpoint's URL."""
    listener = Listener(listen("127.0.0.1", 0), tls)
    serving = threading.Event()
    server = Server(app, [listener], serving.set)
    thread = threading.Thread(target=server.run, name="qldb-emulator", daemon=True)
    thread.start()
    try:
        if not serving.wait(_START_SECONDS):
            raise TimeoutError(f"the server did not start within {_START_SECONDS} seconds")
        yield listener.endpoint
    finally:
        server.stop()
        thread.join()
