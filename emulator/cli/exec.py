"""`qldb-emulator exec`: statements for scripts. Results go to stdout, everything else to stderr."""

from __future__ import annotations

import gc
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from emulator.cli import reaching
from emulator.cli.reaching import DEFAULT_ENDPOINT, CaBundle, Endpoint, Region

if TYPE_CHECKING:
    from emulator.ion.values import Value
    from emulator.shell.script import Source, Step, Stopped

_FORMATS = ("ion", "json", "table", "csv")
_APART = ("table", "csv")
"""The formats in which results are told apart by an empty line, because each begins with the names of its fields."""

_STDIN = "-"

commands = typer.Typer()


def _format(name: str) -> str:
    if name not in _FORMATS:
        raise typer.BadParameter(f"wanted one of {', '.join(_FORMATS)}")
    return name


@commands.command("exec")
def execute(
    ledger: Annotated[str, typer.Argument(help="The ledger's name.")],
    *,
    statements: Annotated[
        list[str] | None,
        typer.Option("--execute", "-e", metavar="TEXT", help="Statements, separated by semicolons; may be repeated."),
    ] = None,
    files: Annotated[
        list[str] | None,
        typer.Option("--file", "-f", metavar="FILE", help="A file with statements; may be repeated; - is stdin."),
    ] = None,
    parameters: Annotated[
        list[str] | None,
        typer.Option("--parameter", "-p", metavar="ION", help="Ion text for the next ?; may be repeated."),
    ] = None,
    output: Annotated[
        str, typer.Option("--format", metavar="NAME", help=f"One of {', '.join(_FORMATS)}.", callback=_format)
    ] = "ion",
    one_transaction: Annotated[
        bool, typer.Option("--one-transaction", help="All statements in one transaction, not each in its own.")
    ] = False,
    stats: Annotated[bool, typer.Option("--stats", help="Say on stderr what each statement cost.")] = False,
    endpoint: Endpoint = DEFAULT_ENDPOINT,
    region: Region = None,
    ca_bundle: CaBundle = None,
) -> None:
    """Run statements and print what they return. They come from -e, or -f, or stdin.

    Exit status: 0 all were committed, 1 one was refused, 2 wrong usage, 3 the server is not reached, 4 a conflict that
    did not go away.
    """
    from emulator.client.driver import Driver  # noqa: PLC0415
    from emulator.shell.formats import FORMATS  # noqa: PLC0415
    from emulator.shell.output import Output  # noqa: PLC0415
    from emulator.shell.script import Stopped, play  # noqa: PLC0415
    from emulator.shell.words import costs_of, status_of  # noqa: PLC0415

    gc.enable()
    plan = _plan(_sources(statements or [], files or []), parameters or [])
    transport = reaching.transport(endpoint, ca_bundle)
    driver, out = Driver(transport, ledger, region), Output(sys.stdout)

    try:
        for committed in play(driver, plan, as_one=one_transaction):
            for result in committed.results:
                out.write(FORMATS[output](result.rows, out.width), apart=output in _APART)
            for line in costs_of(committed) if stats else ():
                _say(line)
    except Stopped as stop:
        _complain(stop, endpoint)
        raise typer.Exit(status_of(stop.error)) from None
    finally:
        driver.end()
        transport.close()


def _sources(statements: list[str], files: list[str]) -> list[Source]:
    from emulator.shell.script import Source  # noqa: PLC0415

    if statements and files:
        raise typer.BadParameter("-e and -f together leave open which comes first; wanted one of them")
    if not statements and not files:
        if sys.stdin.isatty():
            raise typer.BadParameter("nothing to run; wanted -e STATEMENT, -f FILE, or statements on stdin")
        files = [_STDIN]
    if statements:
        return [Source(f"-e {place}", text) for place, text in enumerate(statements, 1)]
    return [Source("stdin" if name == _STDIN else name, _read(name)) for name in files]


def _read(name: str) -> str:
    try:
        content = sys.stdin.buffer.read() if name == _STDIN else Path(name).read_bytes()
        return content.decode("utf-8-sig")
    except OSError as error:
        raise typer.BadParameter(f"{name} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise typer.BadParameter(
            f"{name} is not UTF-8: byte {error.start} is {error.object[error.start]:#x}"
        ) from error


def _plan(sources: list[Source], parameters: list[str]) -> list[Step]:
    """What to run; nothing is run when a part of it is not of the language."""
    from emulator.shell.script import NotStatements, WrongParameters, steps  # noqa: PLC0415
    from emulator.shell.words import REFUSED  # noqa: PLC0415

    try:
        return steps(sources, [_value(text) for text in parameters])
    except WrongParameters as error:
        raise typer.BadParameter(str(error)) from error
    except NotStatements as error:
        _say(f"{error.source.name}: {error.message}", error.source.text)
        raise typer.Exit(REFUSED) from None


def _value(text: str) -> Value:
    from emulator.ion.codec import read_text  # noqa: PLC0415
    from emulator.ion.errors import IonError  # noqa: PLC0415

    try:
        return read_text(text)
    except IonError as error:
        raise typer.BadParameter(f"{text!r} is no Ion value: {error}", param_hint="-p") from error


def _complain(stop: Stopped, url: str) -> None:
    from emulator.shell.words import told  # noqa: PLC0415

    where, text = (
        ("", "") if stop.step is None else (f"{stop.step.source}, line {stop.step.line}: ", stop.step.call.text)
    )
    _say(where + told(stop.error, url), text)
    if stop.total > 1:
        _say(f"Of {stop.total} statements {stop.done or 'none'} {'was' if stop.done == 1 else 'were'} committed.")


def _say(message: str, text: str = "") -> None:
    """A message on stderr, with the place in a text that it names."""
    from emulator.shell.words import pointed_at  # noqa: PLC0415

    for line in [f"qldb-emulator: {message}", *(f"    {line}" for line in pointed_at(message, text))]:
        typer.echo(line, err=True)
