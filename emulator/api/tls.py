"""TLS: which certificate to serve https with, and the context that does."""

from __future__ import annotations

import ssl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from emulator.clock import SystemClock
from emulator.errors import StartError
from emulator.frozen import frozen
from emulator.settings import Settings


@frozen
class Tls:
    """What https is served with."""

    context: ssl.SSLContext
    trust: Path | None
    """The certificate that clients have to be told to trust; None for one the user brought."""


@contextmanager
def tls_of(settings: Settings) -> Iterator[Tls | None]:
    """What the settings ask for; None is no https. Raises StartError.

    A certificate of our own is kept in the data directory; without one it is gone at the end.
    """
    if settings.tls_cert is not None:
        yield Tls(_context(settings.tls_cert, settings.tls_key), None)
    elif settings.tls is None:
        yield None
    elif settings.folder is not None:
        yield _own(settings, settings.folder / "tls")
    else:
        with tempfile.TemporaryDirectory(prefix="qldb-emulator-") as folder:
            yield _own(settings, Path(folder))


def _own(settings: Settings, folder: Path) -> Tls:
    from emulator.api.certificate import names_of, self_signed  # noqa: PLC0415 - takes a while to import

    try:
        # Clients compare with the time there is, whatever time the ledgers are told it is.
        made = self_signed(folder, names_of(settings.host), SystemClock().now_ms())
    except OSError as error:
        raise StartError(f"The certificate cannot be kept in {folder}: {error.strerror or error}.") from error
    return Tls(_context(made.certificate, made.key), made.certificate.resolve())


def _context(certificate: Path, key: Path | None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    try:
        context.load_cert_chain(certificate, key, password=_no_password)
    except (OSError, ValueError) as error:  # ssl.SSLError is an OSError
        files = f"{certificate}" if key is None else f"{certificate} with the key {key}"
        raise StartError(f"The certificate {files} cannot be used: {_reason(error)}.") from error
    return context


def _no_password() -> str:
    raise ValueError("the key is encrypted, which is not supported")


def _reason(error: Exception) -> str:
    if isinstance(error, ssl.SSLError):
        return (error.reason or "it is not a certificate and key in PEM").replace("_", " ").lower()
    return str(getattr(error, "strerror", None) or error)
