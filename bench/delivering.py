"""Ledgers that are exported and streamed, and transactions that are timed meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from statistics import median
from time import perf_counter, sleep, time
from typing import Any

import boto3

from bench.connections import play
from bench.conversation import Script, opened, prepare, statements
from bench.documents import INSERT, SET_UP, document
from bench.engine import fill
from bench.reading import timed
from bench.servers import Server, ask, create_ledger
from emulator.runtime import Emulator
from emulator.settings import Settings

FULL, WRITTEN = "full", "written"
"""The ledger that is exported or streamed from its beginning, and the one that transactions are timed on."""

_ROLE = "arn:aws:iam::123456789012:role/measured"
_KINESIS_STREAM = "arn:aws:kinesis:us-east-1:123456789012:stream/{}"
_CREDENTIALS = {"aws_access_key_id": "local", "aws_secret_access_key": "local", "region_name": "us-east-1"}
_SECONDS = 3.0
_POLL_SECONDS = 0.02

During = Callable[[], Callable[[], object]]
"""Starts what is to go on beside transactions; what it gives ends that."""


def filled(data: Path, blocks: int) -> Path:
    """Make a data directory with a full ledger of so many blocks; its journal's file."""
    served = Emulator(Settings(data_dir=data))
    with closing(served):
        ledgers = served.account().ledgers
        ledgers.create(FULL, "ALLOW_ALL")
        fill(ledgers.connect(FULL), blocks)
    (journal,) = data.rglob("journal.sqlite")
    return journal


def export(server: Server, output_format: str) -> str:
    """Ask for an export of all blocks; its path."""
    path = f"/ledgers/{FULL}/journal-s3-exports"
    body = {
        "InclusiveStartTime": 0,
        "ExclusiveEndTime": time() - 0.001,
        "S3ExportConfiguration": {
            "Bucket": "measured",
            "Prefix": "",
            "EncryptionConfiguration": {"ObjectEncryptionType": "NO_ENCRYPTION"},
        },
        "RoleArn": _ROLE,
        "OutputFormat": output_format,
    }
    return f"{path}/{ask(server.port, 'POST', path, body)['ExportId']}"


def exported(server: Server, path: str) -> float:
    """Wait until an export has ended; the most memory the server was seen to hold."""
    peak = 0.0
    while (status := ask(server.port, "GET", path)["ExportDescription"]["Status"]) == "IN_PROGRESS":
        peak = max(peak, server.resident_megabytes())
        sleep(_POLL_SECONDS)
    if status != "COMPLETED":
        raise RuntimeError(f"the export was {status}")
    return peak


def kinesis_stream(server: Server, name: str) -> Any:
    """Make a stream in the sandbox of a server; a client of Kinesis."""
    kinesis = boto3.client("kinesis", endpoint_url=server.endpoint, **_CREDENTIALS)
    kinesis.create_stream(StreamName=name, ShardCount=1)
    return kinesis


def stream(server: Server, ledger: str, to: str, **members: Any) -> str:
    """Ask for a stream of a ledger, from its beginning unless `members` say otherwise; its path."""
    path = f"/ledgers/{ledger}/journal-kinesis-streams"
    configuration = {"StreamArn": _KINESIS_STREAM.format(to), "AggregationEnabled": True}
    body = {"StreamName": "measured", "RoleArn": _ROLE, "InclusiveStartTime": 0, "KinesisConfiguration": configuration}
    return f"{path}/{ask(server.port, 'POST', path, {**body, **members})['StreamId']}"


def streamed(server: Server, path: str) -> None:
    """Wait until a stream has come to its end."""
    while (status := ask(server.port, "GET", path)["Stream"]["Status"]) == "ACTIVE":
        sleep(_POLL_SECONDS)
    if status != "COMPLETED":
        raise RuntimeError(f"the stream was {status}")


def create_written(server: Server) -> None:
    """Make the ledger that transactions are timed on."""
    create_ledger(server, WRITTEN)
    play(server.port, [statements(WRITTEN, *SET_UP)])


def half_of_commits(server: Server, *beside: During, rounds: int) -> list[float]:
    """Milliseconds of half of all transactions that insert a document: alone, and beside each; by turns."""
    took: list[list[float]] = [[] for _ in (None, *beside)]
    for _ in range(rounds):
        took[0] += _inserting(server)
        for start, into in zip(beside, took[1:], strict=True):
            end = start()
            into += _inserting(server)
            end()
    return [median(each) * 1000 for each in took]


def _inserting(server: Server) -> list[float]:
    """How long transactions take that are done one after the other."""
    ends = perf_counter() + _SECONDS
    took: list[float] = []

    def inserts() -> Script:
        session = yield from opened(WRITTEN)
        statement = prepare(session.token, INSERT, [document(1)])
        while perf_counter() < ends:
            waits: list[float] = []
            yield from timed(session.transaction([statement]), waits)
            took.append(sum(waits))

    play(server.port, [inserts()])
    return took
