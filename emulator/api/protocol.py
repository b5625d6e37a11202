"""HTTP/1.1 as uvicorn and httptools read it, with two things added: a limit on the head of a request, and answers in
AWS form to what is no HTTP at all."""

from __future__ import annotations

import logging

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from emulator import limits
from emulator.api.errors import control_error
from emulator.errors import SerializationException
from emulator.ids import RandomIds

_IDS = RandomIds()
_log = logging.getLogger(__name__)


class Protocol(HttpToolsProtocol):
    """One connection."""

    _head_bytes: int | None = 0
    """What came of the request's head so far; None while its body comes."""

    def data_received(self, data: bytes) -> None:
        if self._head_bytes is not None:
            self._head_bytes += len(data)
            if self._head_bytes - len(data) > limits.REQUEST_HEAD_BYTES:
                self.send_400_response(f"The head of a request has at most {limits.REQUEST_HEAD_BYTES} bytes")
                return
        super().data_received(data)

    def on_headers_complete(self) -> None:
        self._head_bytes = None
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._head_bytes = 0
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Answer what cannot be read, and close."""
        if self.transport.is_closing():
            return
        status, headers, body = control_error(SerializationException(msg), _IDS.new_id())
        lines = [f"HTTP/1.1 {status} Bad Request".encode("ascii")]
        lines += [name + b": " + value for name, value in headers]
        lines += [b"content-length: %d" % len(body), b"connection: close", b"", body]
        self.transport.write(b"\r\n".join(lines))
        self.transport.close()
