"""Where exports of tests go that forgot moto's mock."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from emulator.testing import Emulator, mock_qldb
from emulator.testing.environment import at_endpoint
from tests.delivery.fickle_s3 import fickle_s3
from tests.testing.bare import bare_environment, create  # noqa: F401 - the fixture is for all here


@contextmanager
def on_a_port() -> Iterator[None]:
    with Emulator() as server, at_endpoint(server.url):
        yield


WAYS = pytest.mark.parametrize("way", [mock_qldb, on_a_port])
Way = Callable[[], AbstractContextManager[Any]]


def export() -> str:
    """Export a new ledger; the id of the export."""
    created = create()["CreationDateTime"]
    answer = boto3.client("qldb").export_journal_to_s3(
        Name="l",
        InclusiveStartTime=created.replace(year=2020),
        ExclusiveEndTime=created.replace(microsecond=0),
        S3ExportConfiguration={
            "Bucket": "journals",
            "Prefix": "",
            "EncryptionConfiguration": {"ObjectEncryptionType": "SSE_S3"},
        },
        RoleArn="arn:aws:iam::123456789012:role/any",
    )
    return str(answer["ExportId"])


@WAYS
def test_nothing_reaches_aws(way: Way) -> None:
    """Without a mock of S3 an export is refused, and nobody is asked over the network."""
    with way(), pytest.raises(ClientError, match="mock_aws"):
        export()


@WAYS
@pytest.mark.parametrize("variable", ["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"])
def test_environment_may_name_another(way: Way, variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is no AWS then, and has the export, unless boto3 is told not to look there."""
    with fickle_s3() as s3, way():
        monkeypatch.setenv(variable, s3.url)
        export_id = export()
        assert any(export_id in key for key in s3.objects)

    monkeypatch.setenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")
    with mock_qldb(), pytest.raises(ClientError, match="mock_aws"):
        export()
