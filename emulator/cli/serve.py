"""`qldb-emulator serve`: the server, which is imported only once the options are read. These are in `options.py`."""

import gc
import logging
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import typer

from emulator.cli.greeting import greet
from emulator.cli.option_values import refuse_contradictions
from emulator.cli.options import with_options
from emulator.cli.seeds import plant, seeds_of
from emulator.errors import StartError
from emulator.settings import Settings

if TYPE_CHECKING:
    from emulator.api.server import Listener
    from emulator.api.tls import Tls
    from emulator.sandbox.sandbox import Sandbox

commands = typer.Typer()

_GC_ALLOCATIONS = 20_000


@commands.command()
@with_options
def serve(**chosen: Any) -> None:
    """Serve until SIGTERM or Ctrl-C. Every option can also be given as QLDB_EMULATOR_<NAME>."""
    settings = Settings(**chosen)
    refuse_contradictions(settings)
    _log_to_stderr(settings.log_level)
    try:
        _serve(settings)
    except KeyboardInterrupt:
        raise typer.Exit(0) from None


def _serve(settings: Settings) -> None:
    try:
        with ExitStack() as until_the_end:
            _serve_within(until_the_end, settings)
    except StartError as error:
        typer.echo(f"qldb-emulator: {error}", err=True)
        raise typer.Exit(1) from None


def _serve_within(until_the_end: ExitStack, settings: Settings) -> None:
    from emulator.api.app import create_app  # noqa: PLC0415
    from emulator.api.server import Listener, listen, serve  # noqa: PLC0415
    from emulator.api.tls import tls_of  # noqa: PLC0415
    from emulator.runtime import Emulator  # noqa: PLC0415

    seeds = seeds_of(settings)
    http = Listener(listen(settings.host, settings.port))
    secure = None if settings.https_port is None else listen(settings.host, settings.https_port)
    sandbox = _sandbox(settings) if settings.sandbox else None
    emulator = Emulator(settings)
    until_the_end.callback(emulator.close)
    emulator.sandbox_url = http.endpoint if settings.sandbox else None
    plant(emulator, seeds)
    tls = until_the_end.enter_context(tls_of(settings))
    listeners = [http] if tls is None or secure is None else [http, Listener(secure, tls.context)]
    serve(create_app(emulator, sandbox), listeners, lambda: _begin(settings, listeners, tls))


def _sandbox(settings: Settings) -> "Sandbox":
    from emulator.sandbox.sandbox import Sandbox  # noqa: PLC0415 - only for who asks for it

    return Sandbox(settings)


def _begin(settings: Settings, listeners: "list[Listener]", tls: "Tls | None") -> None:
    # What statements make is gone with them, without the collector: it need not look so often for the rest.
    gc.freeze()
    gc.set_threshold(_GC_ALLOCATIONS)
    gc.enable()
    greet(settings, [listener.endpoint for listener in listeners], None if tls is None else tls.trust)


def _log_to_stderr(level: str) -> None:
    logging.basicConfig(level=level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    if level == "info":
        # The server's own words about starting and stopping say nothing a user asked for.
        logging.getLogger("uvicorn").setLevel(logging.WARNING)
