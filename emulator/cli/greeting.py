"""What the server says once it serves: where it is, and the lines to copy."""

import sys
from pathlib import Path

import typer

from emulator import __version__
from emulator.cli.own_name import own_name
from emulator.kit.descriptions import MODELS
from emulator.settings import Settings


def greet(settings: Settings, endpoints: list[str], trust: Path | None) -> None:
    """Say so on stdout. The first endpoint is that of http; `trust` is the certificate of our own, if any."""
    where = "in memory" if settings.folder is None else f"in {settings.folder}"
    serves = "serves, with its sandbox," if settings.sandbox else "serves"
    typer.echo(
        f"""QLDB emulator {__version__} {serves} on {" and ".join(endpoints)}, ledgers are kept {where}. To use it:

eval "$({own_name()} env --endpoint {endpoints[0]} --region {settings.region})"

or, by hand:

export AWS_ENDPOINT_URL={endpoints[0]} AWS_DATA_PATH={MODELS}
export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local
export AWS_REGION={settings.region} AWS_DEFAULT_REGION={settings.region}
{_about_https(endpoints[1], trust) if trust else ""}
python -c "import boto3; print(boto3.client('qldb').create_ledger(Name='first', PermissionsMode='STANDARD'))"
"""
    )
    sys.stdout.flush()


def _about_https(endpoint: str, trust: Path) -> str:
    return f"""
For https, with the certificate that was made for it:

export AWS_ENDPOINT_URL={endpoint} AWS_CA_BUNDLE={trust} NODE_EXTRA_CA_CERTS={trust}
"""
