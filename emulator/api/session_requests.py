"""Bytes of a SendCommand request → command. Every way in which they can be wrong is a 4xx that says what was wanted.

A shape is a table: the members of a JSON object in the order of the command's fields, each with its reader. An absent
member and a null one are the same. Limits are the service model's.
"""

from __future__ import annotations

from binascii import a2b_base64
from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import islice
from typing import Any

from emulator import limits
from emulator.api.bodies import json_object, kind
from emulator.errors import BadRequestException
from emulator.frozen import frozen
from emulator.session import messages
from emulator.session.commands import (
    AbortTransaction,
    Command,
    CommitTransaction,
    EndSession,
    ExecuteStatement,
    FetchPage,
    IonBinary,
    IonText,
    Parameter,
    StartSession,
    StartTransaction,
)

Reader = Callable[[Any, str], Any]
"""Reads the value of a member; the second argument is what messages call it."""

_LISTED_MAX = 10
"""So many names of a client's making go into a message."""
_DIGEST_MAX_BYTES = 1024
"""The service model sets no length. Of another length than a hash it does not match, and that is what is said."""


@frozen
class Request:
    """`session_token` is empty for StartSession, and for nothing else."""

    session_token: str
    command: Command | StartSession


def read_request(body: bytes) -> Request:
    """The request of a body. SerializationException where it is no JSON object, else BadRequestException."""
    members = json_object(body)
    token = members.pop("SessionToken", None)
    commands = [(name, value) for name, value in members.items() if value is not None]
    if len(commands) != 1:
        raise BadRequestException(f"Exactly one command is wanted, got {_listed([name for name, _ in commands])}")
    ((name, value),) = commands
    shape = _SHAPES.get(name)
    if shape is None:
        raise BadRequestException(f"A command is one of {_listed(_SHAPES)}, got {_shortened(name)}")
    return Request(_token(token, name), shape(value, name))


def _token(token: object, command: str) -> str:
    if command == "StartSession":
        if token is not None:
            raise BadRequestException("StartSession makes a SessionToken and takes none")
        return ""
    if token is None:
        raise BadRequestException(f"The parameter SessionToken is missing: {command} goes to a session")
    if not isinstance(token, str):
        raise BadRequestException(messages.SESSION_TOKEN_NOT_VALID)
    return token


# Readers


def _shape(make: Callable[..., Any], members: Mapping[str, Reader]) -> Reader:
    """Reads an object whose members are exactly these and calls `make` with what they hold."""
    readers = tuple(members.items())
    names = members.keys()

    def read(value: Any, path: str) -> Any:
        if not isinstance(value, dict):
            raise _invalid(path, f"an object is wanted, got {kind(value)}")
        if not value.keys() <= names:
            raise _invalid(path, f"it has {_listed(names)}, got {_listed(value)}")
        return make(*[reader(value.get(name), f"{path}.{name}") for name, reader in readers])

    return read


def _text(least: int, most: int) -> Reader:
    """Reads a string by its length in characters."""

    def read(value: Any, path: str) -> str:
        if not isinstance(value, str):
            raise _invalid(path, f"a string is wanted, got {kind(value)}")
        if not least <= len(value) <= most:
            raise _invalid(path, f"{least} to {most} characters are wanted, got {len(value)}")
        if not (value.isascii() or _is_unicode(value)):
            raise _invalid(path, "Unicode text is wanted, got half of a surrogate pair")
        return value

    return read


def _blob(least: int, most: int) -> Reader:
    """Reads base64 by the length of the bytes it stands for."""

    def read(value: Any, path: str) -> bytes:
        if not isinstance(value, str):
            raise _invalid(path, f"base64 in a string is wanted, got {kind(value)}")
        try:
            data = a2b_base64(value, strict_mode=True)
        except ValueError as error:
            raise _invalid(path, f"base64 is wanted, got {_shortened(value)}") from error
        if not least <= len(data) <= most:
            raise _invalid(path, f"{least} to {most} bytes are wanted, got {len(data)}")
        return data

    return read


def _parameters(value: Any, path: str) -> Sequence[Parameter]:
    if value is None:
        return ()
    if not isinstance(value, list):
        raise _invalid(path, f"a list is wanted, got {kind(value)}")
    return [_VALUE_HOLDER(item, f"{path}[{index}]") for index, item in enumerate(value)]


def _value_holder(value: Any, path: str) -> Parameter:
    """One parameter, in exactly one of the two encodings."""
    encodings = [name for name in value if value[name] is not None] if isinstance(value, dict) else None
    if encodings is None or len(encodings) != 1 or encodings[0] not in _ENCODINGS:
        came = kind(value) if encodings is None else _listed(encodings)
        raise _invalid(path, f"an object with either IonBinary or IonText is wanted, got {came}")
    make, reader = _ENCODINGS[encodings[0]]
    return make(reader(value[encodings[0]], f"{path}.{encodings[0]}"))


_ENCODINGS: dict[str, tuple[Callable[[Any], Parameter], Reader]] = {
    "IonBinary": (IonBinary, _blob(1, limits.PARAMETER_BYTES)),
    "IonText": (IonText, _text(1, limits.PARAMETER_TEXT_CHARACTERS)),
}
_VALUE_HOLDER: Reader = _value_holder
_TRANSACTION_ID = _text(1, 1024)
_TOKEN = _text(4, 1024)

_SHAPES: dict[str, Reader] = {
    "StartSession": _shape(StartSession, {"LedgerName": _text(1, limits.LEDGER_NAME_CHARACTERS)}),
    "StartTransaction": _shape(StartTransaction, {}),
    "EndSession": _shape(EndSession, {}),
    "CommitTransaction": _shape(
        CommitTransaction, {"TransactionId": _TRANSACTION_ID, "CommitDigest": _blob(0, _DIGEST_MAX_BYTES)}
    ),
    "AbortTransaction": _shape(AbortTransaction, {}),
    "ExecuteStatement": _shape(
        ExecuteStatement,
        {
            "TransactionId": _TRANSACTION_ID,
            "Statement": _text(1, limits.STATEMENT_CHARACTERS),
            "Parameters": _parameters,
        },
    ),
    "FetchPage": _shape(FetchPage, {"TransactionId": _TRANSACTION_ID, "NextPageToken": _TOKEN}),
}


# What came


def _invalid(path: str, reason: str) -> BadRequestException:
    return BadRequestException(f"The parameter {path} is not valid: {reason}")


def _listed(names: Collection[str]) -> str:
    listed = ", ".join(map(_shortened, islice(names, _LISTED_MAX)))
    more = len(names) - _LISTED_MAX
    return (f"{listed} and {more} more" if more > 0 else listed) or "none"


def _shortened(text: str) -> str:
    """At most the beginning of what a client sent, in ASCII: it goes into messages and logs."""
    return text[:40].encode("ascii", "backslashreplace").decode("ascii")


def _is_unicode(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
