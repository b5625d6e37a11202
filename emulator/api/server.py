"""The server: uvicorn with one application, started and stopped the way a command line and a test need."""

from __future__ import annotations

import contextlib
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from functools import partial
from types import FrameType
from typing import Any, cast

import uvicorn

from emulator.api.asgi import Application
from emulator.api.protocol import Protocol

_BACKLOG = 2048
_GRACE_SECONDS = 0.5
"""How long requests in flight may take once the server is to stop; with all the rest it stays under a second."""
_IDLE_SECONDS = 75
"""How long a connection is kept between requests at least. Long, for drivers do not retry when a connection they hold
is closed just as they use it."""
_START_SECONDS = 30


class ListenError(Exception):
    """The address cannot be listened on; the message is one sentence for whoever started us."""


def listen(host: str, port: int) -> socket.socket:
    """A socket bound to the address; port 0 is any free one."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(_BACKLOG)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ListenError(f"Cannot listen on {host} port {port}: {reason}.") from error
    return listener


def endpoint(listener: socket.socket) -> str:
    """The URL clients reach a socket at."""
    host, port = listener.getsockname()[:2]
    if host in ("0.0.0.0", "::"):
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class Server(uvicorn.Server):
    """Serves an application on a bound socket until `should_exit` is set, or a signal sets it."""

    def __init__(self, app: Application, on_serving: Callable[[], None] = lambda: None) -> None:
        options: dict[str, Any] = {"timeout_graceful_shutdown": _GRACE_SECONDS}  # uvicorn's own type has no fractions
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
                **options,
            )
        )
        self._on_serving = on_serving

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_serving()

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


def serve(app: Application, listener: socket.socket, on_serving: Callable[[], None]) -> None:
    """Serve until a signal comes; `on_serving` is called once requests are answered."""
    Server(app, on_serving).run([listener])


@contextlib.contextmanager
def running(app: Application, host: str = "127.0.0.1", port: int = 0) -> Iterator[str]:
    """Serve on a thread while the context lasts; gives the endpoint's URL."""
    listener = listen(host, port)
    serving = threading.Event()
    server = Server(app, serving.set)
    thread = threading.Thread(target=server.run, args=([listener],), name="qldb-emulator", daemon=True)
    url = endpoint(listener)
    thread.start()
    try:
        if not serving.wait(_START_SECONDS):
            raise TimeoutError(f"the server did not start within {_START_SECONDS} seconds")
        yield url
    finally:
        server.should_exit = True
        thread.join()
