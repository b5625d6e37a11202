"""HTTP/1.1 as uvicorn and httptools read it, with six things added: a limit on what one request sends, whatever part
of it that is; an end to waiting for the rest of one; answers in AWS form to what is no HTTP at all; requests that offer
another protocol, bodies included; responses in one write; and a short way for requests to sessions, which are answered
without the scope, task and messages of ASGI (`exchange.py`)."""

from __future__ import annotations

import asyncio
import logging
import sys
from typing import Any

from httptools import HttpParserError, HttpParserUpgrade
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from emulator import limits
from emulator.api.asgi import Application
from emulator.api.eager import begin
from emulator.api.errors import control_error
from emulator.api.exchange import Exchange
from emulator.api.faulting import Broken, half, reset
from emulator.api.one_write import OneWrite
from emulator.errors import SerializationException
from emulator.faults.kinds import Break
from emulator.ids import RandomIds

_log = logging.getLogger(__name__)
_IDS = RandomIds()
_REQUEST_BYTES = 2 * limits.REQUEST_BODY_BYTES
"""Room for the largest body in chunks of a few bytes. The body itself is counted where it is read."""

_REASONS = {"Pause on PRI/Upgrade": "It is HTTP/2", "User callback error": "Invalid URL"}
"""What the parser puts in words for its programmers."""


class Protocol(HttpToolsProtocol):
    """One connection."""

    _request_bytes = 0
    """What came of the request under way; none is under way while it is 0."""
    _most_bytes = limits.REQUEST_HEAD_BYTES
    _was_heard = False
    _silence: asyncio.TimerHandle | None = None
    _idle_since = 0.0
    _plain_head = b""
    """The head of a request that offers another protocol, without the offer. Nobody here speaks another, so it is
    read once more: the parser stops where a body would begin, and takes that for words of the other protocol."""

    def __init__(self, application: Application, *uvicorns: Any, **own: Any) -> None:
        super().__init__(*uvicorns, **own)
        self._application = application
        self.cycle: Any = None
        """What is done about the newest request: an `Exchange`, or uvicorn's counterpart for all the rest."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._listen_on()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._silence is not None:
            self._silence.cancel()
        super().connection_lost(exc)
        if self.cycle is not None and self.cycle.response_complete:
            # They know this connection: without them it is gone at once, and no collector of garbage needs to find it.
            self.cycle = self.scope = None  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        self._was_heard = True
        self._request_bytes += len(data)
        try:
            self._read(data)
        except HttpParserError as error:
            message = f"What came is no request in HTTP/1.1: {_REASONS.get(str(error), error)}"
            _log.warning(message)
            self.send_400_response(message)
            return
        if self._request_bytes > self._most_bytes:  # and the request is still not complete
            part = "head of a request" if self._most_bytes == limits.REQUEST_HEAD_BYTES else "request"
            self.send_400_response(f"The {part} has at most {self._most_bytes} bytes")

    def _read(self, data: bytes) -> None:
        while data:
            try:
                self.parser.feed_data(data)
            except HttpParserUpgrade as upgrade:
                data, self._plain_head = self._plain_head + data[upgrade.args[0] :], b""
            else:
                return

    def on_message_begin(self) -> None:
        """As uvicorn's, but for the scope, which most requests here never have."""
        self.url = b""
        self.expect_100_continue = False
        self.headers = []

    def on_headers_complete(self) -> None:
        self._most_bytes = _REQUEST_BYTES
        exchange = None
        if self.cycle is None or self.cycle.response_complete:
            exchange = Exchange.of(self.parser, self.url, self.headers)
        if exchange is None and self.parser.should_upgrade():
            self._plain_head = self._head_without_offer()
        if self._plain_head:
            return
        if exchange is None:
            scope = self._begin_scope()
            scope["qldb.take_any_length"] = self._take_any_length
            scope["qldb.break_off"] = self._break_off
            super().on_headers_complete()
            OneWrite(self.cycle, self.transport)
        else:
            self.cycle = exchange

    def _head_without_offer(self) -> bytes:
        """Empty where there is no offer: CONNECT looks like one to the parser."""
        plain = [header for header in self.headers if header[0] != b"upgrade"]
        if len(plain) == len(self.headers):
            return b""
        start = b"%b %b HTTP/%b\r\n" % (self.parser.get_method(), self.url, self.parser.get_http_version().encode())
        return b"".join([start, *(b"%b: %b\r\n" % header for header in plain), b"\r\n"])

    def _begin_scope(self) -> Any:
        """What uvicorn begins a message with, for the message whose head is complete."""
        known = self.url, self.expect_100_continue, self.headers
        super().on_message_begin()
        self.url, self.expect_100_continue, self.headers = known
        scope: Any = self.scope
        scope["headers"] = self.headers
        return scope

    def on_message_complete(self) -> None:
        if self._plain_head:
            return
        self._request_bytes, self._most_bytes = 0, limits.REQUEST_HEAD_BYTES
        super().on_message_complete()
        if isinstance(self.cycle, Exchange):
            task = begin(self._answer(self.cycle))
            if task is not None:
                self.tasks.add(task)
                task.add_done_callback(self.tasks.discard)

    async def _answer(self, exchange: Exchange) -> None:
        try:
            response = await self._application.answer_for_sessions(exchange.headers, bytes(exchange.body))
        except Broken as broken:
            if broken.response is not None and not self.transport.is_closing():
                rendered = exchange.rendered(broken.response, self.server_state.default_headers)
                self.transport.write(rendered[: -len(half(broken.response[2])) - 1])
            self._break_off(broken.how)
            return
        if self.flow.write_paused:
            await self.flow.drain()
        exchange.response_started = exchange.response_complete = True
        if not self.transport.is_closing():
            self.transport.write(exchange.rendered(response, self.server_state.default_headers))
            if not exchange.keep_alive:
                self.transport.close()
            self.on_response_complete()

    def on_response_complete(self) -> None:
        """As uvicorn's, but for its timer, one for each request: `_after_silence` sees to idle connections."""
        if self.pipeline or self.transport.is_closing():
            super().on_response_complete()
            return
        self.server_state.total_requests += 1
        self.flow.resume_reading()
        self._idle_since = self.loop.time()

    def _take_any_length(self) -> None:
        """For an application that keeps no more of a request in memory than it likes."""
        self._most_bytes = sys.maxsize

    def _break_off(self, how: Break) -> None:
        """End the connection where it is."""
        self.cycle.disconnected = True
        if how is Break.RESET:
            reset(self.transport)
        else:
            self.transport.close()

    def send_400_response(self, msg: str) -> None:
        """Answer what cannot be read, and close."""
        if self.transport.is_closing():
            return
        if self.cycle is None or not self.cycle.response_started or self.cycle.response_complete:
            self.transport.write(_bad_request(msg))
        self.transport.close()

    def _listen_on(self) -> None:
        """Look again later whether anything came; that costs less than a timer for each request."""
        self._was_heard = False
        self._silence = self.loop.call_later(limits.REQUEST_SILENCE_SECONDS, self._after_silence)

    def _after_silence(self) -> None:
        # A client that was told to wait is silent with good reason; so is one that waits for its answer.
        is_awaited = self._request_bytes > 0 and not self.flow.read_paused
        if is_awaited and not self._was_heard:
            self.send_400_response(f"The rest of the request did not come in {limits.REQUEST_SILENCE_SECONDS} seconds")
        elif self._was_heard or not self._is_idle():
            self._listen_on()
        else:
            self.transport.close()

    def _is_idle(self) -> bool:
        """Whether the client has sent nothing at all, or nothing since long after its last answer."""
        if self.cycle is None:
            return True
        return self.cycle.response_complete and self.loop.time() - self._idle_since >= self.timeout_keep_alive


def _bad_request(message: str) -> bytes:
    status, headers, body = control_error(SerializationException(message), _IDS.new_id())
    lines = [f"HTTP/1.1 {status} Bad Request".encode("ascii")]
    lines += [name + b": " + value for name, value in headers]
    return b"\r\n".join([*lines, b"content-length: %d" % len(body), b"connection: close", b"", body])
