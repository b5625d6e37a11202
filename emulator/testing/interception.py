"""Requests of botocore clients, answered before they are sent: the way of moto, and beside moto.

botocore asks the handlers of `before-send` for a response, and sends a request only when none has one. While an
emulator is in charge, ours comes before all others of every client of QLDB that makes a request, whenever and by
whichever session the client was made. So modules may keep clients, and moto need not say that it has no QLDB. Clients
of aiobotocore are botocore's with `await` in places, and are answered as well. Other services are not ours.
"""

from __future__ import annotations

import io
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from inspect import iscoroutinefunction
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakSet

from botocore.awsrequest import AWSResponse
from botocore.credentials import ReadOnlyCredentials
from botocore.endpoint import Endpoint
from botocore.exceptions import ConnectionClosedError

from emulator.in_process import InProcess
from emulator.testing.ports import is_served

SERVICES = ("qldb", "qldb-session")

_in_charge: list[InProcess] = []
"""Those that were started and not stopped; the last one answers."""
_reached: WeakSet[Endpoint] = WeakSet()
"""Ends of clients that ask us."""
_make_request = Endpoint.make_request


@contextmanager
def in_charge(emulator: InProcess) -> Iterator[None]:
    """Let an emulator answer inside."""
    _in_charge.append(emulator)
    try:
        yield
    finally:
        _in_charge.remove(emulator)


def _reach(endpoint: Any, operation_model: Any, request_dict: Any) -> Any:
    """Endpoint.make_request, from the moment this module is imported."""
    if _in_charge and endpoint not in _reached and operation_model.service_model.service_name in SERVICES:
        is_awaited = iscoroutinefunction(endpoint._send_request)
        endpoint._event_emitter.register_first("before-send", _answer_awaited if is_awaited else _answer)
        endpoint._event_emitter.register("before-sign", _lend_credentials)
        _reached.add(endpoint)
    return _make_request(endpoint, operation_model, request_dict)


def _lend_credentials(request: Any, request_signer: Any, **_: Any) -> None:
    """A client that was made where there were no credentials could not sign; here nobody checks who does."""
    if _in_charge and getattr(request_signer, "_credentials", None) is None:
        request.context.setdefault("signing", {}).setdefault("request_credentials", _Lent())


def _answer(request: Any, **_: Any) -> AWSResponse | None:
    return _answered(request, AWSResponse)


def _answer_awaited(request: Any, **_: Any) -> AWSResponse | None:
    return _answered(request, _AwaitedResponse)


def _answered(request: Any, kind: type[AWSResponse]) -> AWSResponse | None:
    in_charge = _in_charge[-1:]  # looked at once: another thread may end it
    if not in_charge or is_served(request.url):
        return None
    parts = urlsplit(request.url)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    headers = {name: _text(value) for name, value in request.headers.items()}
    try:
        answer = in_charge[0].request(request.method, path or "/", headers, _bytes(request.body))
    except ConnectionResetError as error:
        raise ConnectionClosedError(endpoint_url=request.url, request=request, error=error) from error
    return kind(request.url, answer.status, _Headers(answer.headers), _Body(answer.body))


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


class _AwaitedResponse(AWSResponse):  # type: ignore[misc]  # botocore has no types
    """One whose body is awaited, as aiobotocore does."""

    @property
    async def content(self) -> Any:
        return super().content

    @property
    async def text(self) -> Any:
        return super().text


class _Lent:
    """Credentials that nobody has given."""

    def get_frozen_credentials(self) -> _Frozen:
        return _Frozen("testing", "testing", None)


class _Frozen(ReadOnlyCredentials):  # type: ignore[misc]  # as above
    """To be awaited or not."""

    def __await__(self) -> Generator[None, None, _Frozen]:
        return self
        yield


Endpoint.make_request = _reach
