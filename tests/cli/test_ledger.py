"""`ledger`, as a process beside a server."""

from collections.abc import Iterator

import pytest

from emulator.testing import Emulator, Qldb
from tests.cli.conftest import END_SECONDS, Run

pytestmark = pytest.mark.process


@pytest.fixture
def qldb() -> Iterator[Qldb]:
    """On the ledger "mine" of a server, with the table Person: blocks 0 and 1."""
    with Emulator() as server:
        qldb = server.handle("mine")
        qldb.create_ledger("mine")
        qldb.run("CREATE TABLE Person")
        yield qldb


def command(run: Run, qldb: Qldb, *arguments: str) -> tuple[int, str, str]:
    """The exit status of a command, what it prints, and what it complains of."""
    url = qldb._transport.url  # type: ignore[attr-defined]
    process = run("ledger", *arguments, "--endpoint", url)
    printed, complaints = process.communicate(timeout=END_SECONDS)
    return process.returncode, printed.strip(), complaints.strip()


def test_ledger_is_kept_and_comes_back(run: Run, qldb: Qldb) -> None:
    """The id that is printed is the one to restore."""
    status, snapshot, _ = command(run, qldb, "snapshot", "mine")
    assert (status, len(snapshot)) == (0, 22)
    qldb.run("CREATE TABLE Car")

    assert command(run, qldb, "restore", "mine", "--snapshot", snapshot) == (0, "", "")

    assert len(qldb.journal()) == 2


def test_ledger_is_forked_and_reset(run: Run, qldb: Qldb) -> None:
    """At a block, under a name of its own; and begun anew."""
    assert command(run, qldb, "fork", "mine", "copy", "--block", "0") == (0, "", "")
    assert command(run, qldb, "reset", "mine") == (0, "", "")

    assert (len(qldb.journal("copy")), len(qldb.journal("mine"))) == (1, 1)


def test_snapshots_are_listed_and_removed(run: Run, qldb: Qldb) -> None:
    """By the id that was printed when they were made."""
    _, snapshot, _ = command(run, qldb, "snapshot", "mine")

    status, listed, _ = command(run, qldb, "snapshots")
    assert (status, listed.split()[:3]) == (0, [snapshot, "mine", "1"])
    assert command(run, qldb, "remove-snapshot", snapshot) == (0, "", "")
    assert command(run, qldb, "snapshots") == (0, "", "")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("restore", "mine", "--block", "7"), "there is no block 7"),
        (("restore", "mine"), "to a snapshot or to a block"),
        (("snapshot", "nowhere"), "not found"),
        (("remove-snapshot", "nothing"), "The snapshot 'nothing' is not found"),
        (("fork", "mine", "copy", "--snapshot", "x", "--block", "1"), "of a snapshot or up to a block, not both"),
    ],
)
def test_refusals_are_told(run: Run, qldb: Qldb, arguments: tuple[str, ...], said: str) -> None:
    """One sentence, and an exit status."""
    status, printed, complaints = command(run, qldb, *arguments)

    assert (status, printed) == (1, "")
    assert said in complaints
    assert "Traceback" not in complaints


def test_missing_server_is_told(run: Run) -> None:
    """Where nobody answers, the message says where that is."""
    process = run("ledger", "reset", "mine", "--endpoint", "http://127.0.0.1:9")

    assert "http://127.0.0.1:9 does not answer" in process.communicate(timeout=END_SECONDS)[1]
    assert process.returncode == 1
