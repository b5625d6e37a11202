"""`qldb-emulator ledger`: keep a ledger of a running server as it is, come back to that, go on from there elsewhere."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

if TYPE_CHECKING:
    from emulator.testing.handle import Qldb

_ENDPOINTS = ("AWS_ENDPOINT_URL_QLDB", "AWS_ENDPOINT_URL")
_DEFAULT = "http://127.0.0.1:8000"

Name = Annotated[str, typer.Argument(help="The ledger.")]
Endpoint = Annotated[
    str | None, typer.Option(help=f"Where the server is; {' or '.join(_ENDPOINTS)}, or {_DEFAULT}, unless named.")
]
Region = Annotated[str | None, typer.Option(help="The ledger's Region, where it is not the server's own.")]
Block = Annotated[int | None, typer.Option(help="The last block that is kept.", min=0)]
SnapshotId = Annotated[str | None, typer.Option(help="The id of a snapshot.")]

T = TypeVar("T")

commands = typer.Typer()
ledger = typer.Typer(name="ledger", help="Snapshots and forks of the ledgers of a server that runs.")
commands.add_typer(ledger)


@ledger.command()
def snapshot(name: Name, endpoint: Endpoint = None, region: Region = None) -> None:
    """Keep a ledger as it is now; prints the id of the snapshot."""
    typer.echo(_asked(endpoint, region, name, lambda qldb: qldb.snapshot()))


@ledger.command()
def snapshots(endpoint: Endpoint = None, region: Region = None) -> None:
    """List what is kept, oldest first: id, ledger, its last block, and when."""
    for kept in _asked(endpoint, region, None, lambda qldb: qldb.snapshots()):
        typer.echo("  ".join(str(kept[name]) for name in ("snapshotId", "ledger", "sequenceNo", "createdAt")))


@ledger.command()
def remove_snapshot(
    snapshot: Annotated[str, typer.Argument(help="The id of a snapshot.")],
    endpoint: Endpoint = None,
    region: Region = None,
) -> None:
    """Keep a snapshot no longer."""
    _asked(endpoint, region, None, lambda qldb: qldb.remove_snapshot(snapshot))


@ledger.command()
def restore(
    name: Name,
    snapshot: SnapshotId = None,
    block: Block = None,
    endpoint: Endpoint = None,
    region: Region = None,
) -> None:
    """Make a ledger what a snapshot is, or what it was itself at a block. Its sessions end."""
    _asked(endpoint, region, name, lambda qldb: qldb.restore(snapshot, block=block))


@ledger.command()
def reset(name: Name, endpoint: Endpoint = None, region: Region = None) -> None:
    """Make a ledger what it was when it was created. Its sessions end."""
    _asked(endpoint, region, name, lambda qldb: qldb.reset())


@ledger.command()
def fork(
    *,
    name: Name,
    new_name: Annotated[str, typer.Argument(help="The ledger that is made.")],
    snapshot: SnapshotId = None,
    block: Block = None,
    endpoint: Endpoint = None,
    region: Region = None,
) -> None:
    """Make another ledger with the blocks of this one, or of a snapshot of it."""

    def ask(qldb: Qldb) -> None:
        if snapshot is not None:
            _refuse_anothers(qldb.snapshots(), snapshot, name)
        qldb.fork(new_name, block=block, snapshot=snapshot)

    _asked(endpoint, region, name, ask)


def _refuse_anothers(snapshots: list[dict[str, Any]], snapshot: str, name: str) -> None:
    """ValueError for a snapshot of another ledger than is named. Of one that is not there, forking tells."""
    for kept in snapshots:
        if kept["snapshotId"] == snapshot and kept["ledger"] != name:
            raise ValueError(f"the snapshot {snapshot} is of the ledger {kept['ledger']}, not of {name}")


def _asked(endpoint: str | None, region: str | None, name: str | None, ask: Callable[[Qldb], T]) -> T:
    from emulator.client.transport import HttpTransport, ServerError  # noqa: PLC0415 - see the package
    from emulator.testing.handle import Qldb  # noqa: PLC0415 - as above

    url = endpoint or next(filter(None, map(os.environ.get, _ENDPOINTS)), _DEFAULT)
    try:
        return ask(Qldb(HttpTransport(url, os.environ.get("AWS_CA_BUNDLE")), name, region))
    except (ServerError, ValueError) as error:
        typer.echo(f"qldb-emulator: {error}", err=True)
    except OSError as error:
        typer.echo(f"qldb-emulator: {url} does not answer as an emulator does: {error}", err=True)
    raise typer.Exit(1)
