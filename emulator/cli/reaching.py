"""How a command is told where the server is: options that several commands have, and what an endpoint may be."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

if TYPE_CHECKING:
    from emulator.client.transport import HttpTransport

DEFAULT_ENDPOINT = "http://127.0.0.1:8000"


def is_url(text: str) -> bool:
    """Whether it is a URL that a server can be at."""
    try:
        url = urlsplit(text)
        return url.scheme in ("http", "https") and bool(url.hostname) and url.port != 0
    except ValueError:
        return False


def url(endpoint: str | None) -> str | None:
    """The endpoint of an option; a usage error where it is no URL."""
    if endpoint is not None and not is_url(endpoint):
        raise typer.BadParameter(f"wanted a URL such as {DEFAULT_ENDPOINT}, got {endpoint!r}")
    return endpoint


Endpoint = Annotated[
    str,
    typer.Option(envvar=["AWS_ENDPOINT_URL_QLDB_SESSION", "AWS_ENDPOINT_URL"], help="The server's URL.", callback=url),
]
Region = Annotated[
    str | None,
    typer.Option(
        envvar=["AWS_REGION", "AWS_DEFAULT_REGION"], help="The Region the ledger is in; the server's unless given."
    ),
]
CaBundle = Annotated[
    Path | None,
    typer.Option(
        envvar="AWS_CA_BUNDLE", help="The certificate to trust, for an https endpoint.", exists=True, dir_okay=False
    ),
]


def transport(endpoint: str, ca_bundle: Path | None) -> HttpTransport:
    """The way to the server; a usage error where the certificate is none."""
    from emulator.client.transport import HttpTransport  # noqa: PLC0415

    try:
        return HttpTransport(endpoint, None if ca_bundle is None else str(ca_bundle))
    except OSError as error:
        raise typer.BadParameter(f"{ca_bundle} has no certificate that can be read: {error}") from error
