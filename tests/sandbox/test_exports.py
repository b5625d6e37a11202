"""Exports into the sandbox's S3, with a role of its IAM, all at one endpoint."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from emulator.clock import SystemClock
from emulator.settings import Settings
from tests.delivery.exporting import ended
from tests.sandbox.conftest import Client
from tests.sandbox.test_roles import ROLE, policy
from tests.sandbox.test_services import TRUST

NO_ENCRYPTION = {"ObjectEncryptionType": "NO_ENCRYPTION"}


@pytest.fixture
def clock() -> SystemClock:
    """Exports run on threads of their own, by the machine's time."""
    return SystemClock()


@pytest.fixture
def qldb_client(client: Client) -> Any:
    qldb_client = client("qldb")
    qldb_client.create_ledger(Name="first", PermissionsMode="ALLOW_ALL")
    client("s3").create_bucket(Bucket="journal")
    return qldb_client


def export(qldb_client: Any, role: str = ROLE, encryption: dict[str, str] = NO_ENCRYPTION) -> str:
    now = datetime.now(UTC).replace(microsecond=0)
    export_id: str = qldb_client.export_journal_to_s3(
        Name="first",
        InclusiveStartTime=now - timedelta(days=1),
        ExclusiveEndTime=now,
        S3ExportConfiguration={
            "Bucket": "journal",
            "Prefix": "first/",
            "EncryptionConfiguration": encryption,
        },
        RoleArn=role,
    )["ExportId"]
    return export_id


def test_export_goes_into_a_bucket_of_the_sandbox(client: Client, qldb_client: Any) -> None:
    """With a role that is fit for it, an export is in the bucket that was made at the same endpoint."""
    client("iam").create_role(RoleName="exporter", AssumeRolePolicyDocument=TRUST)
    client("iam").put_role_policy(RoleName="exporter", PolicyName="put", PolicyDocument=policy("s3:PutObject*"))

    assert ended(qldb_client, "first", export(qldb_client)) == "COMPLETED"
    keys = [found["Key"] for found in client("s3").list_objects_v2(Bucket="journal", Prefix="first/")["Contents"]]
    assert any(key.endswith(".completed.manifest") for key in keys)


def test_key_of_objects_must_be_there(client: Client, qldb_client: Any) -> None:
    """One that KMS does not have, and one that is disabled, are told as S3's answer; one that can be used is used."""
    client("iam").create_role(RoleName="exporter", AssumeRolePolicyDocument=TRUST)
    client("iam").put_role_policy(RoleName="exporter", PolicyName="all", PolicyDocument=policy("s3:*", "kms:*"))
    kms = client("kms")
    key = kms.create_key()["KeyMetadata"]
    with_key = {"ObjectEncryptionType": "SSE_KMS", "KmsKeyArn": key["Arn"]}
    absent = key["Arn"].replace(key["KeyId"], "00000000-0000-0000-0000-000000000000")

    with pytest.raises(
        qldb_client.exceptions.InvalidParameterException, match=r"S3 configuration: KMS.NotFoundException Key"
    ):
        export(qldb_client, encryption={**with_key, "KmsKeyArn": absent})
    kms.disable_key(KeyId=key["KeyId"])
    with pytest.raises(qldb_client.exceptions.InvalidParameterException, match=r"KMS.DisabledException .* is Disabled"):
        export(qldb_client, encryption=with_key)
    kms.enable_key(KeyId=key["KeyId"])
    assert ended(qldb_client, "first", export(qldb_client, encryption=with_key)) == "COMPLETED"


def test_role_as_tutorials_make_it_will_do(client: Client, qldb_client: Any) -> None:
    """Tutorials leave `s3:PutObjectAcl` out of the role of exports, and `kinesis:ListShards` out of that of streams."""
    client("iam").create_role(RoleName="exporter", AssumeRolePolicyDocument=TRUST)
    stream = client("kinesis")
    stream.create_stream(StreamName="journal", ShardCount=1)
    arn = stream.describe_stream(StreamName="journal")["StreamDescription"]["StreamARN"]
    objects = policy("s3:PutObject", "s3:GetObject", "s3:ListBucket", resource="arn:aws:s3:::journal/*")
    records = policy("kinesis:PutRecord", "kinesis:PutRecords", "kinesis:DescribeStream", resource=arn)
    client("iam").put_role_policy(RoleName="exporter", PolicyName="objects", PolicyDocument=objects)
    client("iam").put_role_policy(RoleName="exporter", PolicyName="records", PolicyDocument=records)

    assert ended(qldb_client, "first", export(qldb_client)) == "COMPLETED"
    assert qldb_client.stream_journal_to_kinesis(
        LedgerName="first",
        StreamName="mine",
        RoleArn=ROLE,
        InclusiveStartTime=datetime(2024, 1, 1, tzinfo=UTC),
        KinesisConfiguration={"StreamArn": arn},
    )["StreamId"]


def test_export_with_a_role_that_is_not_there_is_refused(qldb_client: Any) -> None:
    """A role that does not exist is an AccessDeniedException about iam:PassRole."""
    with pytest.raises(qldb_client.exceptions.ClientError, match="iam:PassRole") as refused:
        export(qldb_client)

    assert refused.value.response["Error"]["Code"] == "AccessDeniedException"


def test_export_with_a_role_that_may_not_write_is_refused(client: Client, qldb_client: Any) -> None:
    """A role that may not put objects is told as S3's answer."""
    client("iam").create_role(RoleName="exporter", AssumeRolePolicyDocument=TRUST)

    with pytest.raises(qldb_client.exceptions.InvalidParameterException, match="AccessDenied"):
        export(qldb_client)


class TestUnchecked:
    @pytest.fixture
    def settings(self) -> Settings:
        return Settings(in_memory=True, sandbox=True, check_roles=False)

    def test_any_role_will_do_where_roles_are_not_checked(self, qldb_client: Any) -> None:
        """With --no-check-roles a role only has to look like one."""
        assert ended(qldb_client, "first", export(qldb_client)) == "COMPLETED"
