"""What ledgers went through, for whoever tells others of it.

States change by the clock, and nothing wakes when they do: a change is noted when it is known to come, and is there
once its time has come and somebody asks.
"""

from collections import deque

from emulator import limits
from emulator.account.arns import ledger_arn
from emulator.account.entry import LedgerEntry, LedgerState
from emulator.frozen import frozen


@frozen
class StateChange:
    at_ms: int
    region: str
    ledger_arn: str
    ledger_name: str
    state: LedgerState


class StateChanges:
    """The newest, as many as are worth keeping when nobody asks."""

    def __init__(self) -> None:
        self._noted: deque[StateChange] = deque(maxlen=limits.STATE_CHANGES)

    def note(self, entry: LedgerEntry, state: LedgerState, at_ms: int) -> None:
        """The ledger is, or will be, in a state from a time on."""
        arn = ledger_arn(entry.region, entry.account_id, entry.name)
        self._noted.append(StateChange(at_ms, entry.region, arn, entry.name, state))

    def take(self, now_ms: int) -> list[StateChange]:
        """Those whose time has come, in its order; each is given once."""
        if not self._noted:
            return []
        due = sorted((change for change in self._noted if change.at_ms <= now_ms), key=lambda change: change.at_ms)
        if due:
            coming = [change for change in self._noted if change.at_ms > now_ms]
            self._noted.clear()
            self._noted.extend(coming)
        return due

    def clear(self) -> None:
        self._noted.clear()
