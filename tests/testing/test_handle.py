"""What a test holds in its hand: the journal and what it says, verification, faults and the clock."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from emulator import runtime
from emulator.client.transport import ServerError, ask
from emulator.clock import ManualClock
from emulator.in_process import InProcess
from emulator.ion.text import write_text
from emulator.ion.values import Struct
from emulator.settings import Settings
from emulator.testing import Emulator, MockQldb, Qldb, mock_qldb
from emulator.testing.verifying import verify


@pytest.fixture(params=["in process", "on a port"])
def qldb(request: pytest.FixtureRequest) -> Iterator[Qldb]:
    """On the ledger "mine" with the table Person; every test here is the same for both ways."""
    with mock_qldb() if request.param == "in process" else Emulator() as started:
        qldb = started if isinstance(started, Qldb) else started.handle()
        qldb.ledger = "mine"
        qldb.create_ledger("mine")
        qldb.run("CREATE TABLE Person")
        yield qldb


def test_journal_says_what_happened(qldb: Qldb) -> None:
    """Blocks as dicts, revisions of a table in order, a deletion as one without data."""
    qldb.run("INSERT INTO Person {'name': 'Ada'}", "INSERT INTO Person {'name': 'Grace'}")
    qldb.run("UPDATE Person SET name = 'Augusta' WHERE name = 'Ada'")
    qldb.run("DELETE FROM Person WHERE name = 'Grace'")

    journal = qldb.journal()
    revisions = qldb.revisions("Person")

    assert [block["blockAddress"]["sequenceNo"] for block in journal] == [0, 1, 2, 3, 4]
    assert [it["statement"] for it in journal[1]["transactionInfo"]["statements"]] == ["CREATE TABLE Person"]
    assert qldb.journal(last=2) == journal[-2:]
    assert [(it["metadata"]["version"], it.get("data")) for it in revisions] == [
        (0, {"name": "Ada"}),
        (0, {"name": "Grace"}),
        (1, {"name": "Augusta"}),
        (1, None),
    ]
    assert qldb.revisions("Car") == []


def test_states_are_compared(qldb: Qldb) -> None:
    """What came, what went, and what is another."""
    qldb.run("INSERT INTO Person << {'name': 'Ada'}, {'name': 'Grace'} >>")
    before = qldb.state()
    assert not qldb.diff(before)

    qldb.run("UPDATE Person SET born = 1815 WHERE name = 'Ada'", "DELETE FROM Person WHERE name = 'Grace'")
    qldb.run("INSERT INTO Person {'name': 'Mary'}")

    found = qldb.diff(before)
    assert list(found.added["Person"].values()) == [{"name": "Mary"}]
    assert list(found.removed["Person"].values()) == [{"name": "Grace"}]
    assert list(found.changed["Person"].values()) == [({"name": "Ada"}, {"name": "Ada", "born": 1815})]
    assert qldb.diff(before, before) == qldb.diff(qldb.state(), qldb.state())


@pytest.mark.parametrize(
    ("was", "became"),
    [
        ("true", "1"),
        ("1", "1.0"),
        ("1.0", "1.00"),
        ("1.0", "`1e0`"),
        ("`x::5`", "`y::5`"),
        ("null", "`null.string`"),
        ("'a'", "`a`"),
        ("`{{YQ==}}`", '`{{"a"}}`'),
    ],
)
def test_states_differ_as_ion_values_do(qldb: Qldb, was: str, became: str) -> None:
    """Also where the plain values are equal."""
    qldb.run(f"INSERT INTO Person {{'it': {was}}}")
    before = qldb.state()
    qldb.run(f"UPDATE Person SET it = {was}")
    assert not qldb.diff(before)

    qldb.run(f"UPDATE Person SET it = {became}")

    assert len(qldb.diff(before).changed["Person"]) == 1


def test_states_have_the_tables_that_are_there(qldb: Qldb) -> None:
    """One that is dropped goes with its documents; one that is back has them, and a namesake has its own."""
    [table] = qldb.run("SELECT VALUE tableId FROM information_schema.user_tables")
    qldb.run("INSERT INTO Person {'name': 'Ada'}")
    before = qldb.state()

    qldb.run("DROP TABLE Person")
    assert qldb.state() == {}
    assert list(qldb.diff(before).removed["Person"].values()) == [{"name": "Ada"}]
    qldb.run(f'UNDROP TABLE "{table}"')
    assert qldb.state() == before
    qldb.run("INSERT INTO Person {'name': 'Grace'}", "DROP TABLE Person", "CREATE TABLE Person")
    qldb.run("INSERT INTO Person {'name': 'DROP TABLE Person'}")

    assert [list(documents.values()) for documents in qldb.state().values()] == [[{"name": "DROP TABLE Person"}]]
    assert len(qldb.revisions("Person")) == 3


def test_states_are_of_a_ledger(qldb: Qldb) -> None:
    """A state of another ledger is compared with that ledger as it is now; one that somebody wrote with the test's."""
    qldb.create_ledger("other")
    qldb.run("CREATE TABLE Car", ledger="other")
    before = qldb.state("other")
    qldb.run("INSERT INTO Person {'name': 'Ada'}")
    assert not qldb.diff(before)

    qldb.run("INSERT INTO Car {'make': 'Ford'}", ledger="other")

    assert list(qldb.diff(before).added["Car"].values()) == [{"make": "Ford"}]
    assert list(qldb.diff({}).added) == ["Person"]
    assert not qldb.diff(dict(qldb.state()))


def test_what_ends_a_session_is_told(qldb: Qldb) -> None:
    """And not that there is no session to end any more."""
    qldb.faults.once("CommitTransaction", "TransactionExpired")

    with pytest.raises(ServerError, match="has expired"):
        qldb.run("SELECT * FROM Person")


def test_statements_say_how_they_ran(qldb: Qldb) -> None:
    """Text, plan and outcome, oldest first."""
    qldb.run("SELECT * FROM Person")

    last = qldb.statements()[-1]

    assert (last["statement"], last["plan"]) == ("SELECT * FROM Person", ["scan Person"])
    assert last["transaction"]["outcome"] == "committed"


class Asked:
    """Asks the ledger "mine", and remembers what for."""

    def __init__(self, qldb: Qldb) -> None:
        self._transport = qldb._transport
        self.operations: list[str] = []

    def __call__(self, operation: str, **members: Any) -> Any:
        self.operations.append(operation)
        return ask(self._transport, "POST", f"/ledgers/mine/{operation}", members or None)


def test_whole_journal_verifies(qldb: Qldb) -> None:
    """Tables, documents, changes, deletions and readings: every hash and every proof."""
    for number in range(5):
        qldb.run(f"INSERT INTO Person << {{'n': {number}}}, {{'n': {number + 10}}}, {{'n': {number + 20}}} >>")
    qldb.run("DELETE FROM Person WHERE n = 3", "SELECT * FROM Person")

    qldb.assert_verified()


def test_others_may_go_on_meanwhile(qldb: Qldb) -> None:
    """Blocks that come while a journal is verified are of its next verification."""
    asked = Asked(qldb)

    def read(start: int) -> Iterator[Struct]:
        qldb.run("INSERT INTO Person {'name': 'late'}")
        return qldb.blocks(start=start)

    verify(read, asked)

    assert len(qldb.journal()) > len([it for it in asked.operations if it == "block"])


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE block SET body = forged(body) WHERE sequence_no = 3",
        "UPDATE block SET body = x'e00100ea' WHERE sequence_no = 3",
        "UPDATE block SET body = (SELECT body FROM block WHERE sequence_no = 2) WHERE sequence_no = 3",
        "DELETE FROM block WHERE sequence_no = 3",
    ],
)
def test_journal_that_was_tampered_with_does_not_verify(tmp_path: Path, tampering: str) -> None:
    """While the server was off: what cannot even be read is none that verifies, either."""
    with Emulator(data_dir=tmp_path) as server:
        qldb = server.handle()
        qldb.create_ledger("mine")
        qldb.run("CREATE TABLE Person", ledger="mine")
        for number in range(3):
            qldb.run(f"INSERT INTO Person {{'name': 'Ada {number}'}}", ledger="mine")
        qldb.assert_verified("mine")
    [path] = tmp_path.glob("ledgers/*/journal.sqlite")
    with closing(sqlite3.connect(path)) as journal, journal:
        journal.create_function("forged", 1, lambda body: body.replace(b"Ada 1", b"Ada 8"))
        assert journal.execute(tampering).rowcount == 1

    with Emulator(data_dir=tmp_path) as server, pytest.raises(AssertionError):
        server.handle().assert_verified("mine")


def test_ledger_that_is_not_there_is_not_called_wrong(qldb: Qldb) -> None:
    """It is not there."""
    with pytest.raises(ServerError, match="ResourceNotFoundException"):
        qldb.assert_verified("nowhere")


@pytest.fixture
def unhurried() -> Iterator[Qldb]:
    with mock_qldb(clock="2024-01-01T00:00:00Z", revision_redacting_ms=1_000) as qldb:
        qldb.create_ledger("mine")
        qldb.ledger = "mine"
        yield qldb


def test_redactions_may_take_effect_meanwhile(unhurried: Qldb) -> None:
    """A revision that was there when its block was read, and is not when it is proved, has the same hash."""
    qldb = unhurried
    [table] = qldb.run("CREATE TABLE Person")
    [document] = qldb.run("INSERT INTO Person {'name': 'Ada'}")
    qldb.run("UPDATE Person SET name = 'Grace'")
    address = qldb.journal()[2]["blockAddress"]
    what = f'`{{strandId: "{address["strandId"]}", sequenceNo: 2}}`'
    qldb.run(f"EXEC REDACT_REVISION {what}, '{table['tableId']}', '{document['documentId']}'")
    asked = Asked(qldb)

    def read(start: int) -> Iterator[Struct]:
        blocks = list(qldb.blocks(start=start))
        qldb.clock.advance("2s")
        return iter(blocks)

    verify(read, asked)

    assert "data" not in qldb.revisions("Person")[0]


TAMPERING: dict[str, Callable[[dict[str, Any]], None]] = {
    "statements": lambda block: block.update(transactionInfo=Struct([("statements", [])])),
    "revisions": lambda block: block.update(revisions=[]),
    "entries": lambda block: block.update(entriesHashList=block["entriesHashList"][:-1]),
    "chain": lambda block: block.update(previousBlockHash=bytes(32)),
    "hash": lambda block: block.update(blockHash=bytes(32)),
}


@pytest.mark.parametrize("what", TAMPERING)
def test_tampering_is_noticed(what: str) -> None:
    """Whatever of a block is another than it was, the error names the block."""
    with mock_qldb() as qldb:
        qldb.ledger = "mine"
        qldb.create_ledger("mine")
        qldb.run("CREATE TABLE Person")
        qldb.run("INSERT INTO Person {'name': 'Ada'}")
        blocks = list(qldb.blocks())
        forged = dict(blocks[2].fields())
        TAMPERING[what](forged)
        shown = [*blocks[:2], Struct(forged.items())]
        assert write_text(shown[2]) != write_text(blocks[2])
        asked = Asked(qldb)
        verify(lambda start: iter(blocks[start:]), asked)

        with pytest.raises(AssertionError, match="block 2"):
            verify(lambda start: iter(shown[start:]), asked)


def test_faults_are_the_ledgers(qldb: Qldb) -> None:
    """A rule is about the test's ledger, says how often it fired, and is taken back."""
    qldb.create_ledger("other")
    rule = qldb.faults.once("CommitTransaction", "OccConflictException")

    qldb.run("CREATE TABLE Car", ledger="other")
    with pytest.raises(ServerError, match="OccConflictException"):
        qldb.run("CREATE TABLE Car")
    qldb.run("CREATE TABLE Car")

    assert (rule.matched, rule.fired) == (2, 1)
    rule.remove()
    assert qldb.faults.told() == []


def test_faults_of_operations_without_a_ledger_are_for_all(qldb: Qldb) -> None:
    """The test's ledger is not asked for where none can be."""
    created = qldb.faults.once("CreateLedger", "InternalFailure")
    listed = qldb.faults.once("ListLedgers", "ThrottlingException")

    with pytest.raises(ServerError, match="InternalFailure"):
        qldb.create_ledger("other")
    with pytest.raises(ServerError, match="ThrottlingException"):
        qldb.ledgers()

    assert (created.fired, listed.fired) == (1, 1)


def test_faults_come_in_every_rhythm(qldb: Qldb) -> None:
    """Always, at the nth call, and by chance."""
    always = qldb.faults.always("GetDigest", "ThrottlingException")
    qldb.faults.nth(2, "CommitTransaction", "OccConflictException")
    qldb.faults.probability(0.5, "StartTransaction", "ServiceUnavailable", seed=3, latency=timedelta(milliseconds=1))

    told = qldb.faults.told()

    assert [(it.get("times"), it.get("nth"), it["probability"]) for it in told] == [
        (None, None, 1.0),
        (None, 2, 1.0),
        (None, None, 0.5),
    ]
    assert told[2]["latency"] == 1
    assert always.fired == 0
    qldb.faults.clear()
    with pytest.raises(LookupError, match="was taken back"):
        assert always.fired


def test_clock_is_moved(qldb: Qldb) -> None:
    """Freeze, set, advance and tick, in whatever way a test writes times."""
    new_year = datetime(2024, 1, 1, tzinfo=UTC)
    qldb.clock.freeze(new_year)
    assert qldb.clock.now() == new_year

    qldb.clock.advance(timedelta(hours=1))
    qldb.clock.advance("30s")
    qldb.clock.advance(500)
    assert qldb.clock.now() == new_year + timedelta(hours=1, seconds=30.5)

    qldb.clock.set("2025-01-01")
    qldb.clock.tick("1s")
    qldb.run("SELECT * FROM Person")
    assert qldb.clock.now() > datetime(2025, 1, 1, tzinfo=UTC)

    qldb.clock.run()
    qldb.clock.reset()
    assert qldb.clock.now() > new_year


def test_clock_stands_still_to_the_millisecond() -> None:
    """However much time passes on the machine while it is frozen."""
    emulator = runtime.Emulator(Settings(in_memory=True), ManualClock(tick_ms=7))
    qldb = Qldb(InProcess(emulator))
    new_year = datetime(2024, 1, 1, tzinfo=UTC)

    qldb.clock.run()
    qldb.clock.freeze(new_year)

    assert qldb.clock.now() == new_year
    emulator.close()


def test_threads_share_a_handle(qldb: Qldb) -> None:
    """Each gets its own answers."""
    failed: list[BaseException] = []

    def use(number: int) -> None:
        try:
            for _ in range(10):
                assert qldb.run(f"SELECT VALUE {number} FROM << 1 >> AS one") == [number]
        except BaseException as error:
            failed.append(error)

    using = [threading.Thread(target=use, args=(number,)) for number in range(4)]
    for thread in using:
        thread.start()
    for thread in using:
        thread.join()

    assert failed == []


def test_ledger_must_be_named() -> None:
    """A handle of no ledger asks which one is meant."""
    with mock_qldb() as qldb, pytest.raises(ValueError, match="which ledger"):
        qldb.run("SELECT * FROM Person")


def test_nothing_is_left() -> None:
    """A mock that was stopped holds no emulator."""
    mock = mock_qldb()
    assert isinstance(mock, MockQldb)
    with mock as qldb:
        transport = qldb._transport
    assert isinstance(transport, InProcess)
    assert mock._running == []
    transport.close()
