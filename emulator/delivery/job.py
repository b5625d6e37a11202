"""A job: what was asked for, how far it is, and how it ended. What the request means, its kind knows.

A job is active until it has ended. It is known for seven more days, after which Describe and List have no word of it
(developer guide: export job expiration; API reference, DescribeJournalKinesisStream).
"""

from __future__ import annotations

from dataclasses import field
from typing import Any

from emulator.frozen import frozen

Fields = dict[str, Any]
"""What JSON can hold."""


@frozen
class Job:
    job_id: str
    kind: str
    """A key of `kinds.KINDS`."""
    account_id: str
    region: str
    ledger_id: str
    ledger_name: str
    created_at_ms: int
    request: Fields
    progress: Fields = field(default_factory=dict)
    """How far the job is: all its writer needs to go on after a crash."""
    failing_since_ms: int | None = None
    """Since when its sink fails without a break."""
    failure: str | None = None
    """Why, in the words of the sink."""
    ended_as: str | None = None
    """The status it ended with; what an active one's is, its kind knows."""
    ended_at_ms: int | None = None
