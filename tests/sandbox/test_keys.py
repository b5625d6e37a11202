"""Keys of ledgers, looked up in the sandbox's KMS."""

from typing import Any

import pytest

from tests.sandbox.conftest import Client


def create(client: Client, key: str) -> Any:
    return client("qldb").create_ledger(Name="first", PermissionsMode="ALLOW_ALL", KmsKey=key)


@pytest.mark.parametrize("form", ["KeyId", "Arn", "alias", "alias ARN"])
def test_key_is_found_by_every_name(client: Client, form: str) -> None:
    """A key's id, ARN, alias and alias ARN all lead to the key that KMS has."""
    key = client("kms").create_key()["KeyMetadata"]
    client("kms").create_alias(AliasName="alias/journal", TargetKeyId=key["KeyId"])
    names = {**key, "alias": "alias/journal", "alias ARN": "arn:aws:kms:us-east-1:123456789012:alias/journal"}

    assert create(client, names[form])["KmsKeyArn"] == key["Arn"]


@pytest.mark.parametrize("key", ["alias/nothing", "00000000-0000-0000-0000-000000000000"])
def test_key_that_is_not_there_is_refused(client: Client, key: str) -> None:
    """A key that KMS does not have encrypts no ledger."""
    with pytest.raises(client("qldb").exceptions.InvalidParameterException, match="not found in KMS"):
        create(client, key)


def test_key_that_cannot_be_used_is_refused(client: Client) -> None:
    """A disabled key and an asymmetric one are refused, at a change too."""
    kms, qldb = client("kms"), client("qldb")
    disabled = kms.create_key()["KeyMetadata"]["KeyId"]
    kms.disable_key(KeyId=disabled)
    asymmetric = kms.create_key(KeyUsage="SIGN_VERIFY", KeySpec="ECC_NIST_P256")["KeyMetadata"]["KeyId"]

    with pytest.raises(qldb.exceptions.InvalidParameterException, match="Disabled"):
        create(client, disabled)
    qldb.create_ledger(Name="first", PermissionsMode="ALLOW_ALL")
    with pytest.raises(qldb.exceptions.InvalidParameterException, match="symmetric"):
        qldb.update_ledger(Name="first", KmsKey=asymmetric)


def test_key_of_aws_is_no_matter_of_kms(client: Client) -> None:
    """The key that AWS owns is always there."""
    assert "KmsKeyArn" not in create(client, "AWS_OWNED_KMS_KEY")
