"""A ledger that is streamed, and Kinesis: one that fails when it is told to, and moto's."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import uuid4

import boto3
import pytest

from emulator.testing import Qldb
from tests.conftest import CREDENTIALS
from tests.delivery.streams.fickle_kinesis import FickleKinesis, fickle_kinesis


@pytest.fixture
def kinesis() -> Iterator[FickleKinesis]:
    with fickle_kinesis() as kinesis:
        yield kinesis


@pytest.fixture
def qldb_settings(qldb_settings: Mapping[str, Any], kinesis: FickleKinesis) -> Mapping[str, Any]:
    return {**qldb_settings, "kinesis_endpoint_url": kinesis.url}


@pytest.fixture
def ledger(qldb: Qldb, qldb_ledger: str) -> str:
    """The name of a ledger with five blocks, the last a minute old: genesis, a table, three documents."""
    qldb.clock.advance(1_000)
    qldb.run("CREATE TABLE Thing")
    for number in range(3):
        add(qldb, number)
    qldb.clock.advance(60_000)
    return qldb_ledger


def add(qldb: Qldb, number: int) -> None:
    """One more block, a second later."""
    qldb.clock.advance(1_000)
    qldb.run(f"INSERT INTO Thing {{'number': {number}}}")


@pytest.fixture
def real_kinesis(moto_url: str) -> Any:
    """A boto3 client of moto's Kinesis."""
    return boto3.client("kinesis", endpoint_url=moto_url, region_name="us-east-1", **CREDENTIALS)


@pytest.fixture
def kinesis_stream(real_kinesis: Any) -> str:
    """The name of a stream of moto's Kinesis, of one shard."""
    name = f"journal-{uuid4()}"
    real_kinesis.create_stream(StreamName=name, ShardCount=1)
    return name
