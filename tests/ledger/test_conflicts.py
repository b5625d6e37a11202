"""Optimistic concurrency control, case by case. Source: developer guide `concurrency`, and the drivers' tests."""

from collections.abc import Callable

import pytest

from emulator.errors import BadRequestException, OccConflictException
from emulator.ledger.ledger import Ledger
from emulator.ledger.transaction import Transaction
from tests.ledger.driving import committed, create_table, insert, rows, run, struct, table

Action = Callable[[Ledger, Transaction, str], object]


def _scan(ledger: Ledger, transaction: Transaction, document_id: str) -> object:
    return rows(transaction.user_view(table(ledger, "T")).scan())


def _find(value: int) -> Action:
    def find(ledger: Ledger, transaction: Transaction, document_id: str) -> object:
        return rows(transaction.user_view(table(ledger, "T")).find("a", value))

    return find


def _get(ledger: Ledger, transaction: Transaction, document_id: str) -> object:
    return rows(transaction.user_view(table(ledger, "T")).get(document_id))


def _insert(value: int) -> Action:
    return lambda ledger, transaction, _: transaction.insert(table(ledger, "T"), struct(a=value))


def _change(ledger: Ledger, transaction: Transaction, document_id: str) -> None:
    transaction.replace(table(ledger, "T"), document_id, struct(a=1, b=2))


def _delete(ledger: Ledger, transaction: Transaction, document_id: str) -> None:
    transaction.delete(table(ledger, "T"), document_id)


def _drop(ledger: Ledger, transaction: Transaction, document_id: str) -> object:
    return transaction.drop_table(table(ledger, "T"))


def _index(ledger: Ledger, transaction: Transaction, document_id: str) -> object:
    return transaction.create_index(table(ledger, "T"), "b")


def _history(ledger: Ledger, transaction: Transaction, document_id: str) -> object:
    return rows(transaction.history(table(ledger, "T"), None, None).scan())


def _catalog(ledger: Ledger, transaction: Transaction, document_id: str) -> object:
    return list(transaction.user_tables())


CASES = [
    ("a scan and an insert", _scan, _insert(5), True),
    ("a scan and a change", _scan, _change, True),
    ("a scan and a delete", _scan, _delete, True),
    ("an index read and a change of the document found", _find(1), _change, True),
    ("an index read and an insert of the same value (a phantom)", _find(7), _insert(7), True),
    ("an index read and an insert of another value", _find(1), _insert(7), False),
    ("a read by id and a change", _get, _change, True),
    ("a read by id and an insert", _get, _insert(5), False),
    ("two blind inserts", _insert(1), _insert(1), False),
    ("two readers", _scan, _scan, False),
    ("two changes of one document", _change, _change, True),
    ("a change and a delete", _change, _delete, True),
    ("a read and DROP TABLE", _find(9), _drop, True),
    ("an insert and DROP TABLE", _insert(1), _drop, True),
    ("a read and CREATE INDEX", _scan, _index, False),
    ("two CREATE INDEX", _index, _index, True),
    ("history and a change", _history, _change, False),
    ("the catalog and an insert", _catalog, _insert(1), False),
    ("the catalog and DROP TABLE", _catalog, _drop, True),
]


@pytest.mark.parametrize(("first", "second", "conflict"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_what_was_read_and_then_changed_conflicts(
    ledger: Ledger, first: Action, second: Action, conflict: bool
) -> None:
    """The first transaction acts, the second acts and commits, then the first commits or is refused."""
    create_table(ledger, "T", "a")
    document_id = insert(ledger, "T", struct(a=1))
    slow = run(ledger.begin())
    first(ledger, slow, document_id)
    committed(ledger, lambda quick: second(ledger, quick, document_id))

    if conflict:
        with pytest.raises(OccConflictException):
            ledger.commit(slow)
    else:
        ledger.commit(slow)


def test_transactions_of_one_group_conflict_too(ledger: Ledger) -> None:
    """Two transactions appended together are checked as if one came after the other."""
    create_table(ledger, "T", "a")
    document_id = insert(ledger, "T", struct(a=1))
    commits = []
    for _ in range(2):
        transaction = run(ledger.begin())
        _change(ledger, transaction, document_id)
        commits.append(ledger.submit(transaction))
    ledger.write()

    commits[0].result()
    with pytest.raises(OccConflictException):
        commits[1].result()


def test_two_tables_of_one_name_cannot_be_created(ledger: Ledger) -> None:
    """Of two concurrent CREATE TABLE of one name, the later commit is refused."""
    first, second = run(ledger.begin()), run(ledger.begin())
    first.create_table("T", {})
    second.create_table("T", {})
    ledger.commit(first)
    with pytest.raises(OccConflictException):
        ledger.commit(second)


def test_limits_hold_across_transactions(ledger: Ledger) -> None:
    """Twenty concurrent transactions cannot make twenty-one tables."""
    for number in range(19):
        create_table(ledger, f"T{number}")
    first, second = run(ledger.begin()), run(ledger.begin())
    first.create_table("A", {})
    second.create_table("B", {})
    ledger.commit(first)
    with pytest.raises(BadRequestException, match="20 active tables"):
        ledger.commit(second)


def test_the_write_log_forgets(ledger: Ledger) -> None:
    """Without open transactions nothing is remembered of past writes."""
    create_table(ledger, "T", "a")
    for number in range(20):
        insert(ledger, "T", struct(a=number))
    assert ledger._sealing.write_log._last_written == {}


def test_a_document_changed_while_a_look_up_is_read_conflicts(ledger: Ledger) -> None:
    """Rows of a look-up that were fetched before another's commit, and used after it, count as read before it."""
    create_table(ledger, "T", "a")
    ids = [insert(ledger, "T", struct(a=1, n=number)) for number in range(10)]
    slow = run(ledger.begin())
    records = slow.user_view(table(ledger, "T")).find("a", 1)
    next(records)
    committed(ledger, lambda quick: quick.replace(table(ledger, "T"), ids[9], struct(a=1, n=-1)))
    rows(records)
    slow.replace(table(ledger, "T"), ids[9], struct(a=1, n=100))

    with pytest.raises(OccConflictException):
        ledger.commit(slow)


def test_a_look_up_in_an_index_that_is_dropped_conflicts(ledger: Ledger) -> None:
    """What is left of the look-up may not be found any more, so the transaction cannot commit."""
    create_table(ledger, "T", "a")
    for number in range(40):
        insert(ledger, "T", struct(a=1, n=number))
    slow = run(ledger.begin())
    records = slow.user_view(table(ledger, "T")).find("a", 1)
    next(records)
    index_id = table(ledger, "T").indexes[0].index_id
    committed(ledger, lambda quick: quick.drop_index(table(ledger, "T"), index_id))
    rows(records)

    with pytest.raises(OccConflictException):
        ledger.commit(slow)


def test_a_conflict_is_found_though_the_view_had_to_catch_up(ledger: Ledger) -> None:
    """What others wrote is not forgotten when the view is mended just before the check."""
    create_table(ledger, "T", "a")
    document_id = insert(ledger, "T", struct(a=1))
    slow = run(ledger.begin())
    _change(ledger, slow, document_id)
    quick = run(ledger.begin())
    _change(ledger, quick, document_id)
    ledger.commit(quick)
    ledger.view.rollback()

    with pytest.raises(OccConflictException):
        ledger.commit(slow)
