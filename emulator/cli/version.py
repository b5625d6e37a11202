"""`qldb-emulator version`."""

import typer

from emulator import __version__

commands = typer.Typer()


@commands.command()
def version() -> None:
    """Print the version."""
    typer.echo(__version__)
