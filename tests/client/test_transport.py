"""Connections that end while nobody looks, or while somebody waits."""

import socket
import threading
from collections.abc import Iterator

import pytest

from emulator.client.transport import HttpTransport, ask

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


class Fleeting:
    """A server that answers each connection with the next of its answers, and closes it."""

    def __init__(self, *answers: bytes) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.requests: list[bytes] = []
        self.closed = threading.Semaphore(0)
        self._thread = threading.Thread(target=self._serve, args=(answers,))
        self._thread.start()

    def _serve(self, answers: tuple[bytes, ...]) -> None:
        for answer in answers:
            connection, _ = self._listener.accept()
            self.requests.append(connection.recv(65536))
            connection.sendall(answer)
            connection.close()
            self.closed.release()

    def end(self) -> None:
        self._thread.join()
        self._listener.close()


@pytest.fixture
def fleeting(answers: list[bytes]) -> Iterator[Fleeting]:
    server = Fleeting(*answers)
    yield server
    server.end()


@pytest.mark.parametrize("answers", [[ANSWER, ANSWER]])
def test_connection_closed_meanwhile_is_made_again(fleeting: Fleeting) -> None:
    """The server may end an idle connection; the next request notices before it is sent."""
    transport = HttpTransport(fleeting.url)
    for _ in range(2):
        assert ask(transport, "GET", "/") == {}
        fleeting.closed.acquire()

    transport.close()


@pytest.mark.parametrize("answers", [[b""]])
def test_request_without_an_answer_is_not_sent_again(fleeting: Fleeting) -> None:
    """It may have done what it asked for."""
    transport = HttpTransport(fleeting.url)

    with pytest.raises(ConnectionResetError):
        ask(transport, "POST", "/")

    fleeting.closed.acquire()
    assert len(fleeting.requests) == 1


@pytest.mark.parametrize("answers", [[b"SSH-2.0-OpenSSH_9.6\r\n", ANSWER]])
def test_what_is_not_http_is_an_error_of_the_connection(fleeting: Fleeting) -> None:
    """And the next request has a new one."""
    transport = HttpTransport(fleeting.url)

    with pytest.raises(OSError, match="not HTTP"):
        ask(transport, "GET", "/")

    assert ask(transport, "GET", "/") == {}
    transport.close()
