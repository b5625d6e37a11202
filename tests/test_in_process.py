"""An emulator that is asked by a call: what takes long, or goes on after an answer, is done without a server's loop."""

import signal
from collections.abc import Iterator

import pytest

from emulator.in_process import InProcess
from emulator.runtime import Emulator
from emulator.settings import Settings
from emulator.testing.handle import Qldb
from tests.timing import soon

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


@pytest.mark.parametrize("command", ["DescribeLedger", "StartTransaction"])
@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="there are no timers to be interrupted by")
def test_who_is_interrupted_does_not_wait_for_a_late_answer(qldb: Qldb, command: str) -> None:
    """By Ctrl-C, or by the end of a test's time; the next request is answered."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    qldb.faults.once(command, "Latency", latency="1h")
    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.5)
    try:
        with soon(), pytest.raises(KeyboardInterrupt):
            qldb._transport.request("GET", "/ledgers/people", {}, b"")
            qldb.run("SELECT * FROM Person")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)

    qldb.faults.clear()
    assert qldb.run("SELECT * FROM Person") == []


def test_closed_emulator_says_so(qldb: Qldb) -> None:
    """Whoever kept a handle, or a thread, longer than what it is for is told what became of it."""
    answering = qldb._transport
    assert isinstance(answering, InProcess)
    answering.close()

    for ask in (qldb.ledgers, lambda: qldb.run("SELECT * FROM Person")):
        with pytest.raises(RuntimeError, match="This emulator is stopped"):
            ask()
