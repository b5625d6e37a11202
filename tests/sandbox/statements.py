"""Statements sent as a driver sends them, with the commit digest that a driver computes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from emulator.ion.hashing import ion_hash
from tests.session.conversation import dot


@dataclass(slots=True)
class Told:
    """What the answers said was read and written."""

    read_ios: int = 0
    write_ios: int = 0

    def add(self, answer: dict[str, Any]) -> None:
        self.read_ios += answer["ConsumedIOs"]["ReadIOs"]
        self.write_ios += answer["ConsumedIOs"]["WriteIOs"]


def run(client: Any, ledger: str, *statements: str, before_commit: Callable[[], object] = lambda: None) -> Told:
    """Run each statement in a transaction of its own, on a session of their own."""
    told = Told()
    token = client.send_command(StartSession={"LedgerName": ledger})["StartSession"]["SessionToken"]
    for statement in statements:
        transaction_id = client.send_command(SessionToken=token, StartTransaction={})["StartTransaction"][
            "TransactionId"
        ]
        execute = {"TransactionId": transaction_id, "Statement": statement}
        told.add(client.send_command(SessionToken=token, ExecuteStatement=execute)["ExecuteStatement"])
        before_commit()
        digest = dot(ion_hash(transaction_id), ion_hash(statement))
        commit = {"TransactionId": transaction_id, "CommitDigest": digest}
        told.add(client.send_command(SessionToken=token, CommitTransaction=commit)["CommitTransaction"])
    client.send_command(SessionToken=token, EndSession={})
    return told
