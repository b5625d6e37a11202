"""An emulator that is asked by a call: what takes long, or goes on after an answer, is done without a server's loop."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any

import pytest

from emulator.in_process import InProcess
from emulator.runtime import Emulator
from emulator.settings import Settings
from emulator.testing.handle import Qldb
from tests.timing import eventually, soon

_DOCUMENTS = 1_200
"""More than an index takes in one piece."""


@pytest.fixture
def qldb() -> Iterator[Qldb]:
    emulator = Emulator(Settings(in_memory=True))
    answering = InProcess(emulator)
    handle = Qldb(answering, "people")
    handle.create_ledger("people")
    handle.run("CREATE TABLE Person")
    yield handle
    answering.close()
    emulator.close()


def test_index_is_built_before_the_next_request(qldb: Qldb) -> None:
    """What the writer does after its answer is done when the answer is there."""
    for start in range(0, _DOCUMENTS, 40):
        people = ", ".join(f"{{'number': {number}}}" for number in range(start, start + 40))
        qldb.run(f"INSERT INTO Person << {people} >>")

    qldb.run("CREATE INDEX ON Person (number)")

    assert qldb.run("SELECT * FROM Person WHERE number = 7") == [{"number": 7}]
    assert qldb.statements()[-1]["documents_read"] == 1


def test_work_that_threads_do_is_waited_for(qldb: Qldb) -> None:
    """A text that is long is planned on a thread, and its rows are in the answer."""
    names = [f"name {number}" for number in range(1_000)]

    assert qldb.run(f"SELECT VALUE name FROM {names!r} AS name") == names


@pytest.mark.parametrize("fault", ["ConnectionReset", "TruncatedBody"])
def test_answers_without_a_body_get_lost_as_well(qldb: Qldb, fault: str) -> None:
    """There is no connection to break in the middle of nothing, and the client is told that it broke."""
    qldb.faults.once("DeleteLedger", fault)

    with pytest.raises(ConnectionResetError):
        qldb.delete_ledger("people")

    assert qldb.ledgers() == ([] if fault == "TruncatedBody" else ["people"])


def _late(qldb: Qldb, pool: ThreadPoolExecutor, command: str = "DescribeLedger") -> Future[Any]:
    """An answer that does not come for an hour, asked for on a thread."""
    rule = qldb.faults.always(command, "Latency", latency="1h")
    call: Callable[[], Any] = partial(qldb.run, "SELECT * FROM Person")
    if command == "DescribeLedger":
        call = partial(qldb._transport.request, "GET", "/ledgers/people", {}, b"")
    late = pool.submit(call)
    assert eventually(lambda: rule.fired == 1)
    assert not late.done()
    return late


@pytest.mark.parametrize("command", ["DescribeLedger", "StartTransaction", "ExecuteStatement"])
@pytest.mark.parametrize("take_back", [lambda qldb: qldb.faults.clear(), lambda qldb: qldb.take_back()])
def test_answers_are_late_as_long_as_their_rule_is_in_force(
    qldb: Qldb, command: str, take_back: Callable[[Qldb], None]
) -> None:
    """Another thread takes the rule back, and who was held up is answered."""
    with ThreadPoolExecutor() as pool, soon():
        late = _late(qldb, pool, command)
        qldb._made.clear()  # the ledger stays when the handle takes back what it made
        take_back(qldb)
        late.result()

    assert qldb.faults.told() == []


def test_other_threads_go_on_while_an_answer_is_late(qldb: Qldb) -> None:
    """They are not held up for longer than a moment, and what goes wrong is told to whom it goes wrong for."""
    with ThreadPoolExecutor() as pool, soon():
        late = _late(qldb, pool)
        qldb.run("INSERT INTO Person {'name': 'Ada'}")
        assert qldb.run("SELECT * FROM Person") == [{"name": "Ada"}]
        qldb.faults.once("ListLedgers", "ConnectionReset")
        with pytest.raises(ConnectionResetError):
            qldb.ledgers()
        qldb.faults.clear()
        assert late.result().status == 200


def test_threads_that_are_late_do_not_wait_for_each_other(qldb: Qldb) -> None:
    """Each is answered when its own time is over, whoever was the first to wait, and whoever is the last."""
    describe = partial(qldb._transport.request, "GET", "/ledgers/people", {}, b"")
    with ThreadPoolExecutor() as pool, soon():
        late = []
        for latency in ("300ms", "1h", "300ms"):
            rule = qldb.faults.once("DescribeLedger", "Latency", latency=latency)
            late.append(pool.submit(describe))
            assert eventually(lambda rule=rule: rule.fired == 1)  # type: ignore[misc]
        assert [late[number].result().status for number in (0, 2)] == [200, 200]
        assert not late[1].done()
        qldb.faults.clear()
        assert late[1].result().status == 200


def test_nobody_is_late_for_an_emulator_that_is_closed(qldb: Qldb) -> None:
    """What was begun is finished, also what waits for its turn beside another."""
    answering = qldb._transport
    assert isinstance(answering, InProcess)

    with ThreadPoolExecutor() as pool, soon():
        late = [_late(qldb, pool, command) for command in ("DescribeLedger", "ExecuteStatement")]
        answering.close()
        assert late[0].result().status == 200
        with suppress(RuntimeError):  # what it would have asked next
            late[1].result()


def test_closed_emulator_says_so(qldb: Qldb) -> None:
    """Whoever kept a handle, or a thread, longer than what it is for is told what became of it."""
    answering = qldb._transport
    assert isinstance(answering, InProcess)
    answering.close()

    for ask in (qldb.ledgers, lambda: qldb.run("SELECT * FROM Person")):
        with pytest.raises(RuntimeError, match="This emulator is stopped"):
            ask()
