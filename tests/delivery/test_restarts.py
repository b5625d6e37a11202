"""A real server that is stopped, or killed, in the middle of an export."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.conftest import CREDENTIALS
from tests.delivery.exporting import assert_chain, described, ended, export, read_export
from tests.delivery.fickle_s3 import FickleS3
from tests.durability.client import LEDGER, Control, Session
from tests.durability.process import ServerProcess, end_all

pytestmark = pytest.mark.process

BLOCKS = 60
KILLS = 5
OBJECT_BLOCKS = 2


@pytest.fixture(autouse=True)
def _no_server_is_left() -> Iterator[None]:
    yield
    end_all()


class Servers:
    """Starts one server after the other on a data directory; all write to one S3."""

    def __init__(self, data_dir: Path, s3: FickleS3) -> None:
        self._data_dir = data_dir
        self._options = ["--s3-endpoint-url", s3.url, "--export-object-blocks", str(OBJECT_BLOCKS)]

    def start(self) -> tuple[ServerProcess, Any]:
        """A server and a client of it."""
        server = ServerProcess(self._data_dir, *self._options)
        server.wait_until_healthy()
        url = f"http://127.0.0.1:{server.port}"
        return server, boto3.client("qldb", endpoint_url=url, region_name="us-east-1", **CREDENTIALS)


@pytest.fixture
def servers(tmp_path: Path, fickle: FickleS3) -> Servers:
    return Servers(tmp_path / "data", fickle)


def filled(servers: Servers) -> tuple[ServerProcess, Any, int]:
    """A server whose ledger has a lot of blocks, a client, and a time after all of them."""
    server, qldb = servers.start()
    Control(server.port).create_ledger()
    session = Session(server.port)
    session.run("CREATE TABLE Thing")
    for number in range(BLOCKS - 2):
        session.run(f"INSERT INTO Thing {{'number': {number}}}")
    end_ms = (int(time.time()) + 1) * 1000
    time.sleep(max(0.0, end_ms / 1000 - time.time()))
    return server, qldb, end_ms


def test_killed_export_ends_as_if_nothing_had_happened(servers: Servers, fickle: FickleS3) -> None:
    """However often the server is killed while it writes, in the end the journal is there, no block twice or missing.

    Nothing is there that is not in the manifest: an object that was written twice was written under one name.
    """
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    chosen = random.Random(seed)
    server, qldb, end_ms = filled(servers)
    fickle.fall_silent_after(1, keeps_last=False)  # the first put is what the request waits for
    export_id = export(qldb, LEDGER, "mine", end_ms=end_ms)
    for _ in range(KILLS):
        fickle.wait_for_silence()
        server.kill()
        fickle.speak()
        fickle.fall_silent_after(chosen.randrange(1, 6), keeps_last=chosen.random() < 0.5)
        server, qldb = servers.start()
        assert described(qldb, LEDGER, export_id)["Status"] == "IN_PROGRESS"
    fickle.speak()

    assert ended(qldb, LEDGER, export_id) == "COMPLETED"
    (completed,) = [key for key in fickle.objects if key.endswith(".completed.manifest")]
    exported = read_export(fickle.objects.__getitem__, completed)
    assert [str(block["blockAddress"]["sequenceNo"]) for block in exported.blocks] == list(map(str, range(BLOCKS)))  # type: ignore[index,call-overload]
    assert_chain(exported.blocks)
    assert {*exported.keys, completed, f"{export_id}.started.manifest"} == set(fickle.objects)
    assert server.terminate() == 0


def test_server_does_not_wait_for_a_silent_bucket(servers: Servers, fickle: FickleS3) -> None:
    """Asked to end while S3 says nothing, the server ends well; the export goes on after the next start."""
    server, qldb, end_ms = filled(servers)
    fickle.fall_silent_after(3, keeps_last=True)
    export_id = export(qldb, LEDGER, "mine", end_ms=end_ms)
    fickle.wait_for_silence()

    assert server.terminate() == 0

    fickle.speak()
    server, qldb = servers.start()
    assert ended(qldb, LEDGER, export_id) == "COMPLETED"
