"""What ExportJournalToS3 refuses, and with which words. Source: developer guide, `export-journal.errors`."""

from collections.abc import Mapping
from typing import Any

import pytest

from emulator.testing import Qldb
from emulator.testing.controls import Clock
from tests.delivery.exporting import described, ended, export
from tests.delivery.fickle_s3 import BROKEN, BUSY, DENIED, Answer, FickleS3

KEY_ARN = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
ID = "0" * 22


@pytest.fixture
def qldb_settings(qldb_settings: Mapping[str, Any], fickle: FickleS3) -> Mapping[str, Any]:
    return {**qldb_settings, "s3_endpoint_url": fickle.url, "ledger_creating_ms": 1_000}


@pytest.fixture
def ledger(qldb: Qldb, qldb_ledger: str) -> str:
    """The name of a ledger that is ACTIVE, and of which there is nothing yet but its first block."""
    qldb.clock.advance(60_000)
    return qldb_ledger


def refused(qldb_client: Any, name: str = "InvalidParameterException") -> Any:
    return pytest.raises(getattr(qldb_client.exceptions, name))


# Before the bucket is asked


@pytest.mark.parametrize(
    ("members", "message", "parameter"),
    [
        ({"start_ms": 60_000, "end_ms": 50_000}, "Start date must not be greater than end date", "InclusiveStartTime"),
        ({"start_ms": 60_000, "end_ms": 60_000}, "Start date must not be greater than end date", "InclusiveStartTime"),
        ({"end_ms": 1_800_000_000_000}, "End date cannot be in the future", "ExclusiveEndTime"),
        ({"Prefix": "p" * 129}, "The Amazon S3 bucket prefix must not exceed 128 characters", "Prefix"),
        ({"Encryption": ("SSE_S3", KEY_ARN)}, "is not compatible with an AWS Key Management Service", "KmsKeyArn"),
        ({"Encryption": ("NO_ENCRYPTION", KEY_ARN)}, "is not compatible with an AWS Key Management", "KmsKeyArn"),
        ({"Encryption": ("SSE_KMS",)}, "The parameter KmsKeyArn is not valid: got nothing", "KmsKeyArn"),
        ({"Encryption": ("SSE_KMS", "k" * 30)}, "The parameter KmsKeyArn is not valid: got 'kkkkkk", "KmsKeyArn"),
        (
            {"Encryption": ("AES",)},
            "The parameter ObjectEncryptionType is not valid: got 'AES'",
            "ObjectEncryptionType",
        ),
        ({"OutputFormat": "CSV"}, "The parameter OutputFormat is not valid: got 'CSV'", "OutputFormat"),
        ({"RoleArn": "arn:aws:iam::123456789012:user/ada"}, "The parameter RoleArn is not valid", "RoleArn"),
        ({"bucket": "a/b"}, "The parameter Bucket is not valid: got 'a/b'", "Bucket"),
        ({"bucket": "b" * 256}, "The parameter Bucket is not valid", "Bucket"),
    ],
)
def test_wrong_request_is_refused(
    qldb_client: Any, ledger: str, fickle: FickleS3, members: dict[str, Any], message: str, parameter: str
) -> None:
    """The message says what is wrong, the parameter where; the bucket is not touched."""
    with refused(qldb_client) as refusal:
        export(qldb_client, ledger, **{"bucket": "mine", "end_ms": 60_000, **members})

    assert message in refusal.value.response["Error"]["Message"]
    assert refusal.value.response["ParameterName"] == parameter
    assert fickle.puts == []


@pytest.mark.parametrize("moment", [None, True, "yesterday", [], 1e300, -1e12, {"a": 1}])
@pytest.mark.parametrize("parameter", ["InclusiveStartTime", "ExclusiveEndTime"])
def test_time_that_is_none_is_refused(http: Any, ledger: str, parameter: str, moment: Any) -> None:
    """Whatever comes in a time's place, the answer names the parameter."""
    body = {
        "InclusiveStartTime": 0,
        "ExclusiveEndTime": 60,
        "S3ExportConfiguration": {
            "Bucket": "mine",
            "Prefix": "",
            "EncryptionConfiguration": {"ObjectEncryptionType": "SSE_S3"},
        },
        "RoleArn": "arn:aws:iam::123456789012:role/mine",
        parameter: moment,
    }
    answer = http.post(f"/ledgers/{ledger}/journal-s3-exports", json=body)

    assert answer.status_code == 400
    assert (answer.headers["x-amzn-errortype"], answer.json()["ParameterName"]) == (
        "InvalidParameterException",
        parameter,
    )


@pytest.mark.parametrize(
    ("came", "seconds"),
    [(-86_400.5, -86_400.5), (1.5e9, 1_500_000_000), ("2017-07-14T04:40:00.125+02:00", 1_500_000_000.125)],
)
def test_time_is_read_in_every_form(http: Any, ledger: str, fickle: FickleS3, came: Any, seconds: float) -> None:
    """Seconds with a fraction and before 1970, and ISO 8601, to the millisecond."""
    place = {"Bucket": "mine", "Prefix": "", "EncryptionConfiguration": {"ObjectEncryptionType": "SSE_S3"}}
    body = {"InclusiveStartTime": came, "ExclusiveEndTime": 1_600_000_000, "S3ExportConfiguration": place}
    role = {"RoleArn": "arn:aws:iam::123456789012:role/mine"}
    answer = http.post(f"/ledgers/{ledger}/journal-s3-exports", json={**body, **role})
    described = http.get(f"/ledgers/{ledger}/journal-s3-exports/{answer.json()['ExportId']}").json()[
        "ExportDescription"
    ]

    assert described["InclusiveStartTime"] == seconds


def test_unknown_ledger_is_looked_for_first(qldb_client: Any) -> None:
    """All operations that name a ledger."""
    with refused(qldb_client, "ResourceNotFoundException"):
        export(qldb_client, "absent", "mine", start_ms=60_000)
    with refused(qldb_client, "ResourceNotFoundException"):
        described(qldb_client, "absent", ID)
    with refused(qldb_client, "ResourceNotFoundException"):
        qldb_client.list_journal_s3_exports_for_ledger(Name="absent")


def test_ledger_being_created_cannot_be_exported(qldb_client: Any, clock: Clock) -> None:
    """It has to be ACTIVE (API reference, ExportJournalToS3)."""
    qldb_client.create_ledger(Name="new", PermissionsMode="STANDARD")

    with refused(qldb_client, "ResourcePreconditionNotMetException"):
        export(qldb_client, "new", "mine", end_ms=clock.now_ms())


def test_unknown_export_is_not_found(qldb_client: Any, ledger: str) -> None:
    """An id that no export has; one that is none at all is the parameter's fault."""
    with refused(qldb_client, "ResourceNotFoundException"):
        described(qldb_client, ledger, ID)
    with refused(qldb_client) as refusal:
        described(qldb_client, ledger, ID + "0")
    assert refusal.value.response["ParameterName"] == "ExportId"


# What the bucket says


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (DENIED, "QLDB encountered an error validating S3 configuration: AccessDenied Access Denied"),
        (
            (404, "NoSuchBucket", "The specified bucket does not exist"),
            "QLDB encountered an error validating S3 configuration: NoSuchBucket The specified bucket does not exist",
        ),
        (
            BROKEN,
            "Unexpected response from Amazon S3 while validating the S3 configuration. Response from S3: "
            "InternalError We encountered an internal error. Please try again.",
        ),
        (
            BUSY,
            "Unexpected response from Amazon S3 while validating the S3 configuration. Response from S3: "
            "SlowDown Please reduce your request rate.",
        ),
    ],
)
def test_bucket_that_takes_nothing_is_refused(
    qldb_client: Any, ledger: str, clock: Clock, fickle: FickleS3, answer: Answer, message: str
) -> None:
    """S3's own words are passed on, and no export is there afterwards."""
    fickle.answer = answer

    with refused(qldb_client) as refusal:
        export(qldb_client, ledger, "mine", end_ms=clock.now_ms())

    assert refusal.value.response["Error"]["Message"] == message
    assert refusal.value.response["ParameterName"] == "S3ExportConfiguration"
    assert qldb_client.list_journal_s3_exports()["JournalS3Exports"] == []


def test_absent_s3_is_refused(qldb_client: Any, ledger: str, clock: Clock, fickle: FickleS3) -> None:
    """Nobody answers where S3 should be."""
    fickle.close()

    with refused(qldb_client) as refusal:
        export(qldb_client, ledger, "mine", end_ms=clock.now_ms())

    assert "Response from S3: EndpointConnectionError" in refusal.value.response["Error"]["Message"]


def test_objects_belong_to_the_owner_of_the_bucket(
    qldb_client: Any, ledger: str, clock: Clock, fickle: FickleS3
) -> None:
    """Every object is put with an ACL that says so, as the service needed s3:PutObjectAcl."""
    ended(qldb_client, ledger, export(qldb_client, ledger, "mine", end_ms=clock.now_ms()))

    assert len(fickle.headers) == 3
    assert {headers["x-amz-acl"] for headers in fickle.headers.values()} == {"bucket-owner-full-control"}


# The limit


def test_third_export_at_a_time_is_refused(qldb_client: Any, ledger: str, clock: Clock, fickle: FickleS3) -> None:
    """A ledger has two that run; when one of them has ended there is room again, and other ledgers have their own."""
    qldb_client.create_ledger(Name="second", PermissionsMode="STANDARD")
    clock.advance(1_000)
    fickle.answer, fickle.spared = BUSY, ".started.manifest"
    running = [export(qldb_client, ledger, "mine", end_ms=clock.now_ms()) for _ in range(2)]

    with refused(qldb_client, "LimitExceededException") as refusal:
        export(qldb_client, ledger, "mine", end_ms=clock.now_ms())
    assert refusal.value.response["Error"]["Message"] == (
        "Exceeded the limit of 2 concurrently running Journal export jobs"
    )
    fickle.answer = None
    assert [ended(qldb_client, ledger, each) for each in running] == ["COMPLETED", "COMPLETED"]
    ended(qldb_client, ledger, export(qldb_client, ledger, "mine", end_ms=clock.now_ms()))
    ended(qldb_client, "second", export(qldb_client, "second", "mine", end_ms=clock.now_ms()))
