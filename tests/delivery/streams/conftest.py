"""A ledger that is streamed, and Kinesis: one that fails when it is told to, and moto's."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import boto3
import pytest

from emulator.clock import ManualClock
from emulator.runtime import Emulator
from emulator.settings import Settings
from tests.conftest import CREDENTIALS
from tests.delivery.streams.fickle_kinesis import FickleKinesis, fickle_kinesis
from tests.ledger.driving import create_table, insert, struct


@pytest.fixture
def kinesis() -> Iterator[FickleKinesis]:
    with fickle_kinesis() as kinesis:
        yield kinesis


@pytest.fixture
def settings(kinesis: FickleKinesis) -> Settings:
    return Settings(in_memory=True, kinesis_endpoint_url=kinesis.url)


@pytest.fixture
def ledger(qldb: Any, emulator: Emulator, clock: ManualClock) -> str:
    """The name of a ledger with five blocks, the last a minute old: genesis, a table, three documents."""
    qldb.create_ledger(Name="first", PermissionsMode="STANDARD", DeletionProtection=False)
    clock.advance(1_000)
    create_table(emulator.account().ledgers.connect("first"), "Thing")
    for number in range(3):
        add(emulator, clock, number)
    clock.advance(60_000)
    return "first"


def add(emulator: Emulator, clock: ManualClock, number: int) -> None:
    """One more block, a second later."""
    clock.advance(1_000)
    insert(emulator.account().ledgers.connect("first"), "Thing", struct(number=number))


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
