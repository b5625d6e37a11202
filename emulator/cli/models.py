"""`qldb-emulator models`: where the service descriptions are, and copies of them where botocore looks by itself."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from emulator.kit import descriptions
from emulator.kit.descriptions import DescriptionsError

T = TypeVar("T")
_Folder = Annotated[Path | None, typer.Option(help="The folder of copies; ~/.aws/models unless named.")]

commands = typer.Typer()
models = typer.Typer(name="models", help="The service descriptions of QLDB, which newer AWS SDKs and CLIs lack.")
commands.add_typer(models)


@models.command()
def path() -> None:
    """Print the folder for AWS_DATA_PATH."""
    typer.echo(descriptions.MODELS)


@models.command()
def install(folder: _Folder = None) -> None:
    """Copy the descriptions to where boto3 and the AWS CLI find them without any variable."""
    target = folder or descriptions.default_folder()
    copied = _or_exit(lambda: descriptions.install(target))
    typer.echo(f"{len(copied)} files are in {target}.")
    if target != descriptions.default_folder():
        typer.echo(f"Clients find them there with AWS_DATA_PATH={target.resolve()}")


@models.command()
def uninstall(folder: _Folder = None) -> None:
    """Remove the copies, and nothing else."""
    target = folder or descriptions.default_folder()
    removal = _or_exit(lambda: descriptions.uninstall(target))
    typer.echo(f"{len(removal.removed)} files were removed from {target}.")
    for name in removal.kept:
        typer.echo(f"{target / name} was changed since, and stays.")


def _or_exit(act: Callable[[], T]) -> T:
    try:
        return act()
    except DescriptionsError as error:
        typer.echo(f"qldb-emulator: {error}", err=True)
        raise typer.Exit(1) from None
