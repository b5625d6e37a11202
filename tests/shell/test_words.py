"""Errors in plain words."""

import ssl

import pytest

from emulator.client.session import CommitUnknown
from emulator.client.transport import ServerError
from emulator.shell.words import PASSING, REFUSED, UNREACHED, pointed_at, status_of, told

URL = "http://127.0.0.1:8000"


def refused(code: str, message: str, status: int = 400) -> ServerError:
    return ServerError(code, message, status, {})


def distrusted(why: str) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_message = why
    return error


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (refused("OccConflictException", "Optimistic concurrency control failure"), PASSING, "run it again"),
        (refused("InvalidSessionException", "Transaction 4o has expired"), REFUSED, "open for too long"),
        (refused("InvalidSessionException", "No such session"), PASSING, "The session is over: No such session"),
        (refused("BadRequestException", "odd \x1b[2J"), REFUSED, "BadRequestException: odd \\u001b[2J"),
        (refused("InternalFailure", "", 500), PASSING, "InternalFailure"),
        (ConnectionRefusedError(111, "Connection refused"), UNREACHED, "`qldb-emulator serve` starts one"),
        (CommitUnknown("reset"), UNREACHED, "may have been done, or not"),
        (TimeoutError("timed out"), UNREACHED, "No answer came"),
        (distrusted("self-signed certificate"), UNREACHED, "is not accepted: self-signed certificate"),
    ],
)
def test_error(error: ServerError | OSError, status: int, words: str) -> None:
    """What happened, what became of it, and what to do; and a status that scripts can tell apart."""
    assert words in told(error, URL)
    assert status_of(error) == status


@pytest.mark.parametrize(
    ("message", "text", "lines"),
    [
        ("at line 2, column 6: odd", "SELECT *\nFROM Nowhere\n", ["FROM Nowhere", "     ^"]),
        ("at line 1, column 3: odd", "\t\tx", ["  x", "  ^"]),
        ("at line 9, column 3: odd", "x", []),
        ("odd", "x", []),
    ],
)
def test_place_is_pointed_at(message: str, text: str, lines: list[str]) -> None:
    """Where a message names one that is there."""
    assert pointed_at(message, text) == lines


def test_long_line_is_shown_around_the_place() -> None:
    """And not from its beginning to its end."""
    line, mark = pointed_at("at line 1, column 501: odd", "x" * 500 + "y" + "z" * 500)

    assert len(line) <= 100
    assert line[mark.index("^")] == "y"
