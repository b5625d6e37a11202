"""An emulator that is asked by a call: what takes long, or goes on after an answer, is done without a server's loop."""

from collections.abc import Iterator

import pytest

from emulator.in_process import InProcess
from emulator.runtime import Emulator
from emulator.settings import Settings
from emulator.testing.handle import Qldb

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


def test_closed_emulator_says_so(qldb: Qldb) -> None:
    """Whoever kept a handle, or a thread, longer than what it is for is told what became of it."""
    answering = qldb._transport
    assert isinstance(answering, InProcess)
    answering.close()

    for ask in (qldb.ledgers, lambda: qldb.run("SELECT * FROM Person")):
        with pytest.raises(RuntimeError, match="This emulator is stopped"):
            ask()
