"""`serve` with https beside http: what it prints, what it keeps, how it ends, and which options contradict."""

import re
import signal
import socket
import ssl
import subprocess
from pathlib import Path

import httpx
import pytest

from emulator.api.certificate import self_signed
from emulator.clock import SystemClock
from tests import patient_http
from tests.cli.conftest import END_SECONDS, Run, endpoint

pytestmark = pytest.mark.process

HTTPS = ("--port", "0", "--tls-port", "0")


def greeting(process: "subprocess.Popen[str]") -> "tuple[str, str]":
    """The https endpoint a process prints, and the certificate to trust."""
    assert process.stdout is not None
    for line in process.stdout:
        found = re.search(r"AWS_ENDPOINT_URL=(https:\S+) AWS_CA_BUNDLE=(\S+) NODE_EXTRA_CA_CERTS=\2", line)
        if found:
            return found[1], found[2]
    raise AssertionError(process.communicate()[1])


def healthy(url: str, trust: str | None = None) -> bool:
    """Whether a server answers at a URL, to a client that trusts a certificate."""
    context = ssl.create_default_context(cafile=trust)
    return patient_http.get(f"{url}/_qldb/health", verify=context).status_code == 200


def test_http_and_https_are_served_side_by_side(run: Run, tmp_path: Path) -> None:
    """One process answers at both, and prints what to trust: a file in the data directory."""
    process = run("serve", *HTTPS, "--tls", "self-signed")
    plain = endpoint(process)
    secure, trust = greeting(process)

    assert trust == str(tmp_path / "qldb-data/tls/certificate.pem")
    assert healthy(plain)
    assert healthy(secure, trust)
    assert patient_http.post(f"{plain}/ledgers", json={"Name": "one", "PermissionsMode": "STANDARD"}).status_code == 200
    assert patient_http.get(f"{secure}/ledgers/one", verify=ssl.create_default_context(cafile=trust)).status_code == 200


def test_certificate_outlasts_the_process(run: Run) -> None:
    """Clients that trust it trust the next start too."""
    certificates = []
    for _ in range(2):
        process = run("serve", *HTTPS, "--tls", "self-signed")
        _, trust = greeting(process)
        certificates.append(Path(trust).read_bytes())
        process.terminate()
        process.communicate(timeout=END_SECONDS)

    assert certificates[0] == certificates[1]


def test_certificate_of_the_users_is_served(run: Run, tmp_path: Path) -> None:
    """`--tls-cert` and `--tls-key` are served as they are."""
    mine = self_signed(tmp_path / "mine", ["localhost", "127.0.0.1"], SystemClock().now_ms())
    process = run("serve", *HTTPS, "--in-memory", "--tls-cert", str(mine.certificate), "--tls-key", str(mine.key))
    assert process.stdout is not None
    found = re.search(r"and (https:\S+),", process.stdout.readline())

    assert found is not None
    assert healthy(found[1], str(mine.certificate))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_ends_it_whatever_tls_clients_do(run: Run, number: signal.Signals) -> None:
    """Also while one is idle, one is in the middle of a request, and one never finishes its first words."""
    process = run("serve", *HTTPS, "--in-memory", "--tls", "self-signed")
    secure, trust = greeting(process)
    address = ("127.0.0.1", int(secure.rpartition(":")[2]))
    context = ssl.create_default_context(cafile=trust)
    with (
        httpx.Client(verify=context) as idle,
        context.wrap_socket(socket.create_connection(address), server_hostname="localhost") as stuck,
        socket.create_connection(address) as silent,
    ):
        stuck.sendall(b"POST /ledgers HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n{")
        silent.sendall(b"\x16\x03\x01")
        idle.get(f"{secure}/_qldb/health")  # by now the server has what the others sent

        process.send_signal(number)
        _, complaints = process.communicate(timeout=END_SECONDS)
        assert stuck.recv(12) == b"HTTP/1.1 503"

    assert process.returncode == 0
    assert "Traceback" not in complaints
    assert not Path(trust).exists()


def test_certificate_that_is_not_there_is_said_in_a_sentence(run: Run) -> None:
    """One line on stderr, and an exit status."""
    process = run("serve", *HTTPS, "--in-memory", "--tls-cert", "nothing.pem")
    _, complaints = process.communicate(timeout=END_SECONDS)

    assert process.returncode == 1
    assert complaints == "qldb-emulator: The certificate nothing.pem cannot be used: No such file or directory.\n"
