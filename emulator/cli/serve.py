"""`qldb-emulator serve`: the options and the server.

The server is imported only once the options are read.
"""

import gc
import logging
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

import typer

from emulator.cli.greeting import greet
from emulator.cli.seeds import plant, seeds_of
from emulator.clock import ClockStart
from emulator.errors import StartError
from emulator.settings import TLS_PORT, Settings

if TYPE_CHECKING:
    from emulator.api.server import Listener
    from emulator.api.tls import Tls
    from emulator.sandbox.sandbox import Sandbox

_LOG_LEVELS = ("critical", "error", "warning", "info", "debug")
_DEFAULT = Settings(data_dir=Path("qldb-data"))

commands = typer.Typer()

_GC_ALLOCATIONS = 20_000


def _option(name: str, text: str, also: tuple[str, ...] = (), opposite: str = "", **rules: Any) -> Any:
    """An option with its variable, and others that it is `also` read from; a switch may have an `opposite`."""
    variables = [f"QLDB_EMULATOR_{name.replace('-', '_').upper()}", *also]
    spelled = f"--{name}/--{opposite}" if opposite else f"--{name}"
    return typer.Option(spelled, envvar=variables, help=text, **rules)


def _log_level(level: str) -> str:
    if level.lower() not in _LOG_LEVELS:
        raise typer.BadParameter(f"wanted one of {', '.join(_LOG_LEVELS)}")
    return level.lower()


def _region(region: str) -> str:
    if not region or region.strip("abcdefghijklmnopqrstuvwxyz0123456789-"):
        raise typer.BadParameter("wanted a Region such as us-east-1")
    return region


def _tls(kind: str | None) -> str | None:
    if kind not in (None, "self-signed"):
        raise typer.BadParameter("wanted self-signed; a certificate of yours is named by --tls-cert")
    return kind


def _refuse_contradictions(settings: Settings) -> None:
    if settings.tls is not None and settings.tls_cert is not None:
        raise typer.BadParameter("--tls self-signed and --tls-cert are two certificates; wanted one of them")
    if settings.tls_key is not None and settings.tls_cert is None:
        raise typer.BadParameter("--tls-key is the key to a certificate; wanted --tls-cert too")
    if settings.tls_port is not None and settings.https_port is None:
        raise typer.BadParameter("--tls-port is of https; wanted --tls self-signed or --tls-cert too")
    if settings.check_roles and not settings.sandbox:
        raise typer.BadParameter("--check-roles looks at the IAM of the sandbox; wanted --sandbox too")


def _account_id(account_id: str) -> str:
    if len(account_id) != 12 or not (account_id.isascii() and account_id.isdigit()):
        raise typer.BadParameter("wanted the 12 digits of an AWS account")
    return account_id


def _clock(text: str) -> ClockStart:
    try:
        return ClockStart.of(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def _url(url: str | None) -> str | None:
    parts = urlsplit(url or "")
    if url and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise typer.BadParameter("wanted a URL such as http://127.0.0.1:9000")
    return url or None


def _folder(text: str) -> Path:
    if not text.startswith("file:"):
        return Path(text)
    parts = urlsplit(text)
    if parts.netloc not in ("", "localhost") or not parts.path:
        raise typer.BadParameter("wanted a path, or a URL such as file:///tmp/exports")
    from urllib.request import url2pathname  # noqa: PLC0415 - brings a client for HTTP along, and is rarely needed

    return Path(url2pathname(parts.path))


@commands.command()
def serve(
    *,
    host: Annotated[str, _option("host", "Address to listen on.")] = _DEFAULT.host,
    port: Annotated[int, _option("port", "Port to listen on; 0 picks a free one.", min=0, max=65535)] = _DEFAULT.port,
    tls: Annotated[
        str | None, _option("tls", "Serve https too: self-signed makes a certificate, once.", callback=_tls)
    ] = _DEFAULT.tls,
    tls_cert: Annotated[
        Path | None, _option("tls-cert", "Serve https too, with this certificate, a PEM file.")
    ] = _DEFAULT.tls_cert,
    tls_key: Annotated[
        Path | None, _option("tls-key", "The certificate's key, where it has a file of its own.")
    ] = _DEFAULT.tls_key,
    tls_port: Annotated[
        int | None, _option("tls-port", f"Port for https, {TLS_PORT} unless given; 0 picks one.", min=0, max=65535)
    ] = _DEFAULT.tls_port,
    data_dir: Annotated[Path, _option("data-dir", "Where ledgers are kept.")] = _DEFAULT.data_dir,  # type: ignore[assignment]
    in_memory: Annotated[
        bool, _option("in-memory", "Keep everything in memory, and no data directory.")
    ] = _DEFAULT.in_memory,
    region: Annotated[str, _option("region", "Region of requests that name none.", callback=_region)] = _DEFAULT.region,
    account_id: Annotated[
        str, _option("account-id", "The account, as in ARNs.", callback=_account_id)
    ] = _DEFAULT.account_id,
    log_level: Annotated[
        str, _option("log-level", f"One of {', '.join(_LOG_LEVELS)}.", callback=_log_level)
    ] = _DEFAULT.log_level,
    max_ledgers: Annotated[int, _option("max-ledgers", "Active ledgers in a Region.", min=1)] = _DEFAULT.max_ledgers,
    ledger_creating_ms: Annotated[
        int, _option("ledger-creating-ms", "How long a new ledger is CREATING.", min=0)
    ] = _DEFAULT.ledger_creating_ms,
    ledger_deleting_ms: Annotated[
        int, _option("ledger-deleting-ms", "How long a deleted ledger is DELETING.", min=0)
    ] = _DEFAULT.ledger_deleting_ms,
    kms_key_updating_ms: Annotated[
        int, _option("kms-key-updating-ms", "How long a new key is UPDATING.", min=0)
    ] = _DEFAULT.kms_key_updating_ms,
    index_building_ms: Annotated[
        int, _option("index-building-ms", "How long a new index is BUILDING and FINALIZING at least.", min=0)
    ] = _DEFAULT.index_building_ms,
    index_deleting_ms: Annotated[
        int, _option("index-deleting-ms", "How long a dropped index is DELETING at least.", min=0)
    ] = _DEFAULT.index_deleting_ms,
    revision_redacting_ms: Annotated[
        int, _option("revision-redacting-ms", "How long after a redaction the data is there still.", min=0)
    ] = _DEFAULT.revision_redacting_ms,
    transaction_lifetime_ms: Annotated[
        int, _option("transaction-lifetime-ms", "How long a transaction may stay open.", min=1)
    ] = _DEFAULT.transaction_lifetime_ms,
    session_lifetime_ms: Annotated[
        int, _option("session-lifetime-ms", "How long a session lasts; 0 is without end.", min=0)
    ] = _DEFAULT.session_lifetime_ms,
    seed: Annotated[
        str | None, _option("seed", "Makes ids repeatable: the same calls give the same journals.")
    ] = _DEFAULT.seed,
    clock: Annotated[
        Any,
        _option(
            "clock",
            "The time to stand still at, such as 2024-01-01T00:00:00Z; with ,tick=1ms it moves with every request, "
            "with ,run it runs on from there.",
            parser=_clock,
            metavar="TIME[,run|,tick=DURATION]",
        ),
    ] = _DEFAULT.clock,
    seed_file: Annotated[
        list[Path], _option("seed-file", "Begin with what this file has: .partiql, .sql, .ion or .json. Repeatable.")
    ] = _DEFAULT.seed_file,  # type: ignore[assignment]
    seed_ledger: Annotated[
        str | None, _option("seed-ledger", "The ledger of seed files that name none; it is made if it is missing.")
    ] = _DEFAULT.seed_ledger,
    sample: Annotated[
        list[str], _option("sample", "Begin with a sample ledger: vehicle-registration. Repeatable.")
    ] = _DEFAULT.sample,  # type: ignore[assignment]
    sandbox: Annotated[
        bool, _option("sandbox", "Answer for S3, Kinesis, IAM and other services too, by moto.")
    ] = _DEFAULT.sandbox,
    check_roles: Annotated[
        bool | None,
        _option(
            "check-roles",
            "Whether roles of exports and streams must exist, trust QLDB and allow what is needed; so in the sandbox.",
            opposite="no-check-roles",
        ),
    ] = _DEFAULT.check_roles,
    s3_endpoint_url: Annotated[
        str | None,
        _option(
            "s3-endpoint-url",
            "Where exports go: an S3 of any make. Without it the sandbox, else AWS.",
            also=("AWS_ENDPOINT_URL_S3",),
            callback=_url,
        ),
    ] = _DEFAULT.s3_endpoint_url,
    kinesis_endpoint_url: Annotated[
        str | None,
        _option(
            "kinesis-endpoint-url",
            "Where streams go: a Kinesis of any make. Without it the sandbox, else AWS.",
            also=("AWS_ENDPOINT_URL_KINESIS",),
            callback=_url,
        ),
    ] = _DEFAULT.kinesis_endpoint_url,
    export_dir: Annotated[
        Path | None,
        _option(
            "export-dir",
            "Export to this folder (a path or a file:// URL) in place of S3; buckets are folders in it.",
            parser=_folder,
            metavar="PATH",
        ),
    ] = _DEFAULT.export_dir,
    export_object_blocks: Annotated[
        int, _option("export-object-blocks", "Blocks in an object of an export, at the most.", min=1)
    ] = _DEFAULT.export_object_blocks,
    export_retrying_ms: Annotated[
        int, _option("export-retrying-ms", "How long an export tries a bucket that fails.", min=0)
    ] = _DEFAULT.export_retrying_ms,
    stream_retrying_ms: Annotated[
        int, _option("stream-retrying-ms", "How long a stream tries a Kinesis stream that fails.", min=0)
    ] = _DEFAULT.stream_retrying_ms,
    stream_chaos: Annotated[
        bool, _option("stream-chaos", "Stream records twice and out of order, as consumers have to bear.")
    ] = _DEFAULT.stream_chaos,
    page_values: Annotated[int, _option("page-values", "Values in a page of results.", min=1)] = _DEFAULT.page_values,
    page_bytes: Annotated[int, _option("page-bytes", "Bytes in a page of results.", min=1)] = _DEFAULT.page_bytes,
    statement_log: Annotated[
        int, _option("statement-log", "Statements to remember for each ledger.", min=0, max=1_000_000)
    ] = _DEFAULT.statement_log,
    slow_statement_ms: Annotated[
        int, _option("slow-statement-ms", "How long a statement takes that is logged as slow.", min=0)
    ] = _DEFAULT.slow_statement_ms,
) -> None:
    """Serve until SIGTERM or Ctrl-C. Every option can also be given as QLDB_EMULATOR_<NAME>."""
    settings = Settings(**locals())
    _refuse_contradictions(settings)
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
