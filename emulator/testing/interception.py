"""Requests of botocore clients, answered before they are sent: the way of moto, and beside moto.

botocore asks its handlers of `before-send` for a response, and sends a request only when none has one. Ours is among
those that every session registers, from the moment this module is imported. It answers requests of QLDB while an
emulator is in charge, before moto says that it has no QLDB, and minds nobody else's.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ConnectionClosedError
from botocore.handlers import BUILTIN_HANDLERS, REGISTER_FIRST
from botocore.session import Session

from emulator.in_process import InProcess

_EVENT = "before-send"
_SERVICES = ("qldb", "qldb-session")

_in_charge: list[InProcess] = []
"""Those that were started and not stopped; the last one answers."""


@contextmanager
def in_charge(emulator: InProcess) -> Iterator[None]:
    """Let an emulator answer inside."""
    _reach_default_session()
    _in_charge.append(emulator)
    try:
        yield
    finally:
        _in_charge.remove(emulator)


def sessions_at_hand() -> Iterator[Session]:
    """botocore sessions that were there before us and will be used again: boto3's default one."""
    if boto3.DEFAULT_SESSION is not None:
        yield boto3.DEFAULT_SESSION._session


def _reach_default_session() -> None:
    for session in sessions_at_hand():
        events = session.get_component("event_emitter")
        events.unregister(_EVENT, _answer)  # registered twice, it would do everything twice
        events.register_first(_EVENT, _answer)


def _answer(request: Any, event_name: str = "", **_: Any) -> AWSResponse | None:
    if not _in_charge or event_name.split(".")[1] not in _SERVICES:
        return None
    parts = urlsplit(request.url)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    headers = {name: _text(value) for name, value in request.headers.items()}
    try:
        answer = _in_charge[-1].request(request.method, path or "/", headers, _bytes(request.body))
    except ConnectionResetError as error:
        raise ConnectionClosedError(endpoint_url=request.url, request=request, error=error) from error
    return AWSResponse(request.url, answer.status, _Headers(answer.headers), _Body(answer.body))


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _bytes(body: Any) -> bytes:
    if body is None:
        return b""
    if hasattr(body, "read"):
        body = body.read()
    return body.encode() if isinstance(body, str) else bytes(body)


class _Headers(dict[str, str]):
    """Looked up in any case, as those of a response are."""

    def __getitem__(self, name: str) -> str:
        return super().__getitem__(name.lower())

    def __contains__(self, name: object) -> bool:
        return super().__contains__(str(name).lower())

    def get(self, name: str, default: Any = None) -> Any:
        return super().get(name.lower(), default)


class _Body(io.BytesIO):
    """Read as urllib3's responses are."""

    def stream(self, amt: int = -1, decode_content: bool | None = None) -> Iterator[bytes]:
        while chunk := self.read(amt):
            yield chunk


BUILTIN_HANDLERS.append((_EVENT, _answer, REGISTER_FIRST))
