"""The event `QLDB Ledger State Change` on moto's default event bus (EventBridge reference, `events-ref-qldb`)."""

import json
from typing import Any

from moto.events.models import events_backends

from emulator.account.state_changes import StateChange


def publish(account_id: str, change: StateChange) -> None:
    """Hand the event to the rules there are. Whoever calls has the turn."""
    events_backends[account_id][change.region].put_events([_event(change)])


def _event(change: StateChange) -> dict[str, Any]:
    return {
        "Source": "aws.qldb",
        "DetailType": "QLDB Ledger State Change",
        "Time": change.at_ms / 1000,
        "Resources": [change.ledger_arn],
        "Detail": json.dumps({"ledgerName": change.ledger_name, "state": change.state}),
    }
