"""Statements as the driver runs them: pages, cursors, what they cost, and how they are refused."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from pyqldb.driver.qldb_driver import QldbDriver

DOCUMENTS = 450
DOCUMENTS_PER_TRANSACTION = 40
SIX_WAY_JOIN_READS = 3 + 9 + 27 + 81 + 243 + 729

Connect = Callable[..., QldbDriver]


def run(driver: QldbDriver, statement: str, *parameters: Any) -> list[Any]:
    """Run one statement in a transaction of its own."""
    return list(driver.execute_lambda(lambda executor: executor.execute_statement(statement, *parameters)))


def fill(driver: QldbDriver, table: str, count: int) -> None:
    """Create a table with `count` documents numbered from 0, as many per transaction as the quota allows."""
    run(driver, f"CREATE TABLE {table}")
    for start in range(0, count, DOCUMENTS_PER_TRANSACTION):
        numbers = range(start, min(start + DOCUMENTS_PER_TRANSACTION, count))
        run(driver, f"INSERT INTO {table} ?", [{"number": number} for number in numbers])


@pytest.fixture(scope="module")
def filled(module_ledger: str) -> Iterator[str]:
    """A ledger with a table of several pages and one of three documents."""
    with QldbDriver(module_ledger) as driver:
        fill(driver, "Many", DOCUMENTS)
        fill(driver, "Three", 3)
    yield module_ledger


@pytest.fixture
def reader(filled: str) -> Iterator[QldbDriver]:
    """A driver to read that ledger with."""
    with QldbDriver(filled) as driver:
        yield driver


def test_result_of_many_pages_is_complete(reader: QldbDriver) -> None:
    """Every document comes once, however many pages it takes."""
    numbers = run(reader, "SELECT VALUE m.number FROM Many AS m")

    assert sorted(map(int, numbers)) == list(range(DOCUMENTS))


def test_long_result_is_fetched_page_by_page(listening_driver: tuple[Connect, list[str]]) -> None:
    """Pages after the first are asked for with FetchPage, in the same transaction."""
    connect, commands = listening_driver
    driver = connect()
    fill(driver, "Many", DOCUMENTS)
    del commands[:]

    run(driver, "SELECT * FROM Many")

    assert commands[:2] == ["StartTransaction", "ExecuteStatement"]
    assert commands[-1] == "CommitTransaction"
    assert set(commands[2:-1]) == {"FetchPage"}


def test_two_cursors_of_one_transaction_interleave(reader: QldbDriver) -> None:
    """Two open results of several pages each are read in turns and do not disturb each other."""

    def interleaved(executor: Any) -> list[tuple[int, int]]:
        upward = executor.execute_statement("SELECT VALUE m.number FROM Many AS m")
        shifted = executor.execute_statement("SELECT VALUE m.number + 1000 FROM Many AS m")
        return [(int(one), int(other)) for one, other in zip(upward, shifted, strict=True)]

    pairs = reader.execute_lambda(interleaved)

    assert sorted(one for one, _ in pairs) == list(range(DOCUMENTS))
    assert sorted(other for _, other in pairs) == list(range(1000, 1000 + DOCUMENTS))


def test_pages_are_read_ahead(filled: str) -> None:
    """With read-ahead the driver fetches pages from a thread of its own, beside the session's other commands."""
    with QldbDriver(filled, read_ahead=2) as driver:
        numbers = run(driver, "SELECT VALUE m.number FROM Many AS m")

    assert sorted(map(int, numbers)) == list(range(DOCUMENTS))


def test_result_that_is_not_read_to_its_end(reader: QldbDriver) -> None:
    """A transaction may commit with pages left unread."""

    def first_only(executor: Any) -> int:
        return int(next(executor.execute_statement("SELECT VALUE m.number FROM Many AS m")))

    assert 0 <= reader.execute_lambda(first_only) < DOCUMENTS


def test_scan_reads_each_document_once(reader: QldbDriver) -> None:
    """A scan costs one read per document, summed over its pages."""
    cursor = reader.execute_lambda(lambda executor: executor.execute_statement("SELECT * FROM Many"))

    assert cursor.get_consumed_ios() == {"ReadIOs": DOCUMENTS}


def test_six_way_join_reads_1092_documents(reader: QldbDriver) -> None:
    """Each level of a nested loop reads its table anew: 3 + 9 + 27 + 81 + 243 + 729."""
    statement = "SELECT * FROM Three a, Three b, Three c, Three d, Three e, Three f"

    cursor = reader.execute_lambda(lambda executor: executor.execute_statement(statement))

    assert cursor.get_consumed_ios() == {"ReadIOs": SIX_WAY_JOIN_READS}
    assert len(list(cursor)) == 729


def test_cost_is_known_from_the_first_row(reader: QldbDriver) -> None:
    """A streamed result tells reads and time before it is read to its end."""

    def first_row(executor: Any) -> tuple[Any, Any]:
        cursor = executor.execute_statement("SELECT * FROM Three a, Three b, Three c, Three d, Three e, Three f")
        next(cursor)
        return cursor.get_consumed_ios(), cursor.get_timing_information()

    ios, timing = reader.execute_lambda(first_row)

    assert ios["ReadIOs"] > 0
    assert timing["ProcessingTimeMilliseconds"] > 0


def test_timing_is_at_least_a_millisecond(reader: QldbDriver) -> None:
    """However quick a statement was, its time is not zero, which the driver would take for none."""
    cursor = reader.execute_lambda(lambda executor: executor.execute_statement("SELECT * FROM Three"))

    assert cursor.get_timing_information()["ProcessingTimeMilliseconds"] >= 1


def test_empty_result(driver: QldbDriver) -> None:
    """A result without rows is empty, not an error."""
    run(driver, "CREATE TABLE Empty")

    assert run(driver, "SELECT * FROM Empty") == []


def test_count_is_the_first_column(reader: QldbDriver) -> None:
    """A column without a name is named for its place."""
    assert [dict(row) for row in run(reader, "SELECT COUNT(*) FROM Many")] == [{"_1": DOCUMENTS}]


def test_parameters_are_bound_in_order(reader: QldbDriver) -> None:
    """Each `?` takes the next parameter."""
    found = run(reader, "SELECT VALUE m.number FROM Many AS m WHERE m.number >= ? AND m.number < ?", 7, 9)

    assert sorted(map(int, found)) == [7, 8]


def test_several_documents_as_parameters(driver: QldbDriver) -> None:
    """A bag of parameters inserts each; every one gets an id."""
    run(driver, "CREATE TABLE Things")

    rows = run(driver, "INSERT INTO Things << ?, ? >>", {"name": "a"}, {"name": "b"})

    assert len({str(row["documentId"]) for row in rows}) == 2


def test_statement_answers_with_the_changed_documents(driver: QldbDriver) -> None:
    """UPDATE and DELETE give the id of each document they changed, and none when none matched."""
    run(driver, "CREATE TABLE Things")
    [row] = run(driver, "INSERT INTO Things ?", {"name": "a"})

    assert run(driver, "UPDATE Things SET name = 'b'") == [row]
    assert run(driver, "UPDATE Things AS t SET t.name = 'c' WHERE t.name = 'nobody'") == []
    assert run(driver, "DELETE FROM Things") == [row]


def test_create_statements_answer_with_the_table_id(driver: QldbDriver) -> None:
    """CREATE TABLE, CREATE INDEX and DROP TABLE each give one row with the table's id."""
    created = run(driver, "CREATE TABLE Things")

    assert [list(row) for row in created] == [["tableId"]]
    assert run(driver, "CREATE INDEX ON Things (name)") == created
    assert run(driver, "DROP TABLE Things") == created


REFUSED = {
    "unknown table": "SELECT * FROM Nowhere",
    "delete from unknown table": "DELETE FROM Nowhere",
    "insert into unknown table": "INSERT INTO Nowhere VALUE {'a': 1}",
    "no statement": "SELEKT * FROM Known",
    "unfinished": "SELECT * FROM",
    "unbalanced": "SELECT * FROM Known WHERE (a = 1",
    "unclosed string": "SELECT * FROM Known WHERE a = 'b",
    "order by": "SELECT * FROM Known ORDER BY a",
    "limit": "SELECT * FROM Known LIMIT 1",
    "left join": "SELECT * FROM Known a LEFT JOIN Known b ON a.x = b.x",
    "no document": "INSERT INTO Known VALUE 5",
    "write to a view": "DELETE FROM _ql_committed_Known",
    "too few parameters": "SELECT * FROM Known WHERE a = ?",
    "duplicate table": "CREATE TABLE Known",
}


@pytest.fixture(scope="module")
def known(module_ledger: str) -> Iterator[QldbDriver]:
    """A driver for a ledger that has one table."""
    with QldbDriver(module_ledger) as driver:
        run(driver, "CREATE TABLE Known")
        yield driver


@pytest.mark.parametrize("statement", [pytest.param(text, id=name) for name, text in REFUSED.items()])
def test_refused_statement(known: QldbDriver, statement: str) -> None:
    """What the service cannot run is a BadRequestException with a message."""
    with pytest.raises(ClientError) as raised:
        run(known, statement)

    error = raised.value.response["Error"]
    assert error["Code"] == "BadRequestException"
    assert error["Message"]


def test_unknown_table_is_named(known: QldbDriver) -> None:
    """The message for an unknown table is the one the service was seen to give."""
    with pytest.raises(ClientError) as raised:
        run(known, "SELECT * FROM NonExistentTable")

    assert "No such variable named 'NonExistentTable'" in raised.value.response["Error"]["Message"]


def test_document_quota_of_a_transaction(driver: QldbDriver) -> None:
    """The forty-first document of a transaction is refused, and with it the transaction."""
    run(driver, "CREATE TABLE Things")
    documents = [{"number": number} for number in range(DOCUMENTS_PER_TRANSACTION + 1)]

    with pytest.raises(ClientError) as raised:
        run(driver, "INSERT INTO Things ?", documents)

    assert raised.value.response["Error"]["Code"] == "BadRequestException"
    assert run(driver, "SELECT * FROM Things") == []
