"""Snapshots, restoring, rewinding and forks, in memory and on disk, through the handle."""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from emulator.client.session import Session
from emulator.client.transport import ServerError, ask
from emulator.testing import Emulator, Qldb, mock_qldb


@pytest.fixture(params=["in memory", "on disk"])
def qldb(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Qldb]:
    """On the ledger "mine" with the table Person, with an index, and Ada in it: blocks 0 to 3."""
    with mock_qldb() if request.param == "in memory" else Emulator(data_dir=tmp_path / "data") as started:
        yield filled(started if isinstance(started, Qldb) else started.handle())


def filled(qldb: Qldb) -> Qldb:
    qldb.ledger = "mine"
    qldb.create_ledger("mine")
    qldb.run("CREATE TABLE Person")
    qldb.run("CREATE INDEX ON Person (name)")
    add(qldb, "Ada")
    return qldb


def add(qldb: Qldb, name: str, ledger: str | None = None) -> None:
    qldb.run(f"INSERT INTO Person {{'name': '{name}'}}", ledger=ledger)


def people(qldb: Qldb, ledger: str | None = None) -> list[str]:
    return sorted(map(str, qldb.run("SELECT VALUE name FROM Person", ledger=ledger)))


def digest(qldb: Qldb, ledger: str = "mine") -> Any:
    return ask(qldb._transport, "POST", f"/ledgers/{ledger}/digest")


def test_restored_ledger_is_as_it_was(qldb: Qldb) -> None:
    """Blocks, digest, documents and indexes; what came later is gone, and it goes on from there."""
    before = digest(qldb)
    snapshot = qldb.snapshot()
    add(qldb, "Grace")
    assert digest(qldb) != before

    qldb.restore(snapshot)

    assert digest(qldb) == before
    assert people(qldb) == ["Ada"]
    add(qldb, "Mary")
    assert qldb.run("SELECT VALUE name FROM Person WHERE name = 'Mary'") == ["Mary"]
    assert qldb.statements()[-1]["plan"] == ["index Person(name) = 'Mary'"]
    qldb.assert_verified()


def test_snapshot_is_restored_again_and_again(qldb: Qldb) -> None:
    """It stays what it was, whatever becomes of the ledger, until it is removed."""
    snapshot = qldb.snapshot()
    for name in ("Grace", "Mary"):
        add(qldb, name)
        qldb.restore(snapshot)
        assert people(qldb) == ["Ada"]

    qldb.remove_snapshot(snapshot)

    with pytest.raises(ServerError, match="is not found"):
        qldb.restore(snapshot)


@pytest.mark.parametrize(("block", "names"), [(3, ["Ada"]), (4, ["Ada", "Grace"]), (5, ["Ada", "Grace", "Mary"])])
def test_ledger_is_rewound_to_a_block(qldb: Qldb, block: int, names: list[str]) -> None:
    """It is what it was when that block was the last."""
    for name in ("Grace", "Mary"):
        add(qldb, name)

    qldb.restore(block=block)

    assert len(qldb.journal()) == block + 1
    assert people(qldb) == names
    add(qldb, "Joan")
    qldb.assert_verified()


def test_reset_ledger_has_nothing(qldb: Qldb) -> None:
    """The block it began with is left, and its strand."""
    strand = qldb.journal()[0]["blockAddress"]["strandId"]

    qldb.reset()

    assert [block["blockAddress"] for block in qldb.journal()] == [{"strandId": strand, "sequenceNo": 0}]
    qldb.run("CREATE TABLE Person")
    assert people(qldb) == []


def test_fork_goes_its_own_way(qldb: Qldb) -> None:
    """It begins with the same blocks, hashes and all; after that neither notices the other."""
    qldb.fork("copy")
    assert digest(qldb, "copy") == digest(qldb)

    add(qldb, "Grace", ledger="copy")
    add(qldb, "Mary")

    assert (people(qldb), people(qldb, "copy")) == (["Ada", "Mary"], ["Ada", "Grace"])
    qldb.assert_verified("copy")
    assert qldb.journal("copy")[:4] == qldb.journal()[:4]


def test_fork_begins_at_a_block_or_a_snapshot(qldb: Qldb) -> None:
    """Wherever the original stood once."""
    snapshot = qldb.snapshot()
    add(qldb, "Grace")

    qldb.fork("at-block", block=4)
    qldb.fork("at-snapshot", snapshot=snapshot)

    assert people(qldb, "at-block") == ["Ada", "Grace"]
    assert people(qldb, "at-snapshot") == ["Ada"]


def test_snapshot_is_given_to_another_ledger(qldb: Qldb) -> None:
    """A ledger that was something else is that of the snapshot then."""
    snapshot = qldb.snapshot()
    qldb.create_ledger("other")
    qldb.run("CREATE TABLE Car", ledger="other")

    qldb.restore(snapshot, ledger="other")

    assert people(qldb, "other") == ["Ada"]


def test_sessions_of_a_restored_ledger_end(qldb: Qldb) -> None:
    """A transaction cannot go on over what it saw."""
    snapshot = qldb.snapshot()
    session = Session(qldb._transport, "mine")
    session.start()

    qldb.restore(snapshot)

    with pytest.raises(ServerError, match="No such session"):
        session.execute("SELECT * FROM Person")


def test_sessions_and_statements_of_a_fork_are_its_own(qldb: Qldb) -> None:
    """Whatever becomes of its original, and the other way round."""
    qldb.fork("copy")
    sessions = [Session(qldb._transport, name) for name in ("mine", "copy")]
    for session in sessions:
        session.start()
    qldb.run("SELECT name FROM Person", ledger="copy")
    assert [it["statement"] for it in qldb.statements("copy")] == ["SELECT name FROM Person"]

    qldb.reset("copy")

    assert "INSERT INTO Person {'name': 'Ada'}" in [it["statement"] for it in qldb.statements()]
    assert list(sessions[0].execute("SELECT VALUE name FROM Person")) == ["Ada"]
    with pytest.raises(ServerError, match="No such session"):
        sessions[1].execute("SELECT * FROM Person")


def test_session_ends_with_the_ledger_of_its_name(qldb: Qldb) -> None:
    """Another ledger of the same name, though it is a fork of the same, knows nothing of it."""
    qldb.fork("copy")
    session = Session(qldb._transport, "copy")
    session.start()

    qldb.delete_ledger("copy")
    qldb.fork("copy")

    with pytest.raises(ServerError, match="No such session"):
        session.execute("SELECT * FROM Person")
    assert qldb.statements("copy") == []


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"block": 9}, "The ledger mine has the blocks 0 to 3, there is no block 9"),
        ({"block": -1}, "there is no block -1"),
        ({"snapshot": "0" * 22}, "The snapshot '0000000000000000000000' is not found"),
        ({"snapshot": "../../etc/passwd"}, "is not found"),
        ({}, "one of both"),
        ({"block": 1, "snapshot": "x"}, "one of both"),
    ],
)
def test_what_was_not_there_is_told(qldb: Qldb, wanted: dict[str, Any], said: str) -> None:
    """One sentence, and the ledger is as it was."""
    with pytest.raises(ServerError, match=said.replace("(", r"\(")):
        qldb.restore(wanted.get("snapshot"), block=wanted.get("block"))

    assert people(qldb) == ["Ada"]


def test_fork_has_mode_and_key_of_its_original(qldb: Qldb) -> None:
    """Of a ledger, and of a snapshot though its ledger is gone; it may be deleted."""
    key = "arn:aws:kms:us-east-1:123456789012:key/1234"
    body = {"Name": "sealed", "PermissionsMode": "STANDARD", "DeletionProtection": False, "KmsKey": key}
    ask(qldb._transport, "POST", "/ledgers", body)
    snapshot = qldb.snapshot("sealed")
    qldb.fork("copy", ledger="sealed")
    qldb.delete_ledger("sealed")
    qldb.fork("kept", snapshot=snapshot)

    for name in ("copy", "kept"):
        described = ask(qldb._transport, "GET", f"/ledgers/{name}")
        assert described["EncryptionDescription"] == {"EncryptionStatus": "ENABLED", "KmsKeyArn": key}
        assert (described["PermissionsMode"], described["DeletionProtection"]) == ("STANDARD", False)


@pytest.mark.parametrize(("name", "said"), [("mine", "already exists"), ("not--valid", "The parameter Name")])
def test_fork_needs_a_name_of_its_own(qldb: Qldb, name: str, said: str) -> None:
    """As every new ledger does."""
    with pytest.raises(ServerError, match=said):
        qldb.fork(name)


@pytest.fixture
def unhurried(tmp_path: Path) -> Iterator[Qldb]:
    """On the ledger "mine", of a server whose ledgers take a minute to be made."""
    with Emulator(data_dir=tmp_path, ledger_creating_ms=60_000, clock="2024-01-01T00:00:00Z") as server:
        qldb = server.handle("mine")
        qldb.create_ledger("mine")
        qldb.clock.advance("1m")
        yield qldb


def test_fork_that_takes_its_time_is_told_of(unhurried: Qldb) -> None:
    """It is being created, from a ledger or a snapshot, has its blocks already, and can be used when it is active."""
    unhurried.run("CREATE TABLE Person")
    snapshot = unhurried.snapshot()

    for name, path in (("copy", "ledgers/mine/fork"), ("kept", f"snapshots/{snapshot}/fork")):
        answer = ask(unhurried._transport, "POST", f"/_qldb/{path}", {"name": name})
        assert (answer["name"], answer["state"], answer["sequenceNo"]) == (name, "CREATING", 1)
        with pytest.raises(ServerError, match="Ledger is being created"):
            unhurried.restore(block=0, ledger=name)

    unhurried.clock.advance("1m")
    assert people(unhurried, "copy") == people(unhurried, "kept") == []
    assert ask(unhurried._transport, "POST", "/_qldb/ledgers/copy/reset")["state"] == "ACTIVE"


def test_fork_that_takes_its_time_is_known_to_the_handle(unhurried: Qldb) -> None:
    """It goes with what else the handle made."""
    unhurried.fork("copy")
    unhurried.clock.advance("1m")

    unhurried.take_back()

    assert unhurried.ledgers() == []


def test_snapshots_outlast_the_server(tmp_path: Path) -> None:
    """On disk they are there after a restart, listed, and so is a ledger that was restored."""
    with Emulator(data_dir=tmp_path) as server:
        qldb = filled(server.handle())
        snapshot = qldb.snapshot()
        add(qldb, "Grace")
        qldb.restore(block=3)
        before = digest(qldb)

    with Emulator(data_dir=tmp_path) as server:
        qldb = server.handle("mine")

        assert [(it["snapshotId"], it["ledger"], it["sequenceNo"]) for it in qldb.snapshots()] == [
            (snapshot, "mine", 3)
        ]
        assert digest(qldb) == before
        qldb.fork("again", snapshot=snapshot)
        assert people(qldb, "again") == ["Ada"]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('{"format": 2, "novelty": true}', "has format 2; the newest known here is 1"),
        ('{"format": 1}', "has a description that cannot be read: snapshot_id is missing, wanted .{22}"),
        ('{"ledger"', "has a description that cannot be read: it is not JSON"),
        ("[]", "has a description that cannot be read: it is not an object of JSON"),
        ("[" * 100_000, "has a description that cannot be read: it is not JSON"),
        ('{"format": "1"}', 'has a description that cannot be read: format is "1", wanted a number from 1 on'),
        ('{"format": []}', "has a description that cannot be read: format is a list, wanted a number from 1 on"),
    ],
)
def test_newer_snapshot_is_refused(tmp_path: Path, written: str, said: str) -> None:
    """What a newer version kept, or nobody did, this one says it cannot read. It can be removed."""
    with Emulator(data_dir=tmp_path) as server:
        qldb = filled(server.handle())
        kept, snapshot = qldb.snapshot(), qldb.snapshot()
        (tmp_path / "snapshots" / snapshot / "snapshot.json").write_text(written)

        for use in (qldb.restore, lambda it: qldb.fork("other", snapshot=it)):
            with pytest.raises(ServerError, match=f"InvalidParameterException: The snapshot {snapshot} {said}"):
                use(snapshot)
        assert [it["snapshotId"] for it in qldb.snapshots()] == [kept]
        qldb.remove_snapshot(snapshot)
        with pytest.raises(ServerError, match="is not found"):
            qldb.restore(snapshot)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("created_at_ms", "y", 'created_at_ms is "y", wanted milliseconds since 1970'),
        ("created_at_ms", None, "created_at_ms is null, wanted milliseconds since 1970"),
        ("created_at_ms", 10**18, "created_at_ms is 1000000000000000000, wanted"),
        ("created_at_ms", -(10**18), "created_at_ms is -1000000000000000000, wanted"),
        ("created_at_ms", 1.5, "created_at_ms is 1.5, wanted"),
        ("sequence_no", True, "sequence_no is true, wanted the number of a block"),
        ("sequence_no", -1, "sequence_no is -1, wanted the number of a block"),
        ("ledger_name", "\ud800", r'ledger_name is "\\ud800", wanted the name of a ledger'),
        ("region", {"us": 1}, "region is an object, wanted a text"),
        ("permissions_mode", "NONE", 'permissions_mode is "NONE", wanted ALLOW_ALL or STANDARD'),
        ("kms_key_arn", 5, "kms_key_arn is 5, wanted the ARN of a key"),
        ("snapshot_id", "x" * 50, 'snapshot_id is "x{39}…, wanted .{22}'),
    ],
)
def test_wrong_description_is_refused_in_words(tmp_path: Path, name: str, value: object, said: str) -> None:
    """It says which member is what; all others are listed, and can be used."""
    with Emulator(data_dir=tmp_path) as server:
        qldb = filled(server.handle())
        kept, wrong = qldb.snapshot(), qldb.snapshot()
        file = tmp_path / "snapshots" / wrong / "snapshot.json"
        file.write_text(json.dumps({**json.loads(file.read_text()), name: value}))

        assert [it["snapshotId"] for it in qldb.snapshots()] == [kept]
        with pytest.raises(
            ServerError,
            match=rf"^InvalidParameterException: The snapshot {wrong} has a description that cannot be read: {said}",
        ):
            qldb.restore(wrong)
        qldb.restore(kept)


def test_only_folders_of_snapshots_are_listed(tmp_path: Path) -> None:
    """A copy that somebody made of one, under a name that no snapshot has, could not be used by that name."""
    with Emulator(data_dir=tmp_path) as server:
        qldb = filled(server.handle())
        snapshot = qldb.snapshot()
        folder = tmp_path / "snapshots"
        shutil.copytree(folder / snapshot, folder / "mine")

        assert [it["snapshotId"] for it in qldb.snapshots()] == [snapshot]


def test_snapshot_with_a_newer_journal_is_refused(tmp_path: Path) -> None:
    """The sentence says which file, and what of it; the ledger is left as it is."""
    with Emulator(data_dir=tmp_path) as server:
        qldb = filled(server.handle())
        snapshot = qldb.snapshot()
        (file,) = (tmp_path / "snapshots" / snapshot).glob("journal*")
        with closing(sqlite3.connect(file)) as journal:
            journal.execute("PRAGMA user_version = 2")

        with pytest.raises(ServerError, match=rf"The snapshot {snapshot} cannot be read: .* has format 2, .* format 1"):
            qldb.restore(snapshot)
        qldb.assert_verified()


@pytest.mark.parametrize(
    ("old", "new", "has_digests"),
    [(None, b"\xff" * 200, True), (None, b"\xff" * 200, False), (b"x" * 40, b"y" * 40, True)],
    ids=["in a page", "in a page of an old one", "in the data"],
)
def test_damaged_snapshot_is_refused(tmp_path: Path, old: bytes | None, new: bytes, has_digests: bool) -> None:
    """Whether SQLite would notice or not, nothing takes the place of a ledger that is good."""
    with Emulator(data_dir=tmp_path) as server:
        qldb = filled(server.handle())
        for number in range(20):
            add(qldb, f"Person {number} {'x' * 300}")
        snapshot = qldb.snapshot()
        before = digest(qldb)
        damage(tmp_path / "snapshots" / snapshot / "journal.sqlite", old, new)
        if not has_digests:
            forget_digests(tmp_path / "snapshots" / snapshot)

        said = rf"^InvalidParameterException: The snapshot {snapshot} cannot be read: The journal .* is damaged: "
        for use in (qldb.restore, lambda it: qldb.fork("other", snapshot=it)):
            with pytest.raises(ServerError, match=said):
                use(snapshot)

        assert (digest(qldb), qldb.ledgers()) == (before, ["mine"])
        add(qldb, "Grace")
        qldb.assert_verified()


def test_view_of_a_snapshot_that_is_no_file_is_refused(tmp_path: Path) -> None:
    """In words, and nothing is made."""
    with Emulator(data_dir=tmp_path) as server:
        qldb = server.handle()
        qldb.create_ledger("mine")
        snapshot = qldb.snapshot("mine")
        view = tmp_path / "snapshots" / snapshot / "view.sqlite"
        view.unlink()
        view.mkdir()

        with pytest.raises(ServerError, match=r"cannot be read: The view .* is no file"):
            qldb.fork("fork", snapshot=snapshot)
        assert qldb.ledgers() == ["mine"]


def test_damaged_view_of_a_snapshot_is_made_anew(tmp_path: Path) -> None:
    """The journal has all that is in it."""
    with Emulator(data_dir=tmp_path) as server:
        qldb = filled(server.handle())
        snapshot = qldb.snapshot()
        for old, new in ((b"Ada", b"Eve"), (None, b"\xff" * 200)):
            damage(tmp_path / "snapshots" / snapshot / "view.sqlite", old, new)
            qldb.restore(snapshot)
            assert people(qldb) == ["Ada"]
            qldb.assert_verified()


def test_snapshot_of_an_older_version_is_used(tmp_path: Path) -> None:
    """One that nothing is known of to compare its files with."""
    with Emulator(data_dir=tmp_path) as server:
        qldb = filled(server.handle())
        snapshot = qldb.snapshot()
        forget_digests(tmp_path / "snapshots" / snapshot)

        qldb.fork("other", snapshot=snapshot)

        assert people(qldb, "other") == ["Ada"]


def test_snapshot_without_its_journal_is_refused(tmp_path: Path) -> None:
    """It is not taken for a new one."""
    with Emulator(data_dir=tmp_path) as server:
        qldb = filled(server.handle())
        snapshot = qldb.snapshot()
        (tmp_path / "snapshots" / snapshot / "journal.sqlite").unlink()

        with pytest.raises(ServerError, match=f"The snapshot {snapshot} cannot be read: .* has lost its journal"):
            qldb.restore(snapshot)


def test_snapshot_stays_as_it_was_when_it_is_used(tmp_path: Path) -> None:
    """To the byte: what it is made of would not be what was kept, otherwise."""
    with Emulator(data_dir=tmp_path) as server:
        qldb = filled(server.handle())
        folder = tmp_path / "snapshots" / qldb.snapshot()
        before = {file.name: file.read_bytes() for file in folder.iterdir()}

        qldb.restore(folder.name)
        qldb.fork("other", snapshot=folder.name)

        assert {file.name: file.read_bytes() for file in folder.iterdir()} == before


def damage(file: Path, old: bytes | None, new: bytes) -> None:
    """Write something over where `old` stands in the file, or over how a page in the middle begins."""
    content = bytearray(file.read_bytes())
    place = len(content) // 8192 * 4096 if old is None else content.index(old)
    content[place : place + len(new)] = new
    file.write_bytes(content)


def forget_digests(folder: Path) -> None:
    file = folder / "snapshot.json"
    members = json.loads(file.read_text())
    file.write_text(json.dumps({name: value for name, value in members.items() if not name.endswith("_digest")}))


def test_half_a_snapshot_does_not_outlast_a_crash(tmp_path: Path) -> None:
    """Data without a description is nobody's, and goes; what is not a snapshot's is left alone."""
    with Emulator(data_dir=tmp_path) as server:
        kept, half = (filled(server.handle()).snapshot(), server.handle("mine").snapshot())
    folder = tmp_path / "snapshots"
    (folder / half / "snapshot.json").unlink()
    (folder / "notes").mkdir()

    with Emulator(data_dir=tmp_path) as server:
        assert [it["snapshotId"] for it in server.handle().snapshots()] == [kept]

    assert sorted(path.name for path in folder.iterdir()) == sorted([kept, "notes"])


def test_fork_is_of_one_thing(qldb: Qldb) -> None:
    """A snapshot is forked whole."""
    with pytest.raises(ValueError, match="of a snapshot or up to a block, not both"):
        qldb.fork("other", snapshot=qldb.snapshot(), block=0)
