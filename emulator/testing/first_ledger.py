"""The ledger that an emulator begins with."""

from __future__ import annotations

from emulator.account.names import refuse_ledger_name
from emulator.client.transport import ServerError
from emulator.errors import AwsError
from emulator.runtime import Emulator


def make_ledger(emulator: Emulator, name: str) -> None:
    """What CreateLedger does, by a call, while nobody else uses the emulator yet.

    A request takes three times as long, and the first of a process waits until the control plane is read. ServerError
    as from CreateLedger, when there can be no such ledger.
    """
    try:
        refuse_ledger_name(name)
        emulator.clock.tick()
        emulator.account().ledgers.create(name, "ALLOW_ALL", deletion_protection=False)
    except AwsError as error:
        raise ServerError(error.code, error.message, error.status, error.members) from error
