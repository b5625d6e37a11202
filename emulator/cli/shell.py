"""`qldb-emulator shell`: statements for people."""

from __future__ import annotations

import gc
import importlib.util
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from emulator.cli import reaching
from emulator.cli.reaching import DEFAULT_ENDPOINT, CaBundle, Endpoint, Region

if TYPE_CHECKING:
    from emulator.client.transport import Transport

commands = typer.Typer()


@commands.command()
def shell(
    ledger: Annotated[str, typer.Argument(help="The ledger's name.")],
    *,
    endpoint: Endpoint = DEFAULT_ENDPOINT,
    region: Region = None,
    ca_bundle: CaBundle = None,
    history: Annotated[
        Path | None,
        typer.Option(
            envvar="QLDB_EMULATOR_HISTORY", help="The file that keeps what is typed; in the home folder unless given."
        ),
    ] = None,
) -> None:
    """Type statements, see what they return, and try transactions by hand."""
    if importlib.util.find_spec("prompt_toolkit") is None:
        _fail("the shell needs prompt-toolkit: pip install 'qldb-emulator[shell]'")
    if not sys.stdin.isatty() or not sys.stdout.isatty():
        raise typer.BadParameter("the shell is for a terminal; wanted `qldb-emulator exec` for scripts and pipes")
    gc.enable()
    transport = reaching.transport(endpoint, ca_bundle)
    try:
        _talk(transport, ledger, endpoint, region, history or _default_history())
    finally:
        transport.close()


def _talk(transport: Transport, ledger: str, url: str, region: str | None, history: Path) -> None:
    from emulator.client.driver import Driver  # noqa: PLC0415
    from emulator.client.transport import ServerError  # noqa: PLC0415
    from emulator.clock import SystemClock  # noqa: PLC0415
    from emulator.shell.conversation import Conversation, Place, lifetime_ms  # noqa: PLC0415
    from emulator.shell.output import Output  # noqa: PLC0415
    from emulator.shell.terminal.prompting import converse  # noqa: PLC0415
    from emulator.shell.words import status_of, told  # noqa: PLC0415

    try:
        place = Place(url, lambda name: Driver(transport, name, region), lifetime_ms(transport))
        conversation = Conversation(place, ledger, SystemClock(), Output(sys.stdout))
        conversation.begin()
    except (ServerError, OSError) as error:
        _fail(told(error, url), status_of(error))
    converse(conversation, history)


def _default_history() -> Path:
    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(state, "qldb-emulator", "history")


def _fail(message: str, status: int = 1) -> NoReturn:
    typer.echo(f"qldb-emulator: {message}", err=True)
    raise typer.Exit(status)
