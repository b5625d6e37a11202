"""What `serve` says when it does not begin to serve."""

import socket
from collections.abc import Iterator

import pytest

from tests.cli.conftest import Command


@pytest.fixture(autouse=True)
def taken(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A port that is in use. It is the one to serve on, so that no mistake goes so far that this process serves."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = int(other.getsockname()[1])
        monkeypatch.setenv("QLDB_EMULATOR_PORT", str(port))
        yield port


@pytest.mark.parametrize(
    "arguments",
    [
        ("--port", "x"),
        ("--port", "70000"),
        ("--region", "here!"),
        ("--account-id", "12"),
        ("--log-level", "loud"),
        ("--nothing",),
        ("nothing",),
    ],
)
def test_wrong_option_is_a_usage_error(command: Command, arguments: tuple[str, ...]) -> None:
    """A mistake on the command line has exit status 2 and no traceback."""
    status, _, complaints = command(*arguments)

    assert status == 2
    assert "Traceback" not in complaints


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--clock", "tomorrow"), "2024-01-01T00:00:00Z"),
        (("--check-roles", "--in-memory"), "--sandbox"),
        (("--tls", "on"), "wanted"),
        (("--tls", "self-signed", "--tls-cert", "a.pem"), "wanted"),
        (("--tls-key", "a.pem"), "wanted"),
        (("--tls-port", "8443"), "wanted"),
    ],
)
def test_mistake_is_told_with_what_is_wanted(command: Command, arguments: tuple[str, ...], said: str) -> None:
    """A clock that cannot be read, roles without an IAM, https without https: none of them does nothing."""
    status, _, complaints = command("serve", *arguments)

    assert status == 2
    assert said in complaints


def test_port_in_use_is_said_in_a_sentence(command: Command, taken: int) -> None:
    """One line on stderr, and an exit status."""
    assert command("--in-memory") == (
        1,
        "",
        f"qldb-emulator: Cannot listen on 127.0.0.1 port {taken}: Address already in use.\n",
    )
