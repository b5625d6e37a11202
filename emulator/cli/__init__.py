"""The command `qldb-emulator`. `serve` is what it does when no command is named.

Each command is a module here with its `commands`, and a line in `COMMANDS`. Only the module that is asked for is
imported, and it imports what it needs once the options are read, so that help and mistakes answer at once.
"""

import gc
import sys
from importlib import import_module

import typer

COMMANDS = {
    "serve": "emulator.cli.serve",
    "shell": "emulator.cli.shell",
    "exec": "emulator.cli.exec",
    "env": "emulator.cli.env",
    "models": "emulator.cli.models",
    "ledger": "emulator.cli.ledger",
    "doctor": "emulator.cli.doctor",
    "version": "emulator.cli.version",
}
"""The commands, in the order of the help, and where they are."""

_HELP = "A local Amazon QLDB. Without a command it serves; `serve --help` has the options."
_SPELLINGS = {"--version": "version"}
_ABOUT_ALL = ("--help",)


def main() -> None:
    """Run the command line, `serve` where it names no command."""
    # Of what is read and built while starting nothing is garbage, and looking for some takes a quarter of the time.
    gc.disable()
    arguments = named(sys.argv[1:])
    command_line(arguments[0])(args=arguments, prog_name="qldb-emulator")


def named(arguments: list[str]) -> list[str]:
    """The arguments, with a command in front: `serve` where they begin with an option of it."""
    first = arguments[0] if arguments else ""
    if first in _SPELLINGS:
        return [_SPELLINGS[first], *arguments[1:]]
    if first in _ABOUT_ALL or (first and not first.startswith("-")):
        return arguments
    return ["serve", *arguments]


def command_line(name: str) -> typer.Typer:
    """The command line with one command; with all of them where the name is of none."""
    app = typer.Typer(
        help=_HELP,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        callback=_nothing_yet,
    )
    for module in [COMMANDS[name]] if name in COMMANDS else COMMANDS.values():
        app.add_typer(import_module(module).commands)
    return app


def _nothing_yet() -> None:
    """One command alone is a command of the program too, and not the program."""
