"""`ledger`, beside a server."""

import pytest

from emulator.testing import Emulator, Qldb
from tests.cli.conftest import Command

pytestmark = pytest.mark.qldb(ledger="mine", statements="CREATE TABLE Person")


@pytest.fixture(autouse=True)
def _on_a_port(qldb_server: Emulator, qldb: Qldb) -> None:
    """Its variable is in the environment, and leads the command there."""


def test_ledger_is_kept_and_comes_back(command: Command, qldb: Qldb) -> None:
    """The id that is printed is the one to restore."""
    status, snapshot, _ = command("ledger", "snapshot", "mine")
    assert (status, len(snapshot)) == (0, 22 + 1)
    qldb.run("CREATE TABLE Car")

    assert command("ledger", "restore", "mine", "--snapshot", snapshot.strip()) == (0, "", "")

    assert len(qldb.journal()) == 2


def test_ledger_is_forked_and_reset(command: Command, qldb: Qldb) -> None:
    """At a block, under a name of its own; and begun anew."""
    assert command("ledger", "fork", "mine", "copy", "--block", "0") == (0, "", "")
    assert command("ledger", "reset", "mine") == (0, "", "")

    assert (len(qldb.journal("copy")), len(qldb.journal("mine"))) == (1, 1)


def test_fork_is_of_a_snapshot_of_the_ledger_that_is_named(command: Command, qldb: Qldb) -> None:
    """Whoever names another one means another snapshot. The ledger itself may be gone by then."""
    snapshot = command("ledger", "snapshot", "mine")[1].strip()

    status, _, complaints = command("ledger", "fork", "other", "copy", "--snapshot", snapshot)
    assert (status, qldb.ledgers()) == (1, ["mine"])
    assert complaints == f"qldb-emulator: the snapshot {snapshot} is of the ledger mine, not of other\n"

    qldb.delete_ledger("mine")
    assert command("ledger", "fork", "mine", "copy", "--snapshot", snapshot) == (0, "", "")
    assert qldb.ledgers() == ["copy"]


def test_snapshots_are_listed_and_removed(command: Command) -> None:
    """By the id that was printed when they were made."""
    snapshot = command("ledger", "snapshot", "mine")[1].strip()

    status, listed, _ = command("ledger", "snapshots")
    assert (status, listed.split()[:3]) == (0, [snapshot, "mine", "1"])
    assert command("ledger", "remove-snapshot", snapshot) == (0, "", "")
    assert command("ledger", "snapshots") == (0, "", "")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("restore", "mine", "--block", "7"), "there is no block 7"),
        (("restore", "mine"), "to a snapshot or to a block"),
        (("snapshot", "nowhere"), "not found"),
        (("remove-snapshot", "nothing"), "The snapshot 'nothing' is not found"),
        (("fork", "mine", "copy", "--snapshot", "x"), "The snapshot 'x' is not found"),
        (("fork", "mine", "copy", "--snapshot", "x", "--block", "1"), "of a snapshot or up to a block, not both"),
    ],
)
def test_refusals_are_told(command: Command, qldb: Qldb, arguments: tuple[str, ...], said: str) -> None:
    """One sentence, and an exit status."""
    status, printed, complaints = command("ledger", *arguments)

    assert (status, printed) == (1, "")
    assert said in complaints
    assert "Traceback" not in complaints


def test_missing_server_is_told(command: Command) -> None:
    """Where nobody answers, the message says where that is."""
    status, _, complaints = command("ledger", "reset", "mine", "--endpoint", "http://127.0.0.1:9")

    assert status == 1
    assert "http://127.0.0.1:9 does not answer" in complaints
