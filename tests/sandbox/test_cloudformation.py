"""AWS::QLDB::Ledger and AWS::QLDB::Stream in stacks, beside resources of other services."""

import json
from typing import Any

import pytest

from tests.sandbox.conftest import Client
from tests.sandbox.test_services import TRUST


def template(resources: dict[str, Any], **more: Any) -> str:
    return json.dumps({"Resources": resources, **more})


def ledger(**properties: Any) -> dict[str, Any]:
    wanted = {"Name": "first", "PermissionsMode": "ALLOW_ALL", "DeletionProtection": False, **properties}
    return {"Type": "AWS::QLDB::Ledger", "Properties": {name: of for name, of in wanted.items() if of is not None}}


@pytest.fixture
def stacks(client: Client) -> Any:
    return client("cloudformation")


@pytest.fixture
def qldb_client(client: Client) -> Any:
    return client("qldb")


def outputs(stacks: Any, name: str) -> dict[str, str]:
    (stack,) = stacks.describe_stacks(StackName=name)["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


def status(stacks: Any, name: str) -> str:
    (stack,) = stacks.describe_stacks(StackName=name)["Stacks"]
    return str(stack["StackStatus"])


def reasons(stacks: Any, name: str) -> str:
    """Give the reasons of all of a stack's events."""
    events = stacks.describe_stack_events(StackName=name)["StackEvents"]
    return "\n".join(event.get("ResourceStatusReason", "") for event in events)


def tags(qldb_client: Any, name: str) -> dict[str, str]:
    found: dict[str, str] = qldb_client.list_tags_for_resource(
        ResourceArn=qldb_client.describe_ledger(Name=name)["Arn"]
    )["Tags"]
    return found


class TestLedger:
    def test_is_made_with_the_others(self, client: Client, stacks: Any, qldb_client: Any) -> None:
        """One template makes a ledger and what goes with it; `Ref` is the ledger's name."""
        key = {"AttributeName": "id", "KeyType": "HASH"}
        resources = {
            "Ledger": ledger(Tags=[{"Key": "team", "Value": "a"}]),
            "Bucket": {
                "Type": "AWS::S3::Bucket",
                "Properties": {"BucketName": {"Fn::Sub": "${Ledger}-exports"}},
            },
            "Journal": {"Type": "AWS::Kinesis::Stream", "Properties": {"Name": {"Ref": "Ledger"}, "ShardCount": 1}},
            "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": json.loads(TRUST)}},
            "Balances": {
                "Type": "AWS::DynamoDB::Table",
                "Properties": {
                    "KeySchema": [key],
                    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
                    "BillingMode": "PAY_PER_REQUEST",
                },
            },
        }
        stacks.create_stack(
            StackName="all", TemplateBody=template(resources, Outputs={"Name": {"Value": {"Ref": "Ledger"}}})
        )

        assert status(stacks, "all") == "CREATE_COMPLETE"
        assert outputs(stacks, "all") == {"Name": "first"}
        assert qldb_client.describe_ledger(Name="first")["PermissionsMode"] == "ALLOW_ALL"
        assert tags(qldb_client, "first") == {"team": "a"}
        assert "first-exports" in [bucket["Name"] for bucket in client("s3").list_buckets()["Buckets"]]
        assert "first" in client("kinesis").list_streams()["StreamNames"]

    @pytest.mark.parametrize("stack", ["short", "a-stack-whose-name-is-really-very-long--and-odd"])
    def test_gets_a_name_where_it_has_none(self, stacks: Any, qldb_client: Any, stack: str) -> None:
        """A ledger without a name gets one of stack, resource and chance, as short as names have to be."""
        stacks.create_stack(StackName=stack, TemplateBody=template({"TheLedger": ledger(Name=None)}))

        (found,) = qldb_client.list_ledgers()["Ledgers"]
        assert found["Name"].startswith(stack[:5])
        assert len(found["Name"]) <= 32

    def test_is_protected_unless_told(self, stacks: Any, qldb_client: Any) -> None:
        """Deletion protection is on by default, and may be written as text."""
        stacks.create_stack(StackName="one", TemplateBody=template({"A": ledger(DeletionProtection=None)}))
        stacks.create_stack(
            StackName="two", TemplateBody=template({"A": ledger(Name="second", DeletionProtection="false")})
        )

        assert qldb_client.describe_ledger(Name="first")["DeletionProtection"] is True
        assert qldb_client.describe_ledger(Name="second")["DeletionProtection"] is False

    def test_is_changed_in_place(self, client: Client, stacks: Any, qldb_client: Any) -> None:
        """Mode, protection, key and tags change while the ledger stays the same."""
        key = client("kms").create_key()["KeyMetadata"]["Arn"]
        old = [{"Key": "kept", "Value": "1"}, {"Key": "gone", "Value": "1"}]
        stacks.create_stack(StackName="one", TemplateBody=template({"A": ledger(Tags=old)}))
        made = qldb_client.describe_ledger(Name="first")

        new = [{"Key": "kept", "Value": "2"}, {"Key": "new", "Value": "1"}]
        changed = ledger(PermissionsMode="STANDARD", DeletionProtection=True, KmsKey=key, Tags=new)
        stacks.update_stack(StackName="one", TemplateBody=template({"A": changed}))

        found = qldb_client.describe_ledger(Name="first")
        assert (found["PermissionsMode"], found["DeletionProtection"]) == ("STANDARD", True)
        assert found["EncryptionDescription"]["KmsKeyArn"] == key
        assert tags(qldb_client, "first") == {"kept": "2", "new": "1"}
        assert found["CreationDateTime"] == made["CreationDateTime"]

        stacks.update_stack(StackName="one", TemplateBody=template({"A": ledger()}))

        found = qldb_client.describe_ledger(Name="first")
        assert found["EncryptionDescription"]["KmsKeyArn"] == "AWS_OWNED_KMS_KEY"
        assert tags(qldb_client, "first") == {}

    def test_is_replaced_when_its_name_changes(self, stacks: Any, qldb_client: Any) -> None:
        """A ledger of another name is a new one, and the old one is deleted."""
        stacks.create_stack(StackName="one", TemplateBody=template({"A": ledger()}))
        stacks.update_stack(StackName="one", TemplateBody=template({"A": ledger(Name="second")}))

        assert [found["Name"] for found in qldb_client.list_ledgers()["Ledgers"]] == ["second"]

    def test_goes_with_its_stack(self, stacks: Any, qldb_client: Any) -> None:
        """Deleting the stack deletes the ledger; one that is gone already is no matter."""
        stacks.create_stack(StackName="one", TemplateBody=template({"A": ledger(), "B": ledger(Name="second")}))
        qldb_client.delete_ledger(Name="second")
        stacks.delete_stack(StackName="one")

        assert qldb_client.list_ledgers()["Ledgers"] == []

    def test_keeps_its_stack_while_it_is_protected(self, stacks: Any, qldb_client: Any) -> None:
        """A protected ledger is not deleted, and its stack says why and stays until it can be."""
        bucket = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "journal"}}
        stacks.create_stack(
            StackName="one", TemplateBody=template({"A": ledger(DeletionProtection=True), "Bucket": bucket})
        )
        stacks.delete_stack(StackName="one")

        assert status(stacks, "one") == "DELETE_FAILED"
        left = stacks.describe_stack_resources(StackName="one")["StackResources"]
        assert [resource["LogicalResourceId"] for resource in left] == ["A"]
        assert "deletion protection" in reasons(stacks, "one")

        qldb_client.update_ledger(Name="first", DeletionProtection=False)
        stacks.delete_stack(StackName="one")
        assert qldb_client.list_ledgers()["Ledgers"] == []

    def test_rolls_back_what_cannot_be_made(self, client: Client, stacks: Any, qldb_client: Any) -> None:
        """A ledger that is refused takes the rest of its stack with it, and an event has the reason."""
        qldb_client.create_ledger(Name="first", PermissionsMode="ALLOW_ALL")
        resources = {
            "Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "journal"}},
            "Ledger": {**ledger(), "DependsOn": "Bucket"},
        }
        stacks.create_stack(StackName="one", TemplateBody=template(resources))

        assert status(stacks, "one") == "ROLLBACK_COMPLETE"
        assert client("s3").list_buckets()["Buckets"] == []
        assert "Ledger first already exists" in reasons(stacks, "one")

    def test_is_made_in_the_region_of_its_stack(self, client: Client, qldb_client: Any) -> None:
        """A stack of another Region makes its ledger there."""
        client("cloudformation", "eu-west-1").create_stack(StackName="one", TemplateBody=template({"A": ledger()}))

        assert client("qldb", "eu-west-1").describe_ledger(Name="first")["Name"] == "first"
        assert qldb_client.list_ledgers()["Ledgers"] == []

    def test_change_that_is_refused_is_told(self, stacks: Any, qldb_client: Any) -> None:
        """An update with a property that the control plane refuses ends in its reason."""
        stacks.create_stack(StackName="one", TemplateBody=template({"A": ledger()}))

        with pytest.raises(stacks.exceptions.ClientError, match="PermissionsMode"):
            stacks.update_stack(StackName="one", TemplateBody=template({"A": ledger(PermissionsMode="NONE")}))
