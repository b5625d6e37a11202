"""A ledger with something in its journal, a bucket of moto's S3, and an S3 that fails when it is told to."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import uuid4

import boto3
import pytest
from moto.server import ThreadedMotoServer

from emulator.testing import Qldb
from tests.conftest import CREDENTIALS
from tests.delivery.fickle_s3 import FickleS3, fickle_s3
from tests.delivery.ledgers import fill


@pytest.fixture(scope="session")
def moto_url() -> Iterator[str]:
    """Where moto answers as S3, Kinesis and whatever else is asked for."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(scope="session")
def s3(moto_url: str) -> Any:
    """A boto3 client of S3."""
    return boto3.client("s3", endpoint_url=moto_url, region_name="us-east-1", **CREDENTIALS)


@pytest.fixture
def bucket(s3: Any) -> str:
    """The name of a bucket that is empty."""
    name = f"exports-{uuid4()}"
    s3.create_bucket(Bucket=name)
    return name


@pytest.fixture
def fickle() -> Iterator[FickleS3]:
    with fickle_s3() as s3:
        yield s3


@pytest.fixture
def qldb_settings(qldb_settings: Mapping[str, Any], moto_url: str) -> Mapping[str, Any]:
    return {**qldb_settings, "ledger": "first", "s3_endpoint_url": moto_url, "export_object_blocks": 4}


@pytest.fixture
def ledger(qldb: Qldb, qldb_ledger: str) -> str:
    """The name of a ledger of ten blocks, a second apart, that is a minute old."""
    fill(qldb, 10)
    qldb.clock.advance(59_000)
    return qldb_ledger
