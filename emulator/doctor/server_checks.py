"""Checks of the server at the endpoint."""

from __future__ import annotations

import shlex
import sys
from urllib.parse import urlsplit

from emulator import __version__
from emulator.doctor.circumstances import Circumstances
from emulator.doctor.finding import Finding, note, ok, problem, skipped

_SKEW_MS = 5 * 60_000
"""What AWS clients and services allow each other."""
_SET_TIME = {"darwin": "sudo sntp -sS time.apple.com", "win32": "w32tm /resync"}
_NO_SERVER = "there is no server to ask"


def server(around: Circumstances) -> Finding:
    """The emulator answers at the endpoint, in the endpoint's protocol."""
    meeting, url = around.meeting, urlsplit(around.endpoint)
    if meeting.info is not None:
        return ok(f"{around.endpoint} answers")
    if meeting.speaks is not None:
        right = url._replace(scheme=meeting.speaks).geturl()
        return problem(f"{around.endpoint} speaks {meeting.speaks}, not {url.scheme}", around.lead_to(right))
    if meeting.distrust:
        return problem(f"{around.endpoint}: {meeting.trouble}", f"export AWS_CA_BUNDLE={_certificate(around)}")
    port = (url.port or 8000) + (1 if meeting.is_listening else 0)
    return problem(f"{around.endpoint}: {meeting.trouble}", f"{around.command} serve --port {port}")


def _certificate(around: Circumstances) -> str:
    kept = (around.data_dir / "tls" / "certificate.pem").absolute()
    return shlex.quote(str(kept)) if kept.exists() else "path/of/its/certificate.pem"


def version(around: Circumstances) -> Finding:
    """The server is of the version that is installed here."""
    info = around.meeting.info
    if info is None:
        return skipped(_NO_SERVER)
    if info["version"] != __version__:
        return note(f"the server is {info['version']}, this command {__version__}")
    return ok(__version__)


def time(around: Circumstances) -> Finding:
    """Server and client have the same time, as machines and containers do not always."""
    date_ms = around.meeting.date_ms
    if date_ms is None:
        return skipped(_NO_SERVER)
    skew_ms = date_ms - around.clock.now_ms()
    if abs(skew_ms) > _SKEW_MS:
        ahead = "ahead of" if skew_ms > 0 else "behind"
        return problem(
            f"the server's clock is {abs(skew_ms) // 1000} seconds {ahead} this machine's",
            _SET_TIME.get(sys.platform, "sudo timedatectl set-ntp true"),
        )
    return ok("the same as the server's")
