"""Keep-alive connections that play scripts: as little work for each request as an event loop allows."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import cast

import uvloop

from bench.conversation import Script
from bench.servers import HOST

_OK = b"HTTP/1.1 200"
_LENGTH = b"content-length: "


def play(port: int, scripts: Sequence[Script]) -> None:
    """Play scripts to their ends, each on a connection of its own, all at once.

    RuntimeError when an answer is not 200 or a connection breaks.
    """
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_play(port, scripts))


async def _play(port: int, scripts: Sequence[Script]) -> None:
    loop = asyncio.get_running_loop()
    ends = [loop.create_future() for _ in scripts]
    for script, end in zip(scripts, ends, strict=True):
        await loop.create_connection(lambda script=script, end=end: _Connection(script, end), HOST, port)  # type: ignore[misc]
    await asyncio.gather(*ends)


class _Connection(asyncio.Protocol):
    def __init__(self, script: Script, end: asyncio.Future[None]) -> None:
        self._script = script
        self._end = end
        self._data = b""
        self._needed = 0
        self._transport: asyncio.WriteTransport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.WriteTransport, transport)
        self._transport.write(next(self._script))

    def data_received(self, data: bytes) -> None:
        self._data = data = self._data + data if self._data else data
        if len(data) < self._needed:
            return
        head = data.find(b"\r\n\r\n")
        if head < 0:
            return
        length = data.lower().index(_LENGTH, 0, head) if _LENGTH not in data[:head] else data.index(_LENGTH, 0, head)
        self._needed = head + 4 + int(data[length + len(_LENGTH) : data.index(b"\r", length)])
        if len(data) >= self._needed:
            self._data, self._needed = b"", 0
            self._next(data, head + 4)

    def _next(self, data: bytes, body: int) -> None:
        try:
            if not data.startswith(_OK):
                raise RuntimeError(f"refused: {data!r}")
            self._transport.write(self._script.send(data[body:]))
        except StopIteration:
            self._end.set_result(None)
            self._transport.close()
        except Exception as error:
            self._end.set_exception(error)
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._end.done():
            self._end.set_exception(RuntimeError(f"the server closed the connection: {exc}"))
