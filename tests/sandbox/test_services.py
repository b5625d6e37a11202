"""Other services of AWS, asked by boto3 at the endpoint of the ledgers."""

import json
from typing import Any

import pytest

from emulator.settings import Settings
from tests import patient_http
from tests.sandbox.conftest import Client

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "qldb.amazonaws.com"}, "Action": "sts:AssumeRole"}],
    }
)


def _s3(client: Client) -> None:
    s3 = client("s3")
    s3.create_bucket(Bucket="journal")
    s3.put_object(Bucket="journal", Key="a", Body=b"block")
    assert s3.get_object(Bucket="journal", Key="a")["Body"].read() == b"block"


def _kinesis(client: Client) -> None:
    kinesis = client("kinesis")
    kinesis.create_stream(StreamName="journal", ShardCount=1)
    kinesis.put_record(StreamName="journal", Data=b"block", PartitionKey="1")
    shard = kinesis.list_shards(StreamName="journal")["Shards"][0]["ShardId"]
    start = kinesis.get_shard_iterator(StreamName="journal", ShardId=shard, ShardIteratorType="TRIM_HORIZON")
    records = kinesis.get_records(ShardIterator=start["ShardIterator"])["Records"]
    assert [record["Data"] for record in records] == [b"block"]


def _iam(client: Client) -> None:
    iam = client("iam")
    iam.create_role(RoleName="export", AssumeRolePolicyDocument=TRUST)
    assert iam.get_role(RoleName="export")["Role"]["Arn"] == "arn:aws:iam::123456789012:role/export"


def _sts(client: Client) -> None:
    assert client("sts").get_caller_identity()["Account"] == "123456789012"


def _kms(client: Client) -> None:
    kms = client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    sealed = kms.encrypt(KeyId=key, Plaintext=b"block")["CiphertextBlob"]
    assert kms.decrypt(CiphertextBlob=sealed)["Plaintext"] == b"block"


def _secrets(client: Client) -> None:
    password = client("secretsmanager").get_random_password(PasswordLength=8, ExcludePunctuation=True)
    assert len(password["RandomPassword"]) == 8


def _cloudwatch(client: Client) -> None:
    cloudwatch = client("cloudwatch")
    cloudwatch.put_metric_data(Namespace="mine", MetricData=[{"MetricName": "blocks", "Value": 1}])
    assert [metric["MetricName"] for metric in cloudwatch.list_metrics(Namespace="mine")["Metrics"]] == ["blocks"]


def _logs(client: Client) -> None:
    logs = client("logs")
    logs.create_log_group(logGroupName="ledger")
    assert [group["logGroupName"] for group in logs.describe_log_groups()["logGroups"]] == ["ledger"]


def _dynamodb(client: Client) -> None:
    dynamodb = client("dynamodb")
    dynamodb.create_table(
        TableName="balances",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    dynamodb.put_item(TableName="balances", Item={"id": {"S": "1"}, "balance": {"N": "5"}})
    assert dynamodb.get_item(TableName="balances", Key={"id": {"S": "1"}})["Item"]["balance"] == {"N": "5"}


def _sns_to_sqs(client: Client) -> None:
    sns, sqs = client("sns"), client("sqs")
    queue = sqs.create_queue(QueueName="changes")["QueueUrl"]
    topic = sns.create_topic(Name="changes")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint="arn:aws:sqs:us-east-1:123456789012:changes")
    sns.publish(TopicArn=topic, Message="block")
    (message,) = sqs.receive_message(QueueUrl=queue)["Messages"]
    assert json.loads(message["Body"])["Message"] == "block"


def _events(client: Client) -> None:
    events = client("events")
    events.put_rule(Name="changes", EventPattern=json.dumps({"source": ["mine"]}))
    assert [rule["Name"] for rule in events.list_rules()["Rules"]] == ["changes"]


def _cloudformation(client: Client) -> None:
    template = {"Resources": {"Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "stacked"}}}}
    client("cloudformation").create_stack(StackName="one", TemplateBody=json.dumps(template))
    assert [bucket["Name"] for bucket in client("s3").list_buckets()["Buckets"]] == ["stacked"]


def _lambda(client: Client) -> None:
    assert client("lambda").list_functions()["Functions"] == []


STEPS = {
    "s3": _s3,
    "kinesis": _kinesis,
    "iam": _iam,
    "sts": _sts,
    "kms": _kms,
    "secretsmanager": _secrets,
    "cloudwatch": _cloudwatch,
    "logs": _logs,
    "dynamodb": _dynamodb,
    "sns": _sns_to_sqs,
    "events": _events,
    "cloudformation": _cloudformation,
    "lambda": _lambda,
}


@pytest.mark.parametrize("service", STEPS)
def test_service_answers(client: Client, service: str) -> None:
    """Each service that tutorials use does its own at the endpoint of the ledgers."""
    STEPS[service](client)


def test_ledgers_are_served_beside_it(client: Client) -> None:
    """The control plane answers at the same endpoint, as without the sandbox."""
    client("qldb").create_ledger(Name="first", PermissionsMode="ALLOW_ALL")
    client("s3").create_bucket(Bucket="journal")

    assert [ledger["Name"] for ledger in client("qldb").list_ledgers()["Ledgers"]] == ["first"]


@pytest.mark.parametrize("region", ["eu-central-1", "xx-nowhere-1"])
def test_region_is_that_of_the_signature(client: Client, region: str) -> None:
    """What is made in a Region, of this world or not, is there and in no other, as ledgers are."""
    client("kinesis", region).create_stream(StreamName="journal", ShardCount=1)

    assert client("kinesis", region).list_streams()["StreamNames"] == ["journal"]
    assert client("kinesis", "us-east-1").list_streams()["StreamNames"] == []


class TestAnotherAccount:
    @pytest.fixture
    def settings(self) -> Settings:
        return Settings(in_memory=True, sandbox=True, account_id="111122223333")

    def test_account_is_the_emulators(self, client: Client) -> None:
        """ARNs of the sandbox have the account of the ledgers' ARNs."""
        role: Any = client("iam").create_role(RoleName="export", AssumeRolePolicyDocument=TRUST)

        assert role["Role"]["Arn"] == "arn:aws:iam::111122223333:role/export"
        assert client("sts").get_caller_identity()["Account"] == "111122223333"


def test_what_moto_lacks_is_said(client: Client) -> None:
    """An operation that moto does not have is answered by an error that says so, and not tried again."""
    with pytest.raises(client("iam").exceptions.ClientError) as refused:
        client("iam").get_context_keys_for_custom_policy(PolicyInputList=[TRUST])

    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501


def test_sandbox_is_named_where_it_is_off(served: Any, emulator: Any) -> None:
    """Without the sandbox a request for another service is refused with the option that would serve it."""
    from emulator.api.app import create_app

    served.stage.app = create_app(emulator)
    signature = "AWS4-HMAC-SHA256 Credential=local/20250701/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0"
    response = patient_http.get(f"{served.url}/journal", headers={"Authorization": signature})
    served.stage.app = None

    assert response.status_code == 404
    assert "--sandbox" in response.json()["message"]
