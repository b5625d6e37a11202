"""https: what http is, with the certificate checked, and with the same protections."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import SSLError

from emulator import limits
from emulator.api.tls import Tls
from tests import patient_http
from tests.conftest import CREDENTIALS


@pytest.fixture
def connect(secure: str, tls: Tls) -> Iterator[Any]:
    """Opens checked connections to the server."""
    opened: list[ssl.SSLSocket] = []
    context = ssl.create_default_context(cafile=tls.trust)
    context.verify_flags |= ssl.VERIFY_X509_STRICT

    def connect(name: str = "localhost") -> ssl.SSLSocket:
        plain = socket.create_connection(("127.0.0.1", int(secure.rpartition(":")[2])), timeout=30)
        opened.append(context.wrap_socket(plain, server_hostname=name))
        return opened[-1]

    yield connect
    for each in opened:
        each.close()


def received(connection: ssl.SSLSocket) -> bytes:
    """All that comes until the server closes."""
    parts = []
    while part := connection.recv(65_536):
        parts.append(part)
    return b"".join(parts)


def client(url: str, service: str, verify: Path | bool) -> Any:
    """A boto3 client; `verify` is what it trusts."""
    config = Config(retries={"total_max_attempts": 1})
    options = {"endpoint_url": url, "region_name": "us-east-1", "config": config, **CREDENTIALS}
    return boto3.client(service, verify=verify if isinstance(verify, bool) else str(verify), **options)


def test_boto3_checks_the_certificate_and_is_answered(secure: str, tls: Tls) -> None:
    """Both services answer a client that trusts the certificate."""
    assert tls.trust is not None
    qldb, session = client(secure, "qldb", tls.trust), client(secure, "qldb-session", tls.trust)

    qldb.create_ledger(Name="first", PermissionsMode="STANDARD")
    started = session.send_command(StartSession={"LedgerName": "first"})

    assert len(qldb.get_digest(Name="first")["Digest"]) == 32
    assert started["StartSession"]["SessionToken"]


def test_client_that_does_not_trust_is_not_served(secure: str) -> None:
    """Without the certificate a client refuses, as it must."""
    with pytest.raises(SSLError, match="self-signed certificate"):
        client(secure, "qldb", True).list_ledgers()


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "::1", socket.gethostname()])
def test_certificate_is_good_for_every_name(connect: Any, name: str) -> None:
    """The strictest check of Python accepts it for each name the server has."""
    connection = connect(name)
    connection.sendall(b"GET /_qldb/health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")

    assert received(connection).startswith(b"HTTP/1.1 200 OK")


def test_what_is_no_http_is_answered_and_closed(connect: Any) -> None:
    """As without TLS: an error in AWS form, and the end of the connection."""
    connection = connect()
    connection.sendall(b"nonsense\r\n\r\n")

    assert b"SerializationException" in received(connection)


def test_head_without_end_is_refused(connect: Any) -> None:
    """As without TLS: what a client may send before its request begins is bounded."""
    connection = connect()
    connection.sendall(b"GET / HTTP/1.1\r\n" + b"a: " + b"b" * (2 * limits.REQUEST_HEAD_BYTES))

    assert b"The head of a request has at most" in received(connection)


def test_large_body_comes_whole(connect: Any) -> None:
    """A body of megabytes is read to its end before it is refused."""
    connection = connect()
    body = b"[" + b" " * 4_000_000
    connection.sendall(
        b"POST /ledgers HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body)
    )
    connection.sendall(body)

    assert received(connection).startswith(b"HTTP/1.1 400")


@pytest.mark.parametrize("fault", ["ConnectionReset", "TruncatedBody"])
def test_connections_break_as_faults_say(connect: Any, secure: str, tls: Tls, fault: str) -> None:
    """A rule that breaks a connection breaks one with TLS as well: without an answer, or in the middle of it."""
    trusting = ssl.create_default_context(cafile=tls.trust)
    patient_http.post(f"{secure}/_qldb/faults", json={"command": "ListLedgers", "fault": fault}, verify=trusting)
    connection = connect()
    connection.sendall(b"GET /ledgers HTTP/1.1\r\nHost: a\r\n\r\n")

    answer = b""
    with suppress(OSError):
        answer = received(connection)

    assert not answer.endswith(b"}")
    assert answer.startswith(b"HTTP/1.1 200") == (fault == "TruncatedBody")


def test_http_at_the_https_port_is_closed(secure: str) -> None:
    """A client that speaks no TLS is not answered, and does no harm."""
    with socket.create_connection(("127.0.0.1", int(secure.rpartition(":")[2])), timeout=30) as plain:
        plain.sendall(b"GET /_qldb/health HTTP/1.1\r\nHost: a\r\n\r\n")
        with suppress(ConnectionResetError):
            assert b"HTTP" not in plain.recv(1000)
