"""The options of `serve`, a row for each setting. What a setting is called, its type and its default stand in
`Settings`; the option, and the variable `QLDB_EMULATOR_<NAME>`, are called the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from inspect import Parameter, Signature
from pathlib import Path
from typing import Annotated, Any

import typer

from emulator.cli import option_values as read
from emulator.settings import TLS_PORT, Settings

_DEFAULT = Settings(data_dir=Path("qldb-data"))


MakeParameter = Callable[[str, Any], Parameter]
"""Makes the parameter of a command that a setting is, from its name and type."""


def _option(
    text: str, *, kind: Any = None, also: tuple[str, ...] = (), opposite: str = "", **rules: Any
) -> MakeParameter:
    """A row: what the help says of a setting, and rules of typer's for its values.

    `kind` is its type where typer does not take the setting's own. Variables of others may be read `also`, and a switch
    may have an `opposite`.
    """

    def parameter(name: str, kind_of_setting: Any) -> Parameter:
        spelled = f"--{name.replace('_', '-')}" + (f"/--{opposite}" if opposite else "")
        option = typer.Option(spelled, envvar=[f"QLDB_EMULATOR_{name.upper()}", *also], help=text, **rules)
        annotation: Any = Annotated[kind or kind_of_setting, option]
        return Parameter(name, Parameter.KEYWORD_ONLY, default=getattr(_DEFAULT, name), annotation=annotation)

    return parameter


OPTIONS: dict[str, MakeParameter] = {
    # Where it listens
    "host": _option("Address to listen on."),
    "port": _option("Port to listen on; 0 picks a free one.", min=0, max=65535),
    "tls": _option("Serve https too: self-signed makes a certificate, once.", callback=read.tls),
    "tls_cert": _option("Serve https too, with this certificate, a PEM file."),
    "tls_key": _option("The certificate's key, where it has a file of its own."),
    "tls_port": _option(f"Port for https, {TLS_PORT} unless given; 0 picks one.", min=0, max=65535),
    # Whose it is, and where that is kept
    "data_dir": _option("Where ledgers are kept.", kind=Path),
    "in_memory": _option("Keep everything in memory, and no data directory."),
    "region": _option("Region of requests that name none.", callback=read.region),
    "account_id": _option("The account, as in ARNs.", callback=read.account_id),
    "log_level": _option(f"One of {', '.join(read.LOG_LEVELS)}.", callback=read.log_level),
    # Limits, and how long things take
    "max_ledgers": _option("Active ledgers in a Region.", min=1),
    "ledger_creating_ms": _option("How long a new ledger is CREATING.", min=0),
    "ledger_deleting_ms": _option("How long a deleted ledger is DELETING.", min=0),
    "kms_key_updating_ms": _option("How long a new key is UPDATING.", min=0),
    "index_building_ms": _option("How long a new index is BUILDING and FINALIZING at least.", min=0),
    "index_deleting_ms": _option("How long a dropped index is DELETING at least.", min=0),
    "revision_redacting_ms": _option("How long after a redaction the data is there still.", min=0),
    "transaction_lifetime_ms": _option("How long a transaction may stay open.", min=1),
    "session_lifetime_ms": _option("How long a session lasts; 0 is without end.", min=0),
    # How it begins
    "seed": _option("Makes ids repeatable: the same calls give the same journals."),
    "clock": _option(
        "The time to stand still at, such as 2024-01-01T00:00:00Z; with ,tick=1ms it moves with every request, "
        "with ,run it runs on from there.",
        kind=Any,
        parser=read.clock,
        metavar="TIME[,run|,tick=DURATION]",
    ),
    "seed_file": _option("Begin with what this file has: .partiql, .sql, .ion or .json. Repeatable.", kind=list[Path]),
    "seed_ledger": _option("The ledger of seed files that name none; it is made if it is missing."),
    "sample": _option("Begin with a sample ledger: vehicle-registration. Repeatable.", kind=list[str]),
    # Other services
    "sandbox": _option("Answer for S3, Kinesis, IAM and other services too, by moto."),
    "check_roles": _option(
        "Whether roles of exports and streams must exist, trust QLDB and allow what is needed; so in the sandbox.",
        opposite="no-check-roles",
    ),
    "s3_endpoint_url": _option(
        "Where exports go: an S3 of any make. Without it the sandbox, else AWS.",
        also=("AWS_ENDPOINT_URL_S3",),
        callback=read.url,
    ),
    "kinesis_endpoint_url": _option(
        "Where streams go: a Kinesis of any make. Without it the sandbox, else AWS.",
        also=("AWS_ENDPOINT_URL_KINESIS",),
        callback=read.url,
    ),
    # Exports and streams
    "export_dir": _option(
        "Export to this folder (a path or a file:// URL) in place of S3; buckets are folders in it.",
        parser=read.folder,
        metavar="PATH",
    ),
    "export_object_blocks": _option("Blocks in an object of an export, at the most.", min=1),
    "export_retrying_ms": _option("How long an export tries a bucket that fails.", min=0),
    "stream_retrying_ms": _option("How long a stream tries a Kinesis stream that fails.", min=0),
    "stream_chaos": _option("Stream records twice and out of order, as consumers have to bear."),
    # Statements
    "page_values": _option("Values in a page of results.", min=1),
    "page_bytes": _option("Bytes in a page of results.", min=1),
    "statement_log": _option("Statements to remember for each ledger.", min=0, max=1_000_000),
    "slow_statement_ms": _option("How long a statement takes that is logged as slow.", min=0),
}
"""In the order of the help."""


def with_options(command: Callable[..., None]) -> Callable[..., None]:
    """Have a command take the options, each by the name of its setting."""
    kinds = {field.name: field.type for field in fields(Settings)}
    parameters = [make(name, kinds[name]) for name, make in OPTIONS.items()]
    command.__signature__ = Signature(parameters)  # type: ignore[attr-defined]
    command.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return command
