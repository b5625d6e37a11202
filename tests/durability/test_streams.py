"""A server is killed in the middle of streaming, again and again: no record is missing from the stream."""

from __future__ import annotations

import os
import random
import time
from pathlib import Path
from typing import Any

import boto3
import pytest

from emulator.ion.values import Struct
from tests.conftest import CREDENTIALS
from tests.delivery.streams.fickle_kinesis import FickleKinesis, fickle_kinesis
from tests.delivery.streams.streaming import described, kinds, stream, user_records
from tests.durability.client import LEDGER, Session
from tests.durability.process import ServerProcess
from tests.timing import eventually

pytestmark = pytest.mark.process

ROUNDS = 4
COMMITS = 40


def test_nothing_is_skipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After every start the stream goes on; each block is in it at least once, in an order that never leaps ahead."""
    with fickle_kinesis() as kinesis:
        monkeypatch.setenv("QLDB_EMULATOR_KINESIS_ENDPOINT_URL", kinesis.url)
        kinesis.takes = 7
        chance = random.Random(7)
        stream_id, blocks = "", 0
        for round_no in range(ROUNDS):
            server = ServerProcess(tmp_path / "data")
            server.wait_until_healthy()
            qldb = control(server.port)
            stream_id = stream_id or begun(qldb, server.port)
            blocks = written(server.port)
            time.sleep(chance.random() / 2)
            if round_no < ROUNDS - 1:
                server.kill()
        assert eventually(lambda: f"REVISION_DETAILS {blocks}" in came(kinesis)), "the last block is there"
        status = described(qldb, LEDGER, stream_id)["Status"]
        server.terminate()

    found = came(kinesis)
    assert status == "ACTIVE"
    assert_never_ahead([it for it in found if it.startswith("BLOCK_SUMMARY")])
    wanted = {f"{kind} {number}" for number in range(2, blocks + 1) for kind in ("BLOCK_SUMMARY", "REVISION_DETAILS")}
    assert wanted <= set(found)


def control(port: int) -> Any:
    return boto3.client("qldb", endpoint_url=f"http://127.0.0.1:{port}", region_name="us-east-1", **CREDENTIALS)


def begun(qldb: Any, port: int) -> str:
    qldb.create_ledger(Name=LEDGER, PermissionsMode="STANDARD")
    Session(port).run("CREATE TABLE Thing")
    return stream(qldb, LEDGER, "mine")


def written(port: int) -> int:
    """Commit some documents; the number of the last block."""
    session = Session(port)
    for number in range(COMMITS):
        session.run("INSERT INTO Thing ?", Struct([("number", number), ("pad", os.urandom(200).hex())]))
    answer = control(port).get_digest(Name=LEDGER)["DigestTipAddress"]["IonText"]
    return int(answer.rpartition(":")[2].rstrip("}"))


def came(kinesis: FickleKinesis) -> list[str]:
    return kinds(user_records(list(kinesis.records)))


def assert_never_ahead(summaries: list[str]) -> None:
    """A block comes right after the one before it, or again."""
    numbers = [int(summary.rpartition(" ")[2]) for summary in summaries]
    newest = 0
    for number in numbers:
        assert number <= newest + 1
        newest = max(newest, number)
