"""Streams into the sandbox's Kinesis, by stacks of its CloudFormation."""

import json
from typing import Any

import pytest

from emulator.clock import SystemClock
from tests import patient_http
from tests.sandbox.conftest import Client
from tests.sandbox.statements import run
from tests.sandbox.test_cloudformation import reasons
from tests.timing import eventually

KINESIS = {"StreamArn": {"Fn::GetAtt": ["Journal", "Arn"]}, "AggregationEnabled": "false"}
STATEMENT = {"Effect": "Allow", "Action": "kinesis:*", "Resource": {"Fn::GetAtt": ["Journal", "Arn"]}}
TRUSTED = {"Effect": "Allow", "Principal": {"Service": "qldb.amazonaws.com"}, "Action": "sts:AssumeRole"}


def template(**stream: Any) -> str:
    properties = {
        "LedgerName": {"Ref": "Ledger"},
        "StreamName": "journal",
        "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
        "InclusiveStartTime": "2024-01-01T00:00:00Z",
        "KinesisConfiguration": KINESIS,
        **stream,
    }
    ledger = {"Name": "first", "PermissionsMode": "ALLOW_ALL", "DeletionProtection": False}
    role = {
        "AssumeRolePolicyDocument": {"Statement": [TRUSTED]},
        "Policies": [{"PolicyName": "write", "PolicyDocument": {"Statement": [STATEMENT]}}],
    }
    return json.dumps(
        {
            "Resources": {
                "Ledger": {"Type": "AWS::QLDB::Ledger", "Properties": ledger},
                "Journal": {"Type": "AWS::Kinesis::Stream", "Properties": {"Name": "journal", "ShardCount": 1}},
                "Role": {"Type": "AWS::IAM::Role", "Properties": role},
                "Stream": {"Type": "AWS::QLDB::Stream", "Properties": properties},
            },
            "Outputs": {
                "Ref": {"Value": {"Ref": "Stream"}},
                "Id": {"Value": {"Fn::GetAtt": ["Stream", "Id"]}},
                "Arn": {"Value": {"Fn::GetAtt": ["Stream", "Arn"]}},
            },
        }
    )


@pytest.fixture
def clock() -> SystemClock:
    """Streams run on threads of their own, by the machine's time."""
    return SystemClock()


@pytest.fixture
def stacks(client: Client) -> Any:
    """With the stack."""
    stacks = client("cloudformation")
    stacks.create_stack(StackName="one", TemplateBody=template())
    return stacks


def outputs(stacks: Any) -> dict[str, str]:
    (stack,) = stacks.describe_stacks(StackName="one")["Stacks"]
    assert stack["StackStatus"].endswith("_COMPLETE"), stacks.describe_stack_events(StackName="one")["StackEvents"]
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def streams(client: Client) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = client("qldb").list_journal_kinesis_streams_for_ledger(LedgerName="first")["Streams"]
    return listed


def records(client: Client) -> int:
    kinesis = client("kinesis")
    shard = kinesis.list_shards(StreamName="journal")["Shards"][0]["ShardId"]
    start = kinesis.get_shard_iterator(StreamName="journal", ShardId=shard, ShardIteratorType="TRIM_HORIZON")
    return len(kinesis.get_records(ShardIterator=start["ShardIterator"])["Records"])


def test_stream_of_a_stack_runs(client: Client, stacks: Any) -> None:
    """A stack's stream is active under its id and ARN, and brings the journal into the stack's Kinesis stream."""
    found = outputs(stacks)
    (stream,) = streams(client)
    assert found == {"Ref": stream["StreamId"], "Id": stream["StreamId"], "Arn": stream["Arn"]}
    assert (stream["Status"], stream["KinesisConfiguration"]["AggregationEnabled"]) == ("ACTIVE", False)

    assert eventually(lambda: records(client) > 0)
    before = records(client)
    run(client("qldb-session"), "first", "CREATE TABLE Person", "INSERT INTO Person {'a': 1}")
    assert eventually(lambda: records(client) > before)


def test_tags_of_a_stream_change_in_place(client: Client, stacks: Any) -> None:
    """New tags leave the stream running."""
    before = outputs(stacks)
    stacks.update_stack(StackName="one", TemplateBody=template(Tags=[{"Key": "team", "Value": "a"}]))

    assert outputs(stacks) == before
    assert client("qldb").list_tags_for_resource(ResourceArn=before["Arn"])["Tags"] == {"team": "a"}


def test_other_changes_make_a_new_stream(client: Client, stacks: Any) -> None:
    """Anything else of a stream is changed by a new one, and the old one is cancelled."""
    before = outputs(stacks)
    stacks.update_stack(StackName="one", TemplateBody=template(InclusiveStartTime="2024-06-01T00:00:00Z"))

    after = outputs(stacks)
    statuses = {stream["StreamId"]: stream["Status"] for stream in streams(client)}
    assert statuses == {before["Id"]: "CANCELED", after["Id"]: "ACTIVE"}


def test_stream_goes_with_its_stack(client: Client, stacks: Any) -> None:
    """With the stack ledger and stream are gone, in whatever order they are deleted, and are not seen to come back."""
    (stack,) = stacks.describe_stacks(StackName="one")["Stacks"]
    stacks.delete_stack(StackName="one")
    stacks.get_waiter("stack_delete_complete").wait(StackName=stack["StackId"])

    assert client("qldb").list_ledgers()["Ledgers"] == []
    assert client("kinesis").list_streams()["StreamNames"] == []


def test_stream_that_is_refused_rolls_its_stack_back(client: Client) -> None:
    """A role that is not there is the stream's end, and the ledger's that was made for it."""
    stacks = client("cloudformation")
    stacks.create_stack(StackName="one", TemplateBody=template(RoleArn="arn:aws:iam::123456789012:role/nobody"))

    (stack,) = stacks.describe_stacks(StackName="one")["Stacks"]
    assert stack["StackStatus"] == "ROLLBACK_COMPLETE"
    assert "iam:PassRole" in reasons(stacks, "one")
    assert client("qldb").list_ledgers()["Ledgers"] == []


def test_whether_it_is_impaired_is_a_figure(client: Client, stacks: Any, server: str) -> None:
    """Each active stream tells whether it is impaired, under its id, to CloudWatch and to Prometheus."""
    stream_id = outputs(stacks)["Id"]

    metrics = client("cloudwatch").list_metrics(Namespace="AWS/QLDB", MetricName="IsImpaired")["Metrics"]
    assert {"Name": "StreamId", "Value": stream_id} in metrics[0]["Dimensions"]
    line = f'qldb_stream_is_impaired{{ledger="first",region="us-east-1",stream="{stream_id}"}} 0.0'
    assert line in patient_http.get(f"{server}/_qldb/metrics").text
