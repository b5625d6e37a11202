"""What is said of an endpoint: of real servers, ours and others, that speak the one protocol or the other."""

import http.server
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from emulator import __version__
from emulator.api.tls import Tls
from emulator.clock import ManualClock, SystemClock
from emulator.doctor import server_checks
from tests.doctor.conftest import NOWHERE, Around


@pytest.fixture
def foreign() -> Iterator[str]:
    """The URL of a web server that is not ours."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{other.server_port}"
        other.shutdown()


def test_server_that_answers_is_well(around: Around, server: str) -> None:
    """Its version and time are looked at, too."""
    here = around(endpoint=server)

    assert server_checks.server(here).says == f"{server} answers"
    assert server_checks.version(here).says == __version__
    assert server_checks.time(here).status == "ok"


def test_server_that_is_not_there_is_started(around: Around) -> None:
    """The command starts one where it is looked for; what it would be asked is left."""
    here = around(endpoint=NOWHERE)
    finding = server_checks.server(here)

    assert (finding.status, finding.fix) == ("problem", "qldb-emulator serve --port 9")
    assert "nothing listens there: Connection refused" in finding.says
    assert [check(here).status for check in (server_checks.version, server_checks.time)] == ["skipped", "skipped"]


def test_port_of_somebody_else_is_left_to_them(around: Around, foreign: str) -> None:
    """The command starts a server beside it."""
    finding = server_checks.server(around(endpoint=foreign))

    assert "what answers there is not it" in finding.says
    assert finding.fix == f"qldb-emulator serve --port {int(foreign.rpartition(':')[2]) + 1}"


def test_server_that_says_nothing_holds_nobody_up(around: Around, monkeypatch: pytest.MonkeyPatch) -> None:
    """What accepts connections and never answers is given up."""
    monkeypatch.setattr("emulator.doctor.server._PATIENCE_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        finding = server_checks.server(around(endpoint=f"http://127.0.0.1:{silent.getsockname()[1]}"))

    assert "nothing answers within 0.2 seconds" in finding.says


def test_https_at_a_server_of_http_is_corrected(around: Around, server: str) -> None:
    """The command leads clients there by http."""
    finding = server_checks.server(around(endpoint=server.replace("http:", "https:")))

    assert "speaks http, not https" in finding.says
    assert finding.fix == f"export AWS_ENDPOINT_URL={server}"


def test_http_at_a_server_of_https_is_corrected(around: Around, secure: str) -> None:
    """The command leads clients there by https, by the variables they are led by."""
    wrong = secure.replace("https:", "http:")
    finding = server_checks.server(
        around(endpoint=wrong, AWS_ENDPOINT_URL_QLDB=wrong, AWS_ENDPOINT_URL_QLDB_SESSION=wrong)
    )

    assert "speaks https, not http" in finding.says
    assert finding.fix == f"export AWS_ENDPOINT_URL_QLDB={secure} AWS_ENDPOINT_URL_QLDB_SESSION={secure}"


def test_certificate_that_is_not_trusted_is_named(around: Around, secure: str, tls: Tls, tls_folder: Path) -> None:
    """The command names the certificate in the data directory; with it all is well."""
    finding = server_checks.server(around(endpoint=secure, data_dir=tls_folder))

    assert "its certificate is not accepted: self-signed certificate" in finding.says
    assert finding.fix == f"export AWS_CA_BUNDLE={tls.trust}"
    assert server_checks.server(around(endpoint=secure, AWS_CA_BUNDLE=str(tls.trust))).status == "ok"


@pytest.mark.parametrize(("minutes", "word"), [(10, "behind"), (-10, "ahead of")])
def test_clocks_that_differ_are_a_problem(around: Around, server: str, minutes: int, word: str) -> None:
    """A machine that slept, or a container's, has another time."""
    clock = ManualClock(SystemClock().now_ms() + minutes * 60_000)
    finding = server_checks.time(around(endpoint=server, clock=clock))

    assert finding.status == "problem"
    assert f"seconds {word} this machine's" in finding.says


def test_another_version_is_noted(around: Around, server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that was installed elsewhere may be of another version."""
    monkeypatch.setattr("emulator.doctor.server_checks.__version__", "0.0.1")

    assert server_checks.version(around(endpoint=server)).status == "note"
