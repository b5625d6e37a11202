"""The engine without HTTP and sessions: statements on a ledger in this process."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from bench.documents import DOCUMENTS_EACH, INSERT, SET_UP_INDEXED, document
from emulator.clock import SystemClock
from emulator.ids import RandomIds
from emulator.ion.document import Document
from emulator.ion.values import Value
from emulator.journal.block import Block, Redaction
from emulator.journal.hash_chain import genesis
from emulator.ledger.committing import Commit
from emulator.ledger.ledger import GROUP_TRANSACTIONS, Ledger
from emulator.ledger.owner import Alone
from emulator.ledger.transaction import Transaction
from emulator.ledger.view import View
from emulator.partiql.compiler import compile
from emulator.settings import Settings


def open_ledger(folder: Path) -> Ledger:
    """The ledger in a folder, made when there is none."""
    folder.mkdir(exist_ok=True)
    return Ledger.open(folder, SystemClock(), RandomIds())


def without_disk() -> Ledger:
    """A ledger whose journal forgets: what is left is what the processor does."""
    ids, clock = RandomIds(), SystemClock()
    first = genesis(ids.new_id(), ids.new_id(), clock.now_ms())
    return Ledger(ForgetfulJournal(first), View(None, Settings()), clock, ids, Alone())


class ForgetfulJournal:
    """A journal store whose appending does nothing."""

    def __init__(self, first: Block) -> None:
        self._first = first

    def append(self, blocks: Sequence[Block], expected_sequence_no: int) -> None:
        pass

    def read(self, start: int, stop: int) -> Iterator[Block]:
        return iter([self._first][start:stop])

    def tip(self) -> Block:
        return self._first

    def size_bytes(self) -> int:
        return 0

    def redact(self, redactions: Sequence[Redaction]) -> None:
        """Nothing is kept that could be redacted."""

    def reader(self) -> ForgetfulJournal:
        return self

    def copy(self, path: Path | None, stop: int) -> ForgetfulJournal:
        return ForgetfulJournal(self._first)

    def close(self) -> None:
        pass


def execute(transaction: Transaction, text: str, parameters: Sequence[Value] = ()) -> list[Value]:
    """Run a statement to its end; its rows."""
    plan = compile(text, transaction.catalog)
    return [row for row in plan.run(transaction, parameters) if row is not None]


def inserting(ledger: Ledger, data: bytes) -> Commit:
    """A transaction that inserts one document, on its way into the journal."""
    transaction = ledger.begin()
    parameters = [Document(data)]
    transaction.begin_statement(INSERT, parameters)
    execute(transaction, INSERT, parameters)
    return ledger.submit(transaction)


def read(ledger: Ledger, text: str, parameters: Sequence[Value] = ()) -> list[Value]:
    """The rows of a query, its transaction given up afterwards."""
    transaction = ledger.begin()
    rows = execute(transaction, text, parameters)
    transaction.abort()
    return rows


def change(ledger: Ledger, text: str, parameters: Sequence[Value]) -> None:
    """A statement in a transaction of its own, committed."""
    transaction = ledger.begin()
    transaction.begin_statement(text, parameters)
    execute(transaction, text, parameters)
    ledger.commit(transaction)


def insert_all(ledger: Ledger, table: str, documents: Iterable[bytes]) -> None:
    """Insert documents, as many in each transaction as it may have."""
    remaining = map(Document, documents)
    while lot := list(islice(remaining, DOCUMENTS_EACH)):
        change(ledger, f"INSERT INTO {table} << {', '.join('?' * len(lot))} >>", lot)


def set_up(ledger: Ledger, statements: Iterable[str] = SET_UP_INDEXED) -> None:
    """Run statements, each in a transaction of its own."""
    for text in statements:
        change(ledger, text, [])


def fill(ledger: Ledger, blocks: int) -> None:
    """Insert documents, one in each block, until the ledger has as many blocks."""
    set_up(ledger)
    for at in range(ledger.tip.address.sequence_no + 1, blocks, GROUP_TRANSACTIONS):
        for number in range(at, min(at + GROUP_TRANSACTIONS, blocks)):
            inserting(ledger, document(number))
        ledger.write()
