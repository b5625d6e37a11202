"""A meeting with whatever listens at an endpoint: does it speak, in which protocol, and is it ours?"""

from __future__ import annotations

import http.client
import json
import ssl
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from emulator.frozen import frozen

_PATIENCE_SECONDS = 5
_PORTS = {"http": 80, "https": 443}
_OTHER = {"http": "https", "https": "http"}
_INFO = "/_qldb/info"


@frozen
class Meeting:
    """What came of it. `info` is what our server says of itself; without it, `trouble` says what is wrong."""

    info: Mapping[str, Any] | None = None
    date_ms: int | None = None
    """The server's time, to the second."""
    trouble: str | None = None
    is_listening: bool = False
    speaks: str | None = None
    """The scheme that would work, where the endpoint has the other."""
    distrust: bool = False
    """Whether it is the server's certificate that is not accepted."""

    @property
    def data_dir(self) -> Path | None:
        named = None if self.info is None else self.info.get("data_dir")
        return None if named is None else Path(named)


def meet(endpoint: str, ca_bundle: str | None) -> Meeting:
    """Ask the server at an endpoint who it is, without any proxy; https is checked as boto3 would check it."""
    url = urlsplit(endpoint)
    try:
        return _asked(url, _context(ca_bundle) if url.scheme == "https" else None)
    except ssl.SSLCertVerificationError as error:
        trouble = f"its certificate is not accepted: {error.verify_message}"
        return Meeting(trouble=trouble, is_listening=True, distrust=True)
    except (ssl.SSLError, http.client.HTTPException, ConnectionResetError, ValueError) as error:
        trouble = f"what answers there is not it: {type(error).__name__} {error}".rstrip()
        return Meeting(trouble=trouble, is_listening=True, speaks=_spoken(url))
    except TimeoutError:
        return Meeting(trouble=f"nothing answers within {_PATIENCE_SECONDS} seconds")
    except OSError as error:
        return Meeting(trouble=f"nothing listens there: {error.strerror or error}")


def _asked(url: SplitResult, context: ssl.SSLContext | None) -> Meeting:
    """Ask; ValueError when the answer is not from a server of ours."""
    connection = _connection(url, context)
    try:
        connection.request("GET", _INFO)
        answer = connection.getresponse()
        info = json.loads(answer.read(1_000_000))
    finally:
        connection.close()
    if not isinstance(info, dict) or "version" not in info:
        raise ValueError("an answer of another kind")
    return Meeting(info=info, date_ms=_ms(answer.headers["Date"]), is_listening=True)


def _connection(url: SplitResult, context: ssl.SSLContext | None) -> http.client.HTTPConnection:
    host, port = url.hostname or "", url.port or _PORTS[url.scheme]
    if context is None:
        return http.client.HTTPConnection(host, port, timeout=_PATIENCE_SECONDS)
    return http.client.HTTPSConnection(host, port, timeout=_PATIENCE_SECONDS, context=context)


def _context(ca_bundle: str | None) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=ca_bundle)


def _spoken(url: SplitResult) -> str | None:
    """The other scheme, if that is what our server speaks there."""
    scheme = _OTHER[url.scheme]
    context = ssl._create_unverified_context() if scheme == "https" else None
    try:
        _asked(url._replace(scheme=scheme), context)
    except (OSError, http.client.HTTPException, ValueError):
        return None
    return scheme


def _ms(date: str | None) -> int | None:
    return None if date is None else int(parsedate_to_datetime(date).timestamp() * 1000)
