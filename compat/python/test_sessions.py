"""How the driver manages sessions: pooling, retries, aborts, expiry, closing, and more than one thread."""

import threading
import time
from collections.abc import Callable
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from pyqldb.config.retry_config import RetryConfig
from pyqldb.driver.qldb_driver import QldbDriver
from pyqldb.errors import DriverClosedError, LambdaAbortedError, SessionPoolEmptyError

NO_RETRY = RetryConfig(retry_limit=0)
TRANSACTION_TIMEOUT_SECONDS = 30

Connect = Callable[..., QldbDriver]


def run(driver: QldbDriver, statement: str, *parameters: Any) -> list[Any]:
    """Run one statement in a transaction of its own."""
    return list(driver.execute_lambda(lambda executor: executor.execute_statement(statement, *parameters)))


def counter(driver: QldbDriver) -> None:
    """Make a table with one document to compete for."""
    driver.execute_lambda(lambda executor: executor.execute_statement("CREATE TABLE Counter"))
    driver.execute_lambda(lambda executor: executor.execute_statement("CREATE INDEX ON Counter (name)"))
    run(driver, "INSERT INTO Counter ?", {"name": "c", "tally": 0})


def read(executor: Any) -> int:
    """Read the counter."""
    [value] = executor.execute_statement("SELECT VALUE c.tally FROM Counter AS c WHERE c.name = 'c'")
    return int(value)


def write(executor: Any, value: int) -> None:
    """Write the counter."""
    executor.execute_statement("UPDATE Counter AS c SET c.tally = ? WHERE c.name = 'c'", value)


def test_pooled_session_is_used_again(listening_driver: tuple[Connect, list[str]]) -> None:
    """Three transactions one after the other need one session."""
    connect, commands = listening_driver
    driver = connect()

    for name in ("A", "B", "C"):
        run(driver, f"CREATE TABLE {name}")

    assert commands == ["StartSession", *["StartTransaction", "ExecuteStatement", "CommitTransaction"] * 3]


def test_pool_gives_out_no_more_sessions_than_allowed(ledger: str) -> None:
    """A second transaction inside the first finds the pool of one empty."""
    with QldbDriver(ledger, max_concurrent_transactions=1) as driver, pytest.raises(SessionPoolEmptyError):
        driver.execute_lambda(lambda _: driver.execute_lambda(lambda _: None))


def test_stale_session_in_the_pool_is_replaced(listening_driver: tuple[Connect, list[str]]) -> None:
    """A session that ended behind the driver's back costs a retry, which the user does not see."""
    connect, commands = listening_driver
    driver = connect()
    run(driver, "CREATE TABLE A")
    pooled = driver._pool.queue[0]
    boto3.client("qldb-session").send_command(SessionToken=pooled._session.token, EndSession={})

    run(driver, "CREATE TABLE B")

    assert commands.count("StartSession") == 2
    assert {str(name) for name in driver.list_tables()} == {"A", "B"}


def test_two_threads_that_conflict_both_succeed(driver: QldbDriver) -> None:
    """Both read the same value; the later commit conflicts, is retried by the driver, and no increment is lost."""
    counter(driver)
    both_have_read = threading.Barrier(2, timeout=20)
    attempts: list[int] = []

    def increment() -> None:
        first_attempt = iter([True])

        def transaction(executor: Any) -> None:
            value = read(executor)
            attempts.append(value)
            if next(first_attempt, False):
                both_have_read.wait()
            write(executor, value + 1)

        driver.execute_lambda(transaction)

    threads = [threading.Thread(target=increment) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert driver.execute_lambda(read) == 2
    assert attempts == [0, 0, 1]


def test_conflict_reaches_the_user_when_retries_are_used_up(driver: QldbDriver) -> None:
    """Without retries the service's exception is raised, by its name."""
    counter(driver)

    def overtaken(executor: Any) -> None:
        value = read(executor)
        driver.execute_lambda(lambda other: write(other, 10))
        write(executor, value + 1)

    with pytest.raises(ClientError) as raised:
        driver.execute_lambda(overtaken, retry_config=NO_RETRY)

    assert raised.value.response["Error"]["Code"] == "OccConflictException"
    assert driver.execute_lambda(read) == 10


def test_conflict_of_a_transaction_that_only_read(driver: QldbDriver) -> None:
    """Reading what another transaction then writes is a conflict, even when nothing was written."""
    counter(driver)

    def overtaken(executor: Any) -> None:
        executor.execute_statement("SELECT * FROM Counter")
        driver.execute_lambda(lambda other: write(other, 10))

    with pytest.raises(ClientError) as raised:
        driver.execute_lambda(overtaken, retry_config=NO_RETRY)

    assert raised.value.response["Error"]["Code"] == "OccConflictException"


def test_conflict_over_a_document_that_was_not_there(driver: QldbDriver) -> None:
    """Two transactions that look for a key, miss it and insert it cannot both commit."""
    counter(driver)

    def insert_if_absent(executor: Any) -> None:
        if not list(executor.execute_statement("SELECT * FROM Counter AS c WHERE c.name = 'new'")):
            executor.execute_statement("INSERT INTO Counter ?", {"name": "new"})

    def overtaken(executor: Any) -> None:
        insert_if_absent(executor)
        driver.execute_lambda(insert_if_absent)

    with pytest.raises(ClientError) as raised:
        driver.execute_lambda(overtaken, retry_config=NO_RETRY)

    assert raised.value.response["Error"]["Code"] == "OccConflictException"
    assert len(run(driver, "SELECT * FROM Counter AS c WHERE c.name = 'new'")) == 1


def test_session_goes_on_after_a_conflict(listening_driver: tuple[Connect, list[str]]) -> None:
    """A conflict closes the transaction and leaves the session: no abort, no new session."""
    connect, commands = listening_driver
    driver, other = connect(), connect()
    counter(driver)
    run(other, "SELECT * FROM Counter")
    overtake = iter([True])

    def overtaken_once(executor: Any) -> None:
        value = read(executor)
        if next(overtake, False):
            other.execute_lambda(lambda executor: write(executor, 10))
        write(executor, value + 1)

    del commands[:]
    driver.execute_lambda(overtaken_once)

    assert driver.execute_lambda(read) == 11
    assert {"StartSession", "AbortTransaction"}.isdisjoint(commands)


def test_writers_of_different_documents_do_not_conflict(driver: QldbDriver) -> None:
    """Transactions that look up different keys of an index commit beside each other."""
    counter(driver)
    run(driver, "INSERT INTO Counter ?", {"name": "d", "tally": 0})

    def beside(executor: Any) -> None:
        write(executor, 1)
        run(driver, "UPDATE Counter AS c SET c.tally = 1 WHERE c.name = 'd'")

    driver.execute_lambda(beside, retry_config=NO_RETRY)

    assert [int(value) for value in run(driver, "SELECT VALUE c.tally FROM Counter AS c")] == [1, 1]


def test_abort_takes_everything_back(driver: QldbDriver) -> None:
    """What an aborted transaction wrote is not there."""
    counter(driver)

    def aborting(executor: Any) -> None:
        write(executor, 99)
        assert read(executor) == 99
        executor.abort()

    with pytest.raises(LambdaAbortedError):
        driver.execute_lambda(aborting)

    assert driver.execute_lambda(read) == 0


def test_exception_of_the_user_takes_everything_back(listening_driver: tuple[Connect, list[str]]) -> None:
    """An exception in the lambda aborts the transaction and keeps the session."""
    connect, commands = listening_driver
    driver = connect()
    counter(driver)

    def failing(executor: Any) -> None:
        write(executor, 99)
        raise KeyError("mine")

    with pytest.raises(KeyError):
        driver.execute_lambda(failing)

    assert driver.execute_lambda(read) == 0
    assert (commands.count("AbortTransaction"), commands.count("StartSession")) == (1, 1)


def test_error_in_a_statement_keeps_the_session(listening_driver: tuple[Connect, list[str]]) -> None:
    """After a refused statement the driver aborts and goes on with the same session."""
    connect, commands = listening_driver
    driver = connect()

    with pytest.raises(ClientError):
        run(driver, "SELECT * FROM Nowhere")
    run(driver, "CREATE TABLE Somewhere")

    assert commands.count("StartSession") == 1


@pytest.mark.slow
def test_transaction_expires(driver: QldbDriver) -> None:
    """After thirty seconds a transaction cannot commit; the driver does not try again, and goes on afterwards."""
    counter(driver)
    attempts: list[str] = []

    def too_slow(executor: Any) -> None:
        attempts.append(executor.transaction_id)
        write(executor, 99)
        time.sleep(TRANSACTION_TIMEOUT_SECONDS + 1)

    with pytest.raises(ClientError) as raised:
        driver.execute_lambda(too_slow)

    error = raised.value.response["Error"]
    assert error["Code"] == "InvalidSessionException"
    assert error["Message"] == f"Transaction {attempts[0]} has expired"
    assert len(attempts) == 1
    assert driver.execute_lambda(read) == 0


def test_closed_driver_refuses(ledger: str) -> None:
    """A closed driver runs nothing."""
    driver = QldbDriver(ledger)
    driver.close()

    with pytest.raises(DriverClosedError):
        driver.execute_lambda(lambda _: None)


def test_closing_the_driver_ends_its_sessions(listening_driver: tuple[Connect, list[str]]) -> None:
    """Closing ends each pooled session at the service, whose token is then unknown."""
    connect, commands = listening_driver
    driver = connect()
    run(driver, "CREATE TABLE A")
    token = driver._pool.queue[0]._session.token

    driver.close()

    assert commands[-1] == "EndSession"
    client = boto3.client("qldb-session")
    with pytest.raises(client.exceptions.InvalidSessionException):
        client.send_command(SessionToken=token, StartTransaction={})


def test_unknown_ledger(endpoint: str) -> None:
    """A driver for a ledger that does not exist fails with what the service says, after its retries."""
    with QldbDriver("no-such-ledger") as driver, pytest.raises(ClientError) as raised:
        driver.execute_lambda(lambda _: None)

    assert raised.value.response["Error"]["Code"] == "BadRequestException"


def test_two_threads_share_a_driver(driver: QldbDriver) -> None:
    """Threads that do not meet each have a session and lose nothing."""
    run(driver, "CREATE TABLE Log")

    def log(thread: int) -> None:
        for number in range(10):
            run(driver, "INSERT INTO Log ?", {"thread": thread, "number": number})

    threads = [threading.Thread(target=log, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    found = run(driver, "SELECT * FROM Log")
    assert {(int(row["thread"]), int(row["number"])) for row in found} == {(t, n) for t in range(2) for n in range(10)}


def test_list_tables_lists_active_tables(driver: QldbDriver) -> None:
    """A dropped table is not listed."""
    for name in ("Kept", "Dropped"):
        run(driver, f"CREATE TABLE {name}")
    run(driver, "DROP TABLE Dropped")

    assert [str(name) for name in driver.list_tables()] == ["Kept"]


def test_commit_of_a_transaction_without_statements(driver: QldbDriver) -> None:
    """A transaction in which nothing was run commits."""
    assert driver.execute_lambda(lambda executor: len(executor.transaction_id)) == 22
