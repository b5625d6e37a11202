"""Ledgers as they were: snapshots, and ledgers that begin where another one stood.

A copy has the strand, the addresses, the hashes and so the digests and proofs of its original, and goes on with ids of
its own. A block is named by its sequence number; it is the last of what is kept. What is redacted by now is redacted in
all copies, so there are none that end at a block at which it was current.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.account.ledgers import Ledgers
from emulator.account.open_ledgers import Source
from emulator.account.snapshot_description import Snapshot
from emulator.account.snapshots import Snapshots
from emulator.errors import InvalidParameterException

if TYPE_CHECKING:  # as in `open_ledgers`
    from emulator.ledger.ledger import Ledger


class Copies:
    """Of the ledgers of an account and Region. ResourceNotFoundException for a ledger or snapshot that is not there."""

    def __init__(self, ledgers: Ledgers, snapshots: Snapshots) -> None:
        self._ledgers = ledgers
        self._snapshots = snapshots

    def snapshot(self, ledger_name: str) -> Snapshot:
        return self._snapshots.take(self._ledgers.connect(ledger_name), self._ledgers.existing(ledger_name))

    def restore(self, ledger_name: str, snapshot_id: str) -> None:
        """Make a ledger what a snapshot is, of this ledger or another one."""
        self._ledgers.connect(ledger_name)
        with self._snapshots.source(snapshot_id) as source:
            self._ledgers.replace(ledger_name, source)

    def rewind(self, ledger_name: str, block: int) -> None:
        """Take back what came after a block of a ledger; block 0 is how it began."""
        self._ledgers.replace(ledger_name, self._part(ledger_name, block))

    def fork(self, ledger_name: str, new_name: str, block: int | None = None) -> None:
        """Make another ledger with the blocks of this one, up to a block if one is named."""
        source = Source(self._ledgers.connect(ledger_name)) if block is None else self._part(ledger_name, block)
        original = self._ledgers.existing(ledger_name)
        self._ledgers.fork(new_name, source, original.permissions_mode, original.kms_key_arn)

    def fork_snapshot(self, snapshot_id: str, new_name: str) -> None:
        """Make a ledger with the blocks of a snapshot."""
        with self._snapshots.source(snapshot_id) as source:
            original = self._snapshots.find(snapshot_id)
            self._ledgers.fork(new_name, source, original.permissions_mode, original.kms_key_arn)

    def _part(self, ledger_name: str, block: int) -> Source:
        ledger = self._ledgers.connect(ledger_name)
        newest = ledger.tip.address.sequence_no
        if not 0 <= block <= newest:
            message = f"The ledger {ledger_name} has the blocks 0 to {newest}, there is no block {block}"
            raise InvalidParameterException(message, "block")
        _refuse_redacted(ledger, ledger_name, block)
        return Source(ledger, block + 1)


def _refuse_redacted(ledger: Ledger, ledger_name: str, block: int) -> None:
    from emulator.ledger.copying import redacted_since  # noqa: PLC0415 - brings the engine along

    found = redacted_since(ledger, block + 1)
    if found is not None:
        document_id, version = found
        message = (
            f"The ledger {ledger_name} cannot be had as it was at block {block}: revision {version} of document "
            f"{document_id} was current at block {block} and has been redacted since"
        )
        raise InvalidParameterException(message, "block")
