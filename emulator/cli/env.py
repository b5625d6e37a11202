"""`qldb-emulator env`: a script for the user's shell that leads AWS clients to the emulator, and one that ends that."""

from pathlib import Path
from typing import Annotated

import typer

from emulator.cli.reaching import url
from emulator.kit.descriptions import MODELS
from emulator.kit.shells import OFF, SHELLS
from emulator.kit.variables import Way, url_of, variables
from emulator.settings import Settings

_DEFAULT = Settings()

commands = typer.Typer()


def _shell(name: str) -> str:
    if name not in SHELLS:
        raise typer.BadParameter(f"wanted one of {', '.join(SHELLS)}")
    return name


@commands.command()
def env(
    *,
    shell: Annotated[str, typer.Option(help=f"One of {', '.join(SHELLS)}.", callback=_shell)] = "sh",
    endpoint: Annotated[
        str | None, typer.Option(help="The server's URL; made of host and port unless given.", callback=url)
    ] = None,
    host: Annotated[str, typer.Option(envvar="QLDB_EMULATOR_HOST", help="Where the server listens.")] = _DEFAULT.host,
    port: Annotated[int, typer.Option(envvar="QLDB_EMULATOR_PORT", help="On which port.")] = _DEFAULT.port,
    region: Annotated[str, typer.Option(envvar="QLDB_EMULATOR_REGION", help="The Region to be in.")] = _DEFAULT.region,
    only_qldb: Annotated[
        bool, typer.Option("--only-qldb", help="Leave all other services, credentials and Region as they are.")
    ] = False,
    ca_bundle: Annotated[
        Path | None, typer.Option(help="The certificate to trust, for an https endpoint.", exists=True, dir_okay=False)
    ] = None,
    unset: Annotated[bool, typer.Option("--unset", help="Put back what was there before.")] = False,
) -> None:
    """Print a script for your shell. Run it with: eval "$(qldb-emulator env)". Take it back with: qldb_emulator_off."""
    dialect = SHELLS[shell]
    if unset:
        typer.echo(dialect.off)
        return
    bundle = None if ca_bundle is None else ca_bundle.resolve()
    way = Way(endpoint or url_of(host, port), region, only_qldb=only_qldb, ca_bundle=bundle)
    typer.echo(f"# Run by: {dialect.evaluate.format('qldb-emulator env')}. Taken back by: {OFF}")
    typer.echo(dialect.on(variables(way), str(MODELS)))
