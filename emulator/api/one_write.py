"""Responses that go out in one write.

uvicorn writes the head of a response and then its body. Between the two a client may already have seen the head, and
one of the official SDKs does not bear that: the Go SDK closes its request as soon as a head is there, and where that is
sooner than its own HTTP client is done with the request, as it may be on one machine, the connection is given up and
the body that is still to come is lost.
"""

from __future__ import annotations

import asyncio
from typing import Any


class OneWrite:
    """A cycle's way to the transport: what the cycle writes first of its response waits for what comes next."""

    def __init__(self, cycle: Any, transport: asyncio.Transport) -> None:
        self._cycle = cycle
        self._transport = transport
        self._head: bytes | None = None
        self._is_under_way = False
        self._then = cycle.on_response
        cycle.transport, cycle.on_response = self, self._finish

    def write(self, data: bytes) -> None:
        if self._is_under_way or not self._cycle.response_started:
            self._transport.write(data)
        elif self._head is None:
            self._head = data
        else:
            self._send(self._head + data)

    def close(self) -> None:
        self._send_what_waits()
        self._transport.close()

    def is_closing(self) -> bool:
        return self._transport.is_closing()

    def _finish(self) -> None:
        self._send_what_waits()  # a response to HEAD has nothing but a head
        self._cycle.transport, self._cycle.on_response = self._transport, self._then
        self._then()

    def _send_what_waits(self) -> None:
        if self._head is not None:
            self._send(self._head)

    def _send(self, data: bytes) -> None:
        self._head, self._is_under_way = None, True
        self._transport.write(data)
