"""Snapshots, restoring and forks of a ledger that redacts, in memory and on disk, through the handle."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from emulator.client.transport import ServerError, ask
from emulator.testing import Emulator, Qldb, mock_qldb
from tests.timing import eventually

SECRET = "Augusta Ada King"
CLOCK = "2024-01-01T00:00:00Z"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture(params=["in memory", "on disk"])
def started(request: pytest.FixtureRequest, data: Path) -> Iterator[Qldb]:
    with mock_qldb(clock=CLOCK) if request.param == "in memory" else Emulator(data_dir=data, clock=CLOCK) as it:
        yield it if isinstance(it, Qldb) else it.handle()


@pytest.fixture(params=["requested", "erased"])
def qldb(request: pytest.FixtureRequest, started: Qldb, data: Path) -> Qldb:
    """On the ledger "mine": a table, an index; Ada's secret, block 3; Ada without it, block 4; later it is redacted."""
    return filled(started, lambda: holds(data)) if request.param == "erased" else filled(started, None)


def filled(qldb: Qldb, is_there: Callable[[], bool] | None) -> Qldb:
    """Redacted, and erased if that `is_there` to look at."""
    qldb.ledger = "mine"
    qldb.create_ledger("mine")
    qldb.run("CREATE TABLE Person")
    qldb.run("CREATE INDEX ON Person (name)")
    qldb.run(f"INSERT INTO Person {{'name': 'Ada', 'secret': '{SECRET}'}}")
    qldb.run("UPDATE Person SET secret = 'none' WHERE name = 'Ada'")
    redact(qldb)
    if is_there is not None:
        qldb.clock.advance("10s")
        assert [has_data(it) for it in history(qldb)] == [False, True]
        assert eventually(lambda: not is_there())
    return qldb


def redact(qldb: Qldb) -> None:
    (table_id,) = qldb.run("SELECT VALUE tableId FROM information_schema.user_tables")
    strand_id = qldb.journal()[0]["blockAddress"]["strandId"]
    address = f'`{{strandId: "{strand_id}", sequenceNo: 3}}`'
    qldb.run(f"EXEC REDACT_REVISION {address}, '{table_id}', '{adas_id(qldb)}'")


def adas_id(qldb: Qldb) -> str:
    (document_id,) = qldb.run("SELECT VALUE metadata.id FROM _ql_committed_Person")
    return str(document_id)


def history(qldb: Qldb, ledger: str = "mine") -> list[Any]:
    return sorted(qldb.run("SELECT * FROM history(Person)", ledger=ledger), key=lambda it: it["metadata"]["version"])


def has_data(revision: dict[str, Any]) -> bool:
    return "data" in revision


def holds(folder: Path) -> bool:
    """Whether a file there has the secret in a document; the text of the statement has it, too."""
    files = [file for file in folder.rglob("*") if file.is_file()] if folder.exists() else []
    return any(file.read_bytes().count(SECRET.encode()) > 1 for file in files)


def digest(qldb: Qldb, ledger: str = "mine") -> Any:
    return ask(qldb._transport, "POST", f"/ledgers/{ledger}/digest")


@pytest.mark.parametrize("use", [lambda it: it.restore(block=3), lambda it: it.fork("copy", block=3)])
def test_block_at_which_it_was_current_is_refused(qldb: Qldb, use: Callable[[Qldb], None]) -> None:
    """There is no such ledger any more. The sentence says what is in the way, and nothing is changed."""
    document_id = adas_id(qldb)
    before = digest(qldb)

    with pytest.raises(ServerError) as refused:
        use(qldb)

    assert str(refused.value) == (
        "InvalidParameterException: The ledger mine cannot be had as it was at block 3: revision 0 of document "
        f"{document_id} was current at block 3 and has been redacted since"
    )
    assert (digest(qldb), qldb.ledgers()) == (before, ["mine"])
    qldb.assert_verified()


@pytest.mark.parametrize("block", [4, None])
def test_fork_has_it_redacted(qldb: Qldb, block: int | None) -> None:
    """With the block of the request or without it; and it is a whole ledger."""
    qldb.fork("copy", block=block)

    assert [has_data(it) for it in history(qldb, "copy")] == [False, True]
    qldb.run("CREATE INDEX ON Person (secret)", ledger="copy")
    qldb.run("UPDATE Person SET secret = 'other' WHERE name = 'Ada'", ledger="copy")
    assert qldb.run("SELECT VALUE name FROM Person WHERE secret = 'other'", ledger="copy") == ["Ada"]
    qldb.assert_verified("copy")


def test_fork_of_a_part_has_nothing_of_what_it_leaves_out(qldb: Qldb, data: Path) -> None:
    """On disk neither, as long as others use it."""
    qldb.fork("part", block=2)
    qldb.clock.advance("10s")

    assert eventually(lambda: not holds(data))


def test_what_a_crash_left_of_a_restore_is_gone_with_the_next_start(data: Path) -> None:
    """It had the data that was not yet redacted, and nobody would look there."""
    with Emulator(data_dir=data, clock=CLOCK) as server:
        filled(server.handle(), None)
        [folder] = (data / "ledgers").iterdir()
        shutil.copytree(folder, folder / "next")

    with Emulator(data_dir=data, clock=CLOCK) as server:
        server.handle().clock.advance("10s")
        assert not (folder / "next").exists()
        assert eventually(lambda: not holds(data))


def test_rewound_ledger_has_it_redacted(qldb: Qldb, data: Path) -> None:
    """The block that asked for it is gone, and so is the data."""
    qldb.restore(block=4)

    assert [has_data(it) for it in history(qldb)] == [False, True]
    assert not holds(data)
    qldb.assert_verified()
    qldb.restore(block=2)
    assert history(qldb) == []


def test_copies_of_copies_refuse_it(qldb: Qldb) -> None:
    """Those too that have no block with the request, and what a snapshot gave another ledger."""
    qldb.fork("copy", block=4)
    snapshot = qldb.snapshot("copy")
    qldb.create_ledger("other")
    qldb.restore(snapshot, ledger="other")
    qldb.fork("again", snapshot=snapshot)

    for ledger in ("copy", "other", "again"):
        with pytest.raises(ServerError, match=f"The ledger {ledger} cannot be had as it was at block 3"):
            qldb.restore(block=3, ledger=ledger)
        qldb.assert_verified(ledger)


def test_snapshot_has_it_redacted(qldb: Qldb, data: Path) -> None:
    """One that is made after the request, whatever has been erased by then."""
    snapshot = qldb.snapshot()
    assert not holds(data / "snapshots")

    qldb.restore(snapshot)

    assert [has_data(it) for it in history(qldb)] == [False, True]
    with pytest.raises(ServerError, match="was current at block 3"):
        qldb.fork("copy", block=3)


def test_older_snapshot_still_has_it(started: Qldb) -> None:
    """A redaction reaches no copy that was made before; a ledger that is restored to one knows of none."""
    started.ledger = "mine"
    started.create_ledger("mine")
    started.run("CREATE TABLE Person")
    started.run("CREATE INDEX ON Person (name)")
    started.run("INSERT INTO Person {'name': 'Ada'}")
    snapshot = started.snapshot()
    started.run("UPDATE Person SET name = 'Grace'")
    redact(started)

    started.restore(snapshot)

    assert started.run("SELECT VALUE name FROM Person") == ["Ada"]
    started.fork("copy", block=3)
