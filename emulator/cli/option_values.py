"""What values of options are read as, and which of them are refused: a sentence each, as `typer.BadParameter`."""

from pathlib import Path
from urllib.parse import urlsplit

import typer

from emulator.clock import ClockStart
from emulator.settings import Settings

LOG_LEVELS = ("critical", "error", "warning", "info", "debug")


def log_level(level: str) -> str:
    if level.lower() not in LOG_LEVELS:
        raise typer.BadParameter(f"wanted one of {', '.join(LOG_LEVELS)}")
    return level.lower()


def region(name: str) -> str:
    if not name or name.strip("abcdefghijklmnopqrstuvwxyz0123456789-"):
        raise typer.BadParameter("wanted a Region such as us-east-1")
    return name


def tls(kind: str | None) -> str | None:
    if kind not in (None, "self-signed"):
        raise typer.BadParameter("wanted self-signed; a certificate of yours is named by --tls-cert")
    return kind


def account_id(digits: str) -> str:
    if len(digits) != 12 or not (digits.isascii() and digits.isdigit()):
        raise typer.BadParameter("wanted the 12 digits of an AWS account")
    return digits


def clock(text: str) -> ClockStart:
    try:
        return ClockStart.of(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def url(text: str | None) -> str | None:
    parts = urlsplit(text or "")
    if text and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise typer.BadParameter("wanted a URL such as http://127.0.0.1:9000")
    return text or None


def folder(text: str) -> Path:
    if not text.startswith("file:"):
        return Path(text)
    parts = urlsplit(text)
    if parts.netloc not in ("", "localhost") or not parts.path:
        raise typer.BadParameter("wanted a path, or a URL such as file:///tmp/exports")
    from urllib.request import url2pathname  # noqa: PLC0415 - brings a client for HTTP along, and is rarely needed

    return Path(url2pathname(parts.path))


def refuse_contradictions(settings: Settings) -> None:
    """Options that make no sense together."""
    if settings.tls is not None and settings.tls_cert is not None:
        raise typer.BadParameter("--tls self-signed and --tls-cert are two certificates; wanted one of them")
    if settings.tls_key is not None and settings.tls_cert is None:
        raise typer.BadParameter("--tls-key is the key to a certificate; wanted --tls-cert too")
    if settings.tls_port is not None and settings.https_port is None:
        raise typer.BadParameter("--tls-port is of https; wanted --tls self-signed or --tls-cert too")
    if settings.check_roles and not settings.sandbox:
        raise typer.BadParameter("--check-roles looks at the IAM of the sandbox; wanted --sandbox too")
