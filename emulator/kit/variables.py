"""The variables that lead AWS clients to the emulator, and what they would be for each way of using it."""

from __future__ import annotations

from pathlib import Path

from emulator.frozen import frozen

DATA_PATH = "AWS_DATA_PATH"
CREDENTIAL = "local"
"""Both halves of the credentials. Any would do: they are not checked, but clients insist on having some."""


@frozen
class Way:
    """How clients are to reach the emulator."""

    endpoint: str
    region: str
    only_qldb: bool = False
    """Only QLDB goes to the emulator; other services, and so credentials and Region, stay what they are."""
    ca_bundle: Path | None = None
    """The certificate to trust, for an https endpoint."""


def variables(way: Way) -> dict[str, str]:
    """The variables and their values, but for AWS_DATA_PATH, which the descriptions are appended to."""
    return {**_endpoints(way), **_identity(way), **_trust(way)}


def url_of(host: str, port: int) -> str:
    """The URL at which a client on this machine reaches a server that listens there."""
    reached = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{reached}:{port}"


def _endpoints(way: Way) -> dict[str, str]:
    # AWS_ENDPOINT_URL redirects every service of AWS there is, S3 and STS included.
    names = ("AWS_ENDPOINT_URL_QLDB", "AWS_ENDPOINT_URL_QLDB_SESSION") if way.only_qldb else ("AWS_ENDPOINT_URL",)
    return dict.fromkeys(names, way.endpoint)


def _identity(way: Way) -> dict[str, str]:
    if way.only_qldb:
        return {}
    return {
        "AWS_ACCESS_KEY_ID": CREDENTIAL,
        "AWS_SECRET_ACCESS_KEY": CREDENTIAL,
        "AWS_REGION": way.region,
        "AWS_DEFAULT_REGION": way.region,
    }


def _trust(way: Way) -> dict[str, str]:
    if way.ca_bundle is None:
        return {}
    path = str(way.ca_bundle)
    return {"AWS_CA_BUNDLE": path, "NODE_EXTRA_CA_CERTS": path}
