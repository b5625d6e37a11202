"""A client of one session without a network: it runs commands to their end and keeps a driver's commit digest."""

from __future__ import annotations

from collections.abc import Generator
from hashlib import sha256
from typing import Any, TypeVar

from emulator.ion.binary import decode, encode
from emulator.ion.hashing import ion_hash
from emulator.ion.values import Value
from emulator.ledger.committing import Commit
from emulator.ledger.ledger import Ledger
from emulator.session.aside import Aside
from emulator.session.commands import (
    AbortTransaction,
    Command,
    CommitTransaction,
    EndSession,
    ExecuteStatement,
    FetchPage,
    IonBinary,
    PageRead,
    Result,
    StartTransaction,
    TransactionAborted,
    TransactionCommitted,
    TransactionStarted,
)
from emulator.session.session import Session

R = TypeVar("R")


class Conversation:
    """Each method sends one command, as a driver would, and gives its result."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.transaction_id = ""
        self.digest = b""

    def start(self) -> str:
        started = self._send(StartTransaction(), TransactionStarted)
        self.transaction_id = started.transaction_id
        self.digest = ion_hash(self.transaction_id)
        return self.transaction_id

    def execute(self, statement: str, *parameters: Value) -> PageRead:
        """Run a statement; as in drivers it enters the digest before it is known to succeed."""
        statement_hash = ion_hash(statement)
        for parameter in parameters:
            statement_hash = dot(statement_hash, ion_hash(parameter))
        self.digest = dot(self.digest, statement_hash)
        holders = tuple(IonBinary(encode(parameter)) for parameter in parameters)
        return self._send(ExecuteStatement(self.transaction_id, statement, holders), PageRead)

    def fetch(self, token: str | None) -> PageRead:
        assert token is not None
        return self._send(FetchPage(self.transaction_id, token), PageRead)

    def commit(self, digest: bytes | None = None) -> TransactionCommitted:
        command = CommitTransaction(self.transaction_id, self.digest if digest is None else digest)
        return self._send(command, TransactionCommitted)

    def abort(self) -> None:
        self._send(AbortTransaction(), TransactionAborted)

    def end(self) -> None:
        self.run(EndSession())

    def run(self, command: Command) -> Result:
        """The result of a command; commits are written at once."""
        return finish(self.session.run(command), self.session.ledger)

    def transact(self, *statements: str) -> None:
        """Some statements in a transaction of their own."""
        self.start()
        for statement in statements:
            self.execute(statement)
        self.commit()

    def _send(self, command: Command, result_type: type[R]) -> R:
        result = self.run(command)
        assert isinstance(result, result_type)
        return result


def finish(steps: Generator[Commit | Aside[Any] | None, None, R], ledger: Ledger) -> R:
    """Take every step; where one is a commit, let the ledger write."""
    while True:
        try:
            step = next(steps)
        except StopIteration as end:
            result: R = end.value
            return result
        if isinstance(step, Commit):
            ledger.write()


def values(page: PageRead) -> list[Value]:
    return [decode(value) for value in page.values]


def dot(one: bytes, other: bytes) -> bytes:
    """The drivers' join of two hashes, the long way: bytes are compared as signed ones, from the last to the first."""
    pair = sorted([one, other], key=lambda hash_: [byte - 256 if byte > 127 else byte for byte in reversed(hash_)])
    return sha256(b"".join(pair)).digest()
