"""The knobs of one emulator. `cli/options.py` has the option of each, and its `QLDB_EMULATOR_<NAME>`; tests make their
own.
"""

from collections.abc import Sequence
from pathlib import Path

from emulator import limits
from emulator.clock import ClockStart
from emulator.frozen import frozen

TLS_PORT = 8443


@frozen
class Settings:
    """What may be chosen at start; nothing of it changes while the emulator runs."""

    host: str = "127.0.0.1"
    port: int = 8000
    """0 picks a free port."""
    tls: str | None = None
    """`self-signed`: https is served beside http, with a certificate of our own."""
    tls_cert: Path | None = None
    """A certificate to serve https with, chain included; and its key, where that is in a file of its own."""
    tls_key: Path | None = None
    tls_port: int | None = None
    """None is `TLS_PORT`."""
    data_dir: Path | None = None
    """Where ledgers are kept; None, or `in_memory`, keeps them in memory."""
    in_memory: bool = False
    region: str = "us-east-1"
    """The Region of requests that name none in their signature."""
    account_id: str = "123456789012"
    log_level: str = "info"
    max_ledgers: int = limits.LEDGERS_PER_REGION
    ledger_creating_ms: int = 0
    ledger_deleting_ms: int = 0
    kms_key_updating_ms: int = 0
    index_building_ms: int = 0
    index_deleting_ms: int = 0
    revision_redacting_ms: int = 1_000
    """How long a revision can still be read after its redaction was committed."""
    transaction_lifetime_ms: int = limits.TRANSACTION_LIFETIME_MS
    session_lifetime_ms: int = limits.SESSION_LIFETIME_MS
    seed: str | None = None
    """Makes ids repeatable: the same seed and calls give the same journals."""
    clock: ClockStart | None = None
    """How the clock begins; None is the machine's time."""
    seed_file: Sequence[Path] = ()
    """Files that ledgers begin with."""
    seed_ledger: str | None = None
    """The ledger of those that name none."""
    sample: Sequence[str] = ()
    """The same of files that are built in, by their names."""
    sandbox: bool = False
    """Whether other services of AWS answer beside the ledgers."""
    check_roles: bool | None = None
    """Whether the role of an export or stream must be fit for it; None is where there is a sandbox."""
    page_values: int = limits.PAGE_VALUES
    page_bytes: int = limits.PAGE_BYTES
    statement_log: int = 1_000
    """Of how many statements of a ledger `/_qldb/ledgers/{name}/statements` can tell."""
    slow_statement_ms: int = 1_000
    """From how long on a statement is worth a line in the log."""
    export_dir: Path | None = None
    """A local folder in place of S3: exports go to folders in it that are named like the buckets."""
    export_object_blocks: int = limits.EXPORT_OBJECT_BLOCKS
    export_retrying_ms: int = limits.EXPORT_RETRYING_MS
    """How long an export tries again while its sink fails, before it is CANCELLED."""
    s3_endpoint_url: str | None = None
    """Where S3 is; None is the sandbox if there is one, else AWS."""
    kinesis_endpoint_url: str | None = None
    """Where Kinesis is, likewise."""
    stream_retrying_ms: int = limits.STREAM_RETRYING_MS
    """How long a stream may be without Kinesis taking its records, before it is FAILED."""
    stream_chaos: bool = False
    """Whether records come twice and out of order, as consumers have to bear."""

    @property
    def https_port(self) -> int | None:
        """Where https is served; None when it is not."""
        if self.tls is None and self.tls_cert is None:
            return None
        return TLS_PORT if self.tls_port is None else self.tls_port

    @property
    def folder(self) -> Path | None:
        """The data directory, or None when everything is kept in memory."""
        return None if self.in_memory else self.data_dir

    @property
    def checks_roles(self) -> bool:
        """Whether roles are looked at, after all."""
        return self.sandbox if self.check_roles is None else self.check_roles
