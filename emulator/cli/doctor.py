"""`qldb-emulator doctor`: what is wrong between a client and the server, and the command that mends it."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from emulator.cli.own_name import own_name
from emulator.cli.reaching import is_url, url
from emulator.kit.variables import url_of
from emulator.settings import Settings

if TYPE_CHECKING:
    from emulator.doctor.finding import Finding

commands = typer.Typer()


@commands.command()
def doctor(
    *,
    python: Annotated[
        str | None,
        typer.Option(help="The Python your program runs with; unless named, the active environment's, or our own."),
    ] = None,
    endpoint: Annotated[
        str | None, typer.Option(help="The server's URL; where the variables lead unless given.", callback=url)
    ] = None,
    data_dir: Annotated[
        Path | None, typer.Option(envvar="QLDB_EMULATOR_DATA_DIR", help="Where ledgers are kept.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> None:
    """Look at Python, variables, server and data directory; print the command that fixes each problem.

    The exit status is 1 when there is a problem.
    """
    from emulator.clock import SystemClock  # noqa: PLC0415
    from emulator.doctor.checks import examine  # noqa: PLC0415
    from emulator.doctor.circumstances import Circumstances  # noqa: PLC0415

    where = endpoint or _led_to(os.environ)
    around = Circumstances(
        python or _active_python(), os.environ, where, data_dir or Path("qldb-data"), SystemClock(), own_name()
    )
    if data_dir is None and around.meeting.data_dir is not None and around.meeting.data_dir.is_dir():
        around = dataclasses.replace(around, data_dir=around.meeting.data_dir)
    findings = examine(around)
    typer.echo(_json(findings) if as_json else _text(findings))
    raise typer.Exit(any(finding.status == "problem" for finding in findings.values()))


def _led_to(environment: Mapping[str, str]) -> str:
    """Where clients go by the variables; where the server is by itself when they say nothing of use."""
    named = environment.get("AWS_ENDPOINT_URL_QLDB") or environment.get("AWS_ENDPOINT_URL") or ""
    if is_url(named):
        return named
    served = Settings()
    port = environment.get("QLDB_EMULATOR_PORT", "")
    return url_of(environment.get("QLDB_EMULATOR_HOST") or served.host, int(port) if port.isdigit() else served.port)


def _active_python() -> str:
    """That of the virtual environment that the shell is in, else the one we run with."""
    folder = os.environ.get("VIRTUAL_ENV")
    active = Path(folder or "", "Scripts" if os.name == "nt" else "bin", "python")
    return str(active) if folder and shutil.which(active) else sys.executable


def _json(findings: Mapping[str, Finding]) -> str:
    listed = [{"check": name, **dataclasses.asdict(finding)} for name, finding in findings.items()]
    return json.dumps({"healthy": not _problems(findings), "findings": listed}, indent=2)


def _text(findings: Mapping[str, Finding]) -> str:
    lines = [line for name, finding in findings.items() for line in _lines(name, finding)]
    count = _problems(findings)
    summary = "No problem was found." if count == 0 else f"{count} problem{'s' if count > 1 else ''}."
    return "\n".join([*lines, "", summary])


def _lines(name: str, finding: Finding) -> list[str]:
    first = f"{finding.status:<8} {name:<13} {finding.says}"
    return [first] if finding.fix is None else [first, f"{'':<22} {finding.fix}"]


def _problems(findings: Mapping[str, Finding]) -> int:
    return sum(finding.status == "problem" for finding in findings.values())
