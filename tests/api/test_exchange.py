"""Requests to sessions on the short way, byte by byte: they are answered as any request is, only sooner."""

import asyncio
import json
import re
import threading
from collections.abc import Mapping
from contextlib import ExitStack

import pytest

from emulator.api.asgi import Response
from emulator.api.exchange import Exchange
from emulator.api.session import SessionApplication
from emulator.testing import Emulator, Qldb
from tests.api.raw_http import chunks, connected, raw

BODY = b'{"StartSession":{"LedgerName":"first"}}'
CLOSE = "Connection: close"


@pytest.fixture(autouse=True)
def ledger(qldb: Qldb) -> None:
    qldb.create_ledger("first")


def request(*headers: str, body: bytes = BODY, version: str = "1.1") -> bytes:
    """A request as drivers send it, but for these headers."""
    lines = [f"POST / HTTP/{version}", "Host: a", "X-Amz-Target: QLDBSession.SendCommand", *headers]
    if not any(header.startswith("Transfer-Encoding") for header in headers):
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


def statuses(answer: bytes) -> list[int]:
    return [int(status) for status in re.findall(rb"HTTP/1.1 (\d+) [A-Z]", answer)]


def comparable(answer: bytes) -> bytes:
    """A response without what differs from one to the next."""
    return re.sub(
        rb'requestid: \w{22}|date: [^\r]+|content-length: \d+|"SessionToken":"[^"]+"|Milliseconds":\d+', b"", answer
    )


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> list[Exchange]:
    """The exchanges that take the short way from here on."""
    taken = []
    rendered = Exchange.rendered

    def watched(self: Exchange, *arguments: object) -> bytes:
        taken.append(self)
        return rendered(self, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Exchange, "rendered", watched)
    return taken


@pytest.mark.parametrize(
    "long",
    [
        request(CLOSE, "Transfer-Encoding: chunked", body=b"27\r\n" + BODY + b"\r\n0\r\n\r\n"),
        request(CLOSE, "Expect: 100-continue"),
        request(CLOSE, body=b" " * 70_000 + BODY),
        request(CLOSE).replace(b"POST / ", b"POST /?a=b "),
    ],
    ids=["in chunks", "asks first", "large", "with a query"],
)
def test_both_ways_answer_alike(server: str, short: list[Exchange], long: bytes) -> None:
    """What takes the long way gets the same response."""
    answered_short = raw(server, request(CLOSE))
    assert len(short) == 1
    answered_long = raw(server, long).removeprefix(b"HTTP/1.1 100 Continue\r\n\r\n")

    assert len(short) == 1
    assert comparable(answered_long) == comparable(answered_short)


def test_error_is_answered_in_aws_form(server: str, short: list[Exchange]) -> None:
    """An error has its status, its name in header and body, and a request id."""
    head, _, body = raw(server, request(CLOSE, body=b"{}")).partition(b"\r\n\r\n")

    assert len(short) == 1
    assert head.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert b"\r\nx-amzn-errortype: BadRequestException\r\n" in head
    assert re.search(rb"x-amzn-requestid: \w{22}\r\n", head)
    assert json.loads(body)["__type"] == "BadRequestException"


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_connection_is_closed_when_asked(server: str, version: str) -> None:
    """`Connection: close` closes after the response, which says so; HTTP/1.0 always does."""
    answer = raw(server, request(*([CLOSE] if version == "1.1" else []), version=version))

    assert statuses(answer) == [200]
    assert b"\r\nconnection: close\r\n" in answer


def test_request_may_come_in_pieces(server: str, short: list[Exchange]) -> None:
    """Head and body may be cut anywhere."""
    data = request(CLOSE)
    with connected(server) as connection:
        for at in range(len(data)):
            connection.sendall(data[at : at + 1])
        answer = b"".join(chunks(connection))

    assert statuses(answer) == [200]
    assert len(short) == 1


def test_pipelined_requests_are_answered_in_order(server: str) -> None:
    """Requests of all kinds, sent at once on one connection, are answered one after the other."""
    nowhere = b"GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n"
    answer = raw(server, request() + request(body=b"{}") + nowhere + request() + nowhere + request(CLOSE))

    assert statuses(answer) == [200, 400, 404, 200, 404, 200]


def test_client_leaves_in_the_middle(server: str, short: list[Exchange]) -> None:
    """A request that is never finished is not answered, and nobody minds."""
    assert raw(server, request()[:-1], end=True) == b""
    assert statuses(raw(server, request(CLOSE))) == [200]
    assert len(short) == 1


class Held:
    """Holds session requests until the server cuts them off, or the test lets them go."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.came = threading.Event()
        self._go: asyncio.Event
        self._loop: asyncio.AbstractEventLoop
        answer = SessionApplication.answer

        async def held(
            app: SessionApplication, headers: Mapping[bytes, bytes], body: bytes, request_id: str
        ) -> Response:
            self._go, self._loop = asyncio.Event(), asyncio.get_running_loop()
            self.came.set()
            await self._go.wait()
            return await answer(app, headers, body, request_id)

        monkeypatch.setattr(SessionApplication, "answer", held)

    def let_go(self) -> None:
        self._loop.call_soon_threadsafe(self._go.set)


def test_request_that_waits_holds_up_those_behind_it(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A response that has to wait comes before those to later requests, however short they are."""
    held = Held(monkeypatch)
    with connected(server) as connection:
        connection.sendall(request())
        assert held.came.wait(5)
        connection.sendall(b"GET /nowhere HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        held.let_go()
        answer = b"".join(chunks(connection))

    assert statuses(answer) == [200, 404]


def test_stopping_server_answers_what_it_cuts_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """A request that takes too long when the server stops gets ServiceUnavailable."""
    held = Held(monkeypatch)
    with ExitStack() as client:
        with Emulator() as server:
            connection = client.enter_context(connected(server.url))
            connection.sendall(request())
            assert held.came.wait(5)
        answer = b"".join(chunks(connection))

    assert statuses(answer) == [503]
    assert b"\r\nx-amzn-errortype: ServiceUnavailable\r\n" in answer
