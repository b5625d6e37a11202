"""An S3 that keeps what it is given, and fails or falls silent when it is told to. All it knows is to put objects."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

_ERROR = "<?xml version='1.0'?><Error><Code>{}</Code><Message>{}</Message></Error>"

Answer = tuple[int, str, str]
"""Status, code and message of an error."""

DENIED = (403, "AccessDenied", "Access Denied")
BROKEN = (500, "InternalError", "We encountered an internal error. Please try again.")
BUSY = (503, "SlowDown", "Please reduce your request rate.")


class FickleS3:
    """`objects` and their `headers` are by key; `puts` are the keys in the order they came, failures included."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.headers: dict[str, dict[str, str]] = {}
        self.puts: list[str] = []
        self.answer: Answer | None = None
        """What puts are answered while this is set."""
        self.good_puts: int | None = None
        """How many puts go well before that holds; None for none."""
        self.spared = "nothing"
        """What the keys end with whose puts go well in any case."""
        self._until_silence: int | None = None
        self._keeps_last = False
        self._is_silent = threading.Event()
        self._may_speak = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        host, port = self._server.server_address[:2]
        self.url = f"http://{host!s}:{port}"

    def fall_silent_after(self, puts: int, *, keeps_last: bool) -> None:
        """Answer so many puts and no more. The first that gets no answer is kept, or is not."""
        self._is_silent.clear()
        self._may_speak.clear()
        self._until_silence, self._keeps_last = puts, keeps_last

    def wait_for_silence(self) -> None:
        assert self._is_silent.wait(60)

    def speak(self) -> None:
        """Answer again; what came in silence is lost."""
        self._until_silence = None
        self._may_speak.set()

    def put(self, key: str, body: bytes, headers: dict[str, str]) -> Answer | None:
        self.puts.append(key)
        if self._until_silence is not None:
            if self._until_silence == 0:
                self._say_nothing(key, body, headers)
                return BROKEN
            self._until_silence -= 1
        if self.answer is not None and not self.good_puts and not key.endswith(self.spared):
            return self.answer
        if self.good_puts:
            self.good_puts -= 1
        self.objects[key], self.headers[key] = body, headers
        return None

    def _say_nothing(self, key: str, body: bytes, headers: dict[str, str]) -> None:
        if self._keeps_last and not self._is_silent.is_set():
            self.objects[key], self.headers[key] = body, headers
        self._is_silent.set()
        self._may_speak.wait(120)

    def serve(self) -> None:
        self._server.serve_forever(0.01)

    def close(self) -> None:
        self.speak()
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients are killed here in the middle of requests."""


def _handler(s3: FickleS3) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_PUT(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            key = unquote(urlsplit(self.path).path).split("/", 2)[2]
            refusal = s3.put(key, body, dict(self.headers.items()))
            status, content = (200, "") if refusal is None else (refusal[0], _ERROR.format(*refusal[1:]))
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content.encode())

        def log_message(self, *_: Any) -> None:
            pass

    return Handler


@contextmanager
def fickle_s3() -> Iterator[FickleS3]:
    s3 = FickleS3()
    threading.Thread(target=s3.serve, daemon=True).start()
    try:
        yield s3
    finally:
        s3.close()
