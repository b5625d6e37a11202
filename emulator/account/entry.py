"""A ledger as the account's registry has it, and as clients see it at a moment.

CREATING and DELETING end by the clock: the entry keeps when, the state is computed whenever somebody asks.
"""

from enum import StrEnum

from emulator.account import encryption
from emulator.account.arns import ledger_arn
from emulator.account.encryption import EncryptionDescription
from emulator.frozen import frozen


class LedgerState(StrEnum):
    CREATING = "CREATING"
    ACTIVE = "ACTIVE"
    DELETING = "DELETING"
    DELETED = "DELETED"
    """Never shown: a ledger that is gone is not found."""


@frozen
class LedgerEntry:
    """One row of the registry. `ledger_id` is ours and names the folder; clients only ever know the name."""

    ledger_id: str
    account_id: str
    region: str
    name: str
    permissions_mode: str
    deletion_protection: bool
    created_at_ms: int
    active_at_ms: int
    gone_at_ms: int | None = None
    kms_key_arn: str | None = None
    kms_key_enabled_at_ms: int = 0

    def state(self, now_ms: int) -> LedgerState:
        if self.gone_at_ms is not None:
            return LedgerState.DELETED if now_ms >= self.gone_at_ms else LedgerState.DELETING
        # One that takes no time to be made stays active when the clock is set to a time before it.
        is_creating = self.created_at_ms < self.active_at_ms and now_ms < self.active_at_ms
        return LedgerState.CREATING if is_creating else LedgerState.ACTIVE

    def encryption(self, now_ms: int) -> EncryptionDescription | None:
        if self.kms_key_arn is None:
            return None
        return EncryptionDescription(
            self.kms_key_arn, "ENABLED" if now_ms >= self.kms_key_enabled_at_ms else "UPDATING"
        )

    def describe(self, now_ms: int) -> "LedgerDescription":
        return LedgerDescription(
            name=self.name,
            arn=ledger_arn(self.region, self.account_id, self.name),
            state=self.state(now_ms),
            created_at_ms=self.created_at_ms,
            permissions_mode=self.permissions_mode,
            deletion_protection=self.deletion_protection,
            encryption=self.encryption(now_ms),
        )


@frozen
class LedgerDescription:
    """What the control plane tells about a ledger."""

    name: str
    arn: str
    state: LedgerState
    created_at_ms: int
    permissions_mode: str
    deletion_protection: bool
    encryption: EncryptionDescription | None

    @property
    def kms_key_arn(self) -> str | None:
        """The customer's own key, if there is one."""
        if self.encryption is None or self.encryption.kms_key_arn == encryption.AWS_OWNED:
            return None
        return self.encryption.kms_key_arn
