"""Waiting for a ledger to be there, or to be gone: the service has no waiters, so its clients poll."""

import time
from typing import Any

ATTEMPTS = 200
PAUSE_SECONDS = 0.05


def wait_until_active(qldb: Any, name: str) -> dict[str, Any]:
    """Poll DescribeLedger, as clients of a service without waiters do, and give its last answer."""
    for _ in range(ATTEMPTS):
        description: dict[str, Any] = qldb.describe_ledger(Name=name)
        if description["State"] == "ACTIVE":
            return description
        time.sleep(PAUSE_SECONDS)
    raise AssertionError(f"ledger {name} did not become active")


def wait_until_gone(qldb: Any, name: str) -> None:
    """Poll DescribeLedger until it knows no such ledger."""
    for _ in range(ATTEMPTS):
        try:
            qldb.describe_ledger(Name=name)
        except qldb.exceptions.ResourceNotFoundException:
            return
        time.sleep(PAUSE_SECONDS)
    raise AssertionError(f"ledger {name} did not go away")
