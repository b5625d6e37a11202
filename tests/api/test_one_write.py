"""What uvicorn writes of a response, and what of it reaches the connection."""

import asyncio
import logging
from typing import Any

from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from emulator.api.one_write import OneWrite


class Connection(asyncio.Transport):
    """A transport that notes each write, and that it was closed."""

    def __init__(self) -> None:
        super().__init__()
        self.done: list[bytes | str] = []

    def write(self, data: Any) -> None:
        self.done.append(data)

    def close(self) -> None:
        self.done.append("closed")

    def is_closing(self) -> bool:
        return "closed" in self.done


def cycle(connection: Connection, *, method: str = "GET", keep_alive: bool = True, waits: bool = False) -> Any:
    """uvicorn's own cycle of one request, with its responses in one write."""
    log = logging.getLogger(__name__)
    headers = [] if keep_alive else [(b"connection", b"close")]  # older versions look here, newer ones at `keep_alive`
    made = RequestResponseCycle(
        scope={"type": "http", "method": method, "headers": headers},  # type: ignore[typeddict-item]
        transport=connection,
        flow=FlowControl(connection),
        logger=log,
        access_logger=log,
        access_log=False,
        default_headers=[],
        message_event=asyncio.Event(),
        expect_100_continue=waits,
        keep_alive=keep_alive,
        on_response=lambda: connection.done.append("answered"),
    )
    OneWrite(made, connection)
    return made


def respond(one: Any, *parts: bytes, length: int | None = None) -> None:
    """Send a response to the cycle in parts."""
    headers = [] if length is None else [(b"content-length", str(length).encode())]

    async def send() -> None:
        await one.send({"type": "http.response.start", "status": 200, "headers": headers})
        for number, part in enumerate(parts, 1):
            await one.send({"type": "http.response.body", "body": part, "more_body": number < len(parts)})

    asyncio.run(send())


def test_head_and_body_are_one_write() -> None:
    """A client that has seen the head has the body as well."""
    connection = Connection()

    respond(cycle(connection), b"body", length=4)

    assert connection.done == [b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nbody", "answered"]


def test_parts_that_follow_are_not_held_back() -> None:
    """The first part goes with the head, the others as they come."""
    connection = Connection()

    respond(cycle(connection), b"bo", b"dy", length=4)

    assert connection.done == [b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nbo", b"dy", "answered"]


def test_head_alone_is_written_at_the_end() -> None:
    """A response to HEAD has no body to wait for."""
    connection = Connection()

    respond(cycle(connection, method="HEAD"), b"", length=4)

    assert connection.done == [b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n", "answered"]


def test_nothing_is_lost_when_the_connection_closes() -> None:
    """What waits is written before the connection is closed."""
    connection = Connection()

    respond(cycle(connection, method="HEAD", keep_alive=False), b"", length=4)

    assert connection.done == [
        b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\nconnection: close\r\n\r\n",
        "closed",
        "answered",
    ]


def test_request_is_told_to_continue_at_once() -> None:
    """What a client waits for before it sends its body does not wait for the response."""
    connection = Connection()
    one = cycle(connection, waits=True)
    one.message_event.set()

    asyncio.run(one.receive())

    assert connection.done == [b"HTTP/1.1 100 Continue\r\n\r\n"]
