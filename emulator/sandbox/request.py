"""A request on its way to moto, and the answer on its way back.

moto's own server is a WSGI application; what it reads of a request is the environment made here.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import IO, Any
from urllib.parse import parse_qs, unquote_to_bytes

from emulator.frozen import frozen
from emulator.sandbox.addresses import in_path_style

_S3 = ("s3", None)
_FORWARDED = b"x-amz-meta-"
"""Headers whose names are a user's own: an underscore in them is no dash, which WSGI alone cannot tell."""


@frozen
class Request:
    """`service` is the one it is signed for, None of an unsigned one; the body is whole, and stands at its start."""

    method: str
    raw_path: str
    query: bytes
    headers: Sequence[tuple[bytes, bytes]]
    body: IO[bytes]
    body_bytes: int
    service: str | None = None
    scheme: str = "http"

    def header(self, name: bytes) -> str:
        """The value of a header, empty where there is none."""
        return next((value.decode("latin-1") for key, value in self.headers if key == name), "")


@frozen
class Response:
    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


def environ(request: Request) -> dict[str, Any]:
    """The WSGI environment of a request."""
    host, raw_path = request.header(b"host") or "localhost", request.raw_path
    if request.service in _S3:
        host, raw_path = in_path_style(host, raw_path)
    name, _, port = host.rpartition(":") if ":" in host else (host, "", "80")
    values: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(raw_path).decode("latin-1"),
        "RAW_URI": _uri(raw_path, request.query),
        "QUERY_STRING": request.query.decode("latin-1"),
        "SERVER_NAME": name,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": request.scheme,
        "wsgi.input": request.body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    _add_headers(values, request)
    values |= {"HTTP_HOST": host, "CONTENT_LENGTH": str(request.body_bytes)}
    return values


def _uri(raw_path: str, query: bytes) -> str:
    return f"{raw_path}?{query.decode('latin-1')}" if query else raw_path


def _add_headers(values: dict[str, Any], request: Request) -> None:
    spellings: dict[str, str] = {}
    for name, value in request.headers:
        if b"_" in name and not name.startswith(_FORWARDED):
            continue  # it would pass for another header, the one with a dash
        key = _key(name)
        text = value.decode("latin-1")
        values[key] = f"{values[key]},{text}" if key in values else text
        if b"_" in name:
            spellings[key] = name.decode("latin-1")
    values["moto.preserved_header_names"] = spellings
    values.pop("HTTP_TRANSFER_ENCODING", None)  # the body is whole by now
    if request.service not in _S3 and "HTTP_AUTHORIZATION" not in values:
        values["HTTP_AUTHORIZATION"] = _authorization(request.query)


def _key(name: bytes) -> str:
    key = name.decode("latin-1").upper().replace("-", "_")
    return key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"


def _authorization(query: bytes) -> str:
    """The header for what the query of a presigned request says: moto looks for the service in the header alone."""
    credential = parse_qs(query.decode("latin-1")).get("X-Amz-Credential", [""])[0]
    return f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host, Signature=presigned"
