"""How requests reach an emulator: over HTTP, or in whatever way somebody hands in."""

from __future__ import annotations

import http.client
import json
import selectors
import ssl
import threading
from base64 import b64encode
from collections.abc import Mapping
from typing import Any, Protocol
from urllib.parse import urlsplit

from emulator.frozen import frozen

_TIMEOUT_SECONDS = 60
_SAID = ("Message", "message")


@frozen
class Answer:
    """Names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Transport(Protocol):
    def request(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Send a request; OSError when there is no whole answer."""

    def close(self) -> None: ...


class ServerError(Exception):
    """The emulator answered with an error: its AWS name, its text, and the answer's other members."""

    def __init__(self, code: str, message: str, status: int, members: Mapping[str, Any]) -> None:
        super().__init__(f"{code}: {message}" if message else code)
        self.code = code
        self.message = message
        self.status = status
        self.members = members


class HttpTransport:
    """One connection to a server, made when it is needed and made again when it was closed meanwhile. Threads that
    share it have it by turns.

    A request is never sent twice: a statement would be run twice by it, and a commit be told that it was none.
    """

    def __init__(self, url: str, ca_bundle: str | None = None) -> None:
        """`url` is an endpoint such as http://127.0.0.1:8000. ValueError when it is none."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"an endpoint is a URL such as http://127.0.0.1:8000, got {url!r}")
        self.url = url.rstrip("/")
        self._turn = threading.Lock()
        if parts.scheme == "https":
            context = ssl.create_default_context(cafile=ca_bundle)
            self._connection: http.client.HTTPConnection = http.client.HTTPSConnection(
                parts.hostname, parts.port, timeout=_TIMEOUT_SECONDS, context=context
            )
        else:
            self._connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=_TIMEOUT_SECONDS)

    def request(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        with self._turn:
            return self._request(method, path, headers, body)

    def _request(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        if self._is_stale():
            self.close()
        try:
            self._connection.request(method, path, body, dict(headers))
            answer = self._connection.getresponse()
            content = answer.read()
        except BaseException as error:
            # What comes over this connection now answers nobody: the next request gets a new one.
            self.close()
            if isinstance(error, http.client.HTTPException) and not isinstance(error, OSError):
                raise OSError(f"the answer is not HTTP, or not whole: {error!r}") from error
            raise
        return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, content)

    def _is_stale(self) -> bool:
        """Whether the server has closed the kept connection, which can be read then."""
        if self._connection.sock is None:
            return False
        with selectors.DefaultSelector() as selector:
            selector.register(self._connection.sock, selectors.EVENT_READ)
            return bool(selector.select(0))

    def close(self) -> None:
        self._connection.close()


def ask(transport: Transport, method: str, path: str, body: object = None, region: str | None = None) -> Any:
    """The JSON of an answer, None for an empty one; ServerError for an answer that is an error."""
    headers = {"content-type": "application/json", **signature(region)}
    content = b"" if body is None else json.dumps(body).encode("ascii")
    return read(transport.request(method, path, headers, content))


def signature(region: str | None) -> dict[str, str]:
    """The header that says which Region a request is for. Nothing is signed, for signatures are not checked."""
    if region is None:
        return {}
    scope = f"local/20240101/{region}/qldb/aws4_request"
    return {"authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=00"}


def read(answer: Answer) -> Any:
    """The JSON of an answer, as `ask` gives it."""
    try:
        content = json.loads(answer.body) if answer.body else None
    except ValueError as error:
        raise OSError(f"the answer is no JSON: is that the emulator? It begins {answer.body[:80]!r}") from error
    if answer.status < 300:
        return content
    members = content if isinstance(content, dict) else {}
    code = answer.headers.get("x-amzn-errortype", members.get("__type", f"HTTP {answer.status}"))
    said = next((members[name] for name in _SAID if members.get(name)), "")
    raise ServerError(code, said, answer.status, members)


def blob(data: bytes) -> str:
    """Bytes as the protocols' JSON has them."""
    return b64encode(data).decode("ascii")
