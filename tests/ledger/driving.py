"""What the ledger's tests say often."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from emulator.ion.values import Struct, Value
from emulator.ledger.catalog import Table
from emulator.ledger.collections import Record
from emulator.ledger.ledger import Ledger
from emulator.ledger.transaction import Transaction

T = TypeVar("T")


def struct(**fields: Value) -> Struct:
    return Struct(fields.items())


def run(transaction: Transaction, text: str = "-- a statement") -> Transaction:
    """Begin a statement, so that what follows is journaled."""
    transaction.begin_statement(text)
    return transaction


def committed(ledger: Ledger, work: Callable[[Transaction], T]) -> T:
    """Do something in a transaction of its own and commit it."""
    transaction = run(ledger.begin())
    result = work(transaction)
    ledger.commit(transaction)
    return result


def create_table(ledger: Ledger, name: str, *indexed: str) -> Table:
    committed(ledger, lambda t: t.create_table(name, {}))
    for field in indexed:
        committed(ledger, lambda t, field=field: t.create_index(table(ledger, name), field))  # type: ignore[misc]
    return table(ledger, name)


def table(ledger: Ledger, name: str) -> Table:
    found = ledger.view.catalog.active_table(name)
    assert found is not None
    return found


def insert(ledger: Ledger, name: str, document: Struct) -> str:
    return committed(ledger, lambda t: t.insert(table(ledger, name), document))


def rows(records: Iterable[Record | None]) -> list[Record]:
    return [record for record in records if record is not None]


def values(records: Iterator[Record | None]) -> list[dict[str, Value]]:
    return [dict(record.value.fields()) for record in rows(records)]
