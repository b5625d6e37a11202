"""The event of a ledger's state change, on the sandbox's event bus."""

import json
from typing import Any

import pytest

from emulator.clock import ManualClock
from emulator.settings import Settings
from tests.sandbox.conftest import Client


@pytest.fixture
def settings() -> Settings:
    return Settings(in_memory=True, sandbox=True, ledger_creating_ms=5_000, ledger_deleting_ms=5_000)


@pytest.fixture
def queue(client: Client) -> str:
    """A queue that a rule sends the events of QLDB to."""
    url: str = client("sqs").create_queue(QueueName="changes")["QueueUrl"]
    client("events").put_rule(Name="changes", EventPattern=json.dumps({"source": ["aws.qldb"]}))
    target = {"Id": "queue", "Arn": "arn:aws:sqs:us-east-1:123456789012:changes"}
    client("events").put_targets(Rule="changes", Targets=[target])
    return url


def received(client: Client, queue: str) -> list[dict[str, Any]]:
    messages = client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
    return [json.loads(message["Body"]) for message in messages]


def test_states_are_told_as_they_come(client: Client, queue: str, clock: ManualClock) -> None:
    """Each state of a ledger's life is an event once its time has come, in order, and once."""
    client("qldb").create_ledger(Name="first", PermissionsMode="ALLOW_ALL", DeletionProtection=False)
    (creating,) = received(client, queue)
    clock.advance(5_000)
    (active,) = received(client, queue)
    client("qldb").delete_ledger(Name="first")
    clock.advance(5_000)
    ending = received(client, queue)

    events = [creating, active, *ending]
    assert [event["detail"]["state"] for event in events] == ["CREATING", "ACTIVE", "DELETING", "DELETED"]
    assert all(event["detail"]["ledgerName"] == "first" for event in events)
    assert received(client, queue) == []


def test_event_has_the_documented_form(client: Client, queue: str, clock: ManualClock) -> None:
    """Source, detail type, account, Region, resource and time are those of the ledger."""
    client("qldb").create_ledger(Name="first", PermissionsMode="ALLOW_ALL")
    (event,) = received(client, queue)

    assert (event["source"], event["detail-type"]) == ("aws.qldb", "QLDB Ledger State Change")
    assert (event["account"], event["region"]) == ("123456789012", "us-east-1")
    assert event["resources"] == ["arn:aws:qldb:us-east-1:123456789012:ledger/first"]
    assert event["time"] == "2023-11-14T22:13:20Z"


def test_nobody_hears_what_was_before(client: Client, clock: ManualClock) -> None:
    """A rule that is made later gets nothing of what was told before."""
    client("qldb").create_ledger(Name="early", PermissionsMode="ALLOW_ALL")
    clock.advance(5_000)
    url = client("sqs").create_queue(QueueName="changes")["QueueUrl"]
    client("events").put_rule(Name="changes", EventPattern=json.dumps({"source": ["aws.qldb"]}))
    client("events").put_targets(
        Rule="changes", Targets=[{"Id": "queue", "Arn": "arn:aws:sqs:us-east-1:123456789012:changes"}]
    )

    assert received(client, url) == []
