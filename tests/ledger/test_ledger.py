"""Commits, reads and restarts of one ledger."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest

from emulator import limits
from emulator.clock import ManualClock
from emulator.errors import BadRequestException, InternalFailure, OccConflictException
from emulator.ids import RandomIds
from emulator.ion.timestamps import from_epoch_ms
from emulator.ion.values import Struct
from emulator.journal.block import Block
from emulator.journal.errors import JournalError
from emulator.journal.stores.sqlite import SqliteJournal
from emulator.ledger.ledger import Ledger
from emulator.ledger.owner import Alone
from emulator.ledger.view import View, indexing, schema
from emulator.ledger.view.view import Applied
from emulator.settings import Settings
from tests.ledger.driving import committed, create_table, insert, rows, run, struct, table, values


def test_a_new_ledger_has_its_genesis_block(ledger: Ledger) -> None:
    """A ledger can be asked for its digest before anything is committed."""
    assert ledger.tip.address.sequence_no == 0
    assert ledger.merkle_tree().node(0, 0) == ledger.tip.block_hash


def test_ledger_that_cannot_be_opened_leaves_nothing_open(tmp_path: Path) -> None:
    """Here there is a folder where its view should be. SQLite has files beside a journal as long as that is open."""
    (tmp_path / "view.sqlite").mkdir()

    with pytest.raises(OSError, match="directory") as _failed:
        Ledger.open(tmp_path, ManualClock(), RandomIds())

    assert sorted(it.name for it in tmp_path.iterdir()) == ["journal.sqlite", "view.sqlite"]


def test_a_commit_appends_one_block(ledger: Ledger) -> None:
    """Statements, revisions and catalog changes of a transaction share one block."""
    transaction = run(ledger.begin(), "CREATE TABLE T")
    transaction.create_table("T", {})
    own_table = transaction.catalog.active_table("T")
    assert own_table is not None
    run(transaction, "INSERT INTO T ?").insert(own_table, struct(a=1))
    ledger.commit(transaction)

    (block,) = ledger.journal.read(1, 2)
    assert [statement.text for statement in block.draft.statements] == ["CREATE TABLE T", "INSERT INTO T ?"]
    assert len(block.draft.system_revisions) == 1
    assert [revision.metadata.version for revision in block.draft.revisions] == [0]
    assert [touched.statements for touched in block.draft.documents] == [(1,)]


def test_tags_are_told_before_their_table_is_there() -> None:
    """A crash between the two must not leave a table without its tags."""
    told: list[tuple[str, object, int]] = []

    class Listening(Alone):
        def tag_table(self, table_id: str, tags: Mapping[str, str | None]) -> None:
            told.append((table_id, tags, len(list(ledger.journal.read(0, 9)))))

    ledger = Ledger.open(None, ManualClock(), RandomIds(), owner=Listening())
    transaction = run(ledger.begin(), "CREATE TABLE T")
    table_id = transaction.create_table("T", {"a": "b"})
    ledger.commit(transaction)

    assert told == [(table_id, {"a": "b"}, 1)]


def test_several_changes_of_a_document_leave_one_revision(ledger: Ledger) -> None:
    """A document changed twice by a transaction has one revision, and lists both statements."""
    target = create_table(ledger, "T")
    transaction = run(ledger.begin())
    document_id = transaction.insert(target, struct(a=1))
    run(transaction).replace(target, document_id, struct(a=2))
    ledger.commit(transaction)

    (block,) = ledger.journal.read(2, 3)
    (revision,) = block.draft.revisions
    assert revision.metadata.version == 0
    assert block.draft.documents[0].statements == (0, 1)
    assert values(ledger.begin().user_view(target).scan()) == [{"a": 2}]


def test_an_insert_and_its_delete_leave_no_revision(ledger: Ledger) -> None:
    """A document that a transaction inserts and deletes never was."""
    target = create_table(ledger, "T")
    transaction = run(ledger.begin())
    run(transaction).delete(target, transaction.insert(target, struct(a=1)))
    ledger.commit(transaction)

    (block,) = ledger.journal.read(2, 3)
    assert (block.draft.revisions, block.draft.documents) == ((), ())


def test_a_reading_transaction_leaves_a_block(ledger: Ledger) -> None:
    """The journal keeps committed SELECTs too, in a block without revisions."""
    receipt = ledger.commit(run(ledger.begin(), "SELECT 1"))

    assert receipt.block_address == ledger.tip.address
    assert ledger.tip.draft.statements[0].text == "SELECT 1"


def test_an_empty_transaction_leaves_nothing(ledger: Ledger) -> None:
    """A transaction without statements commits without a block."""
    assert ledger.commit(ledger.begin()).block_address is None
    assert ledger.tip.address.sequence_no == 0


def test_own_writes_are_visible(ledger: Ledger) -> None:
    """A transaction reads what it wrote, by scan, index and id; others do not."""
    target = create_table(ledger, "T", "a")
    kept, gone = insert(ledger, "T", struct(a=1)), insert(ledger, "T", struct(a=1))
    transaction = run(ledger.begin())
    new = transaction.insert(target, struct(a=1))
    transaction.replace(target, kept, struct(a=2))
    transaction.delete(target, gone)

    view = transaction.user_view(target)
    assert [record.document_id for record in rows(view.find("a", 1))] == [new]
    assert {record.document_id for record in rows(view.scan())} == {kept, new}
    assert rows(view.get(gone)) == []
    assert {record.document_id for record in rows(ledger.begin().user_view(target).scan())} == {kept, gone}


def test_an_aborted_transaction_leaves_nothing(ledger: Ledger) -> None:
    """After an abort the journal is as before."""
    target = create_table(ledger, "T")
    transaction = run(ledger.begin())
    transaction.insert(target, struct(a=1))
    transaction.abort()

    assert ledger.tip.address.sequence_no == 1
    assert ledger.open_transactions == 0


def test_a_failed_statement_can_be_undone(ledger: Ledger) -> None:
    """Undoing a statement forgets its text and its writes, and keeps those before it."""
    target = create_table(ledger, "T")
    transaction = run(ledger.begin(), "kept")
    transaction.insert(target, struct(a=1))
    run(transaction, "failed").insert(target, struct(a=2))
    transaction.undo_statement()
    ledger.commit(transaction)

    assert [statement.text for statement in ledger.tip.draft.statements] == ["kept"]
    assert values(ledger.begin().user_view(target).scan()) == [{"a": 1}]


def test_deleted_documents_end_with_a_revision_without_data(ledger: Ledger) -> None:
    """A deletion is a revision like any other, but for its data."""
    target = create_table(ledger, "T")
    document_id = insert(ledger, "T", struct(a=1))
    committed(ledger, lambda t: t.delete(target, document_id))

    history = rows(ledger.begin().history(target, None, None).scan())
    assert [[name for name, _ in record.value] for record in history] == [
        ["blockAddress", "hash", "data", "metadata"],
        ["blockAddress", "hash", "metadata"],
    ]


def test_history_gives_the_revisions_active_in_a_range(ledger: Ledger, clock: ManualClock) -> None:
    """A revision is active from its commit until the next one's; both bounds are inclusive."""
    target = create_table(ledger, "T")
    times = [clock.now_ms()]
    document_id = insert(ledger, "T", struct(v=0))
    for version in (1, 2):
        clock.advance(1000)
        times.append(clock.now_ms())
        committed(ledger, lambda t, v=version: t.replace(target, document_id, struct(v=v)))  # type: ignore[misc]

    def versions(start_ms: int, end_ms: int) -> list[object]:
        transaction = ledger.begin()
        found = rows(transaction.history(target, from_epoch_ms(start_ms), from_epoch_ms(end_ms)).scan())
        return [data["v"] for record in found if isinstance(data := record.value["data"], Struct)]

    assert versions(times[0] - 2, times[0] - 1) == []
    assert versions(times[0], times[0]) == [0]
    assert versions(times[0] + 500, times[1]) == [0, 1]
    assert versions(times[1], times[2] + 500) == [1, 2]


def test_an_index_on_documents_that_exist_is_built(ledger: Ledger) -> None:
    """CREATE INDEX on a table with documents finds them all, nulls and absent fields left out."""
    target = create_table(ledger, "T")
    for value in (1, 2, 1):
        insert(ledger, "T", struct(a=value))
    insert(ledger, "T", struct(b=1))
    committed(ledger, lambda t: t.create_index(target, "a"))

    target = table(ledger, "T")
    assert target.indexes[0].online
    assert len(rows(ledger.begin().user_view(target).find("a", 1))) == 2


def test_a_dropped_index_is_cleared_away(ledger: Ledger) -> None:
    """DROP INDEX leaves no entries, and the field can be indexed again."""
    target = create_table(ledger, "T", "a")
    insert(ledger, "T", struct(a=1))
    committed(ledger, lambda t: t.drop_index(target, target.indexes[0].index_id))

    assert ledger.view.reader.execute("SELECT count(*) FROM index_entries").fetchone() == (0,)
    committed(ledger, lambda t: t.create_index(table(ledger, "T"), "a"))
    assert len(rows(ledger.begin().user_view(table(ledger, "T")).find("a", 1))) == 1


def test_a_dropped_table_comes_back_with_its_documents(ledger: Ledger) -> None:
    """UNDROP brings back a table as it was; meanwhile its name is free."""
    target = create_table(ledger, "T")
    insert(ledger, "T", struct(a=1))
    committed(ledger, lambda t: t.drop_table(target))
    assert ledger.view.catalog.active_table("T") is None
    committed(ledger, lambda t: t.undrop_table(target.table_id))

    assert values(ledger.begin().user_view(table(ledger, "T")).scan()) == [{"a": 1}]


@pytest.mark.parametrize(("made", "limit"), [("tables", limits.ACTIVE_TABLES), ("indexes", limits.INDEXES_PER_TABLE)])
def test_the_catalog_has_limits(ledger: Ledger, made: str, limit: int) -> None:
    """One table or index too many is refused."""
    transaction = run(ledger.begin())
    transaction.create_table("T0", {})
    target = transaction.catalog.active_table("T0")
    assert target is not None

    def make(number: int) -> None:
        if made == "tables":
            transaction.create_table(f"T{number + 1}", {})
        else:
            transaction.create_index(target, f"f{number}")

    for number in range(limit - (made == "tables")):
        make(number)
    with pytest.raises(BadRequestException, match=str(limit)):
        make(limit)


def test_the_41st_document_is_refused(ledger: Ledger) -> None:
    """A transaction writes 40 documents at most."""
    target = create_table(ledger, "T")
    transaction = run(ledger.begin())
    for number in range(limits.DOCUMENTS_PER_TRANSACTION):
        transaction.insert(target, struct(n=number))
    with pytest.raises(BadRequestException, match="40"):
        transaction.insert(target, struct(n=40))


def test_a_large_document_is_refused(ledger: Ledger) -> None:
    """A document has 128 KB of Ion binary at most."""
    target = create_table(ledger, "T")
    transaction = run(ledger.begin())
    with pytest.raises(BadRequestException, match="131072"):
        transaction.insert(target, struct(blob=bytes(limits.DOCUMENT_BYTES)))


# Restarts


def _open(folder: Path) -> Ledger:
    return Ledger.open(folder, ManualClock(), RandomIds())


def _contents(ledger: Ledger) -> list[object]:
    """Every row of the view, in order."""
    names = ("tables", "revisions", "moved", "index_entries", "merkle_tiles")
    return [ledger.view.reader.execute(f"SELECT * FROM {name}").fetchall() for name in names]


@pytest.fixture
def filled(tmp_path: Path) -> Ledger:
    ledger = _open(tmp_path)
    target = create_table(ledger, "T", "a")
    ids = [insert(ledger, "T", struct(a=number % 3)) for number in range(10)]
    committed(ledger, lambda t: t.replace(target, ids[0], struct(a=9)))
    committed(ledger, lambda t: t.delete(target, ids[1]))
    return ledger


def test_a_restart_loses_nothing(filled: Ledger, tmp_path: Path) -> None:
    """A ledger opened again has the same blocks and documents."""
    tip, contents = filled.tip, _contents(filled)
    filled.close()
    again = _open(tmp_path)

    assert again.tip == tip
    assert _contents(again) == contents


@pytest.mark.parametrize("damage", ["deleted", "overwritten", "emptied", "older"])
def test_a_lost_view_is_rebuilt(filled: Ledger, tmp_path: Path, damage: str) -> None:
    """Without a usable view, the journal gives the same one again."""
    contents = _contents(filled)
    filled.close()
    path = tmp_path / "view.sqlite"
    if damage == "deleted":
        path.unlink()
    elif damage == "older":
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("DROP TABLE moved")
            connection.execute(f"PRAGMA user_version = {schema.FORMAT - 1}")
    else:
        path.write_bytes(b"no database at all" if damage == "overwritten" else b"")

    assert _contents(_open(tmp_path)) == contents


def test_a_view_of_another_journal_is_rebuilt(filled: Ledger, tmp_path: Path) -> None:
    """A view whose last block is not the journal's is not trusted."""
    filled.close()
    contents_of_other = tmp_path / "other"
    contents_of_other.mkdir()
    other = _open(contents_of_other)
    create_table(other, "U")
    other.close()
    (contents_of_other / "view.sqlite").replace(tmp_path / "view.sqlite")

    assert _open(tmp_path).view.catalog.active_table("T") is not None


@pytest.mark.parametrize("change", ["delete", "replace"])
def test_keys_of_large_data_are_found_before_the_commit(
    ledger: Ledger, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of what is replaced as well, for as many documents and indexes as there may be: nobody waits for them."""
    fields = [f"f{number}" for number in range(limits.INDEXES_PER_TABLE)]
    target = create_table(ledger, "T", *fields)
    large = ["x" * 3000]
    ids = [
        insert(ledger, "T", struct(number=number, **dict.fromkeys(fields, large)))
        for number in range(limits.DOCUMENTS_PER_TRANSACTION)
    ]
    indexing._kept.cache_clear()
    transaction = run(ledger.begin())
    for number, document_id in enumerate(ids):
        transaction.replace(target, document_id, struct(number=-number, **dict.fromkeys(fields, large)))
        if change == "delete":
            transaction.delete(target, document_id)
    assert transaction.is_large
    transaction.hash_ahead()

    with monkeypatch.context() as patched:
        patched.setattr(indexing, "_value_key", None)
        ledger.commit(transaction)

    found = rows(ledger.begin().user_view(target).find("f0", large))
    assert len(found) == (0 if change == "delete" else len(ids))


def test_what_waits_is_committed_by_closing(ledger: Ledger) -> None:
    """In memory and in a file; closing once more is no matter."""
    create_table(ledger, "T")
    transaction = run(ledger.begin())
    transaction.insert(table(ledger, "T"), struct(a=1))
    commit = ledger.submit(transaction)

    ledger.close()
    ledger.close()

    assert commit.result().block_address is not None
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        ledger.view.merkle_tree.node(0, 0)


def test_a_view_that_fell_behind_catches_up(filled: Ledger, tmp_path: Path) -> None:
    """Blocks that reached the journal but not the view are applied when the ledger opens."""
    transaction = run(filled.begin())
    transaction.insert(table(filled, "T"), struct(a=77))
    filled.submit(transaction)
    filled.append(filled.prepare())
    filled.view.rollback()
    filled.view.close()
    filled.journal.close()

    again = _open(tmp_path)
    assert len(rows(again.begin().user_view(table(again, "T")).find("a", 77))) == 1


def test_a_lost_journal_is_not_taken_for_a_new_one(filled: Ledger, tmp_path: Path) -> None:
    """A ledger that must exist is not created anew when its journal is gone."""
    filled.close()
    (tmp_path / "journal.sqlite").unlink()
    with pytest.raises(JournalError, match="lost its journal"):
        Ledger.open(tmp_path, ManualClock(), RandomIds(), must_exist=True)


# Failures


def test_a_failed_append_fails_just_its_transactions(filled: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk is full the transaction is refused, and the next one finds everything as it was."""
    contents, tip = _contents(filled), filled.tip

    def full(*_: object) -> None:
        raise JournalError("disk full")

    with monkeypatch.context() as patched:
        patched.setattr(filled.journal, "append", full)
        with pytest.raises(InternalFailure):
            insert(filled, "T", struct(a=1))
    assert (_contents(filled), filled.tip) == (contents, tip)
    insert(filled, "T", struct(a=1))
    assert filled.tip.address.sequence_no == tip.address.sequence_no + 1


def test_a_commit_stands_though_the_view_failed(filled: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is in the journal is committed; the view catches up as soon as it can."""
    failures = [2]

    def fail(_: object = None) -> None:
        failures[0] -= 1
        raise sqlite3.OperationalError("disk full")

    with monkeypatch.context() as patched:
        patched.setattr(filled.view, "commit", fail)
        document_id = insert(filled, "T", struct(a=50))
        with pytest.raises(InternalFailure):
            filled.begin()
    assert failures == [0]
    assert [it.document_id for it in rows(filled.begin().user_view(table(filled, "T")).find("a", 50))] == [document_id]


def test_a_failed_index_build_leaves_nothing_behind(filled: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commits before it stay visible, and the build is taken up again."""

    def fail(*_: object) -> None:
        raise sqlite3.OperationalError("disk full")

    target = table(filled, "T")
    document_id = insert(filled, "T", struct(a=60, b=1))
    with monkeypatch.context() as patched:
        patched.setattr("emulator.ledger.view.indexing.build", fail)
        transaction = run(filled.begin())
        transaction.create_index(target, "b")
        filled.commit(transaction)
    committed(filled, lambda t: t.replace(target, document_id, struct(a=61, b=1)))
    found = rows(filled.begin().user_view(table(filled, "T")).find("b", 1))
    assert [it.document_id for it in found] == [document_id]


def test_a_view_that_lost_its_newest_blocks_is_not_read(filled: Ledger) -> None:
    """An open transaction gets no state older than what it saw; a new one finds the view mended."""
    transaction = run(filled.begin())
    filled.view.journal_sequence_no += 1
    with pytest.raises(InternalFailure):
        rows(transaction.user_view(table(filled, "T")).scan())
    filled.view.journal_sequence_no -= 1
    assert rows(filled.begin().user_view(table(filled, "T")).scan())


def test_what_sqlite_rolled_back_by_itself_leaves_no_gap(filled: Ledger) -> None:
    """After a failure that made SQLite give up its transaction, the view is what a rebuild would be."""
    insert(filled, "T", struct(a=70))
    filled.view._connections._writer.execute("ROLLBACK")
    with pytest.raises(InternalFailure):
        filled.view.flush()
    document_id = insert(filled, "T", struct(a=71))
    view = filled.begin().user_view(table(filled, "T"))
    assert len(rows(view.find("a", 70))) == 1
    assert [it.document_id for it in rows(view.find("a", 71))] == [document_id]


def test_a_group_whose_view_is_lost_in_the_middle_is_refused_whole(
    filled: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was applied before the loss is gone with it, so nothing of the group is appended."""
    apply, tip = filled.view.apply, filled.tip

    def lose_the_first(block: Block) -> Applied:
        if block.address.sequence_no == tip.address.sequence_no + 2:
            filled.view._connections._writer.execute("ROLLBACK")
        return apply(block)

    commits = []
    for number in (80, 81):
        transaction = run(filled.begin())
        transaction.insert(table(filled, "T"), struct(a=number))
        commits.append(filled.submit(transaction))
    with monkeypatch.context() as patched:
        patched.setattr(filled.view, "apply", lose_the_first)
        filled.write()
    for commit in commits:
        with pytest.raises(InternalFailure):
            commit.result()
    assert filled.tip == tip
    insert(filled, "T", struct(a=82))
    assert len(rows(filled.begin().user_view(table(filled, "T")).find("a", 82))) == 1


def test_a_commit_stands_though_a_checkpoint_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is told of a failure of what is done beside."""
    monkeypatch.setattr("emulator.ledger.view.connections.CHECKPOINT_BLOCKS", 1)
    monkeypatch.setattr("emulator.ledger.view.connections.FLUSH_BLOCKS", 1)
    ledger = _open(tmp_path)
    create_table(ledger, "T")

    def fail(_: object) -> sqlite3.Connection:
        raise sqlite3.OperationalError("disk full")

    monkeypatch.setattr(schema, "connect", fail)
    for number in range(5):
        insert(ledger, "T", struct(a=number))
    assert len(rows(ledger.begin().user_view(table(ledger, "T")).scan())) == 5


def test_another_writer_makes_a_conflict(filled: Ledger, tmp_path: Path) -> None:
    """Of two ledgers on one journal, the one that comes second is refused and then knows what the first wrote."""
    journal, view = SqliteJournal(tmp_path / "journal.sqlite"), View(None, Settings())
    other = Ledger(journal, view, ManualClock(), RandomIds(), Alone())
    insert(filled, "T", struct(a=1))
    with pytest.raises(OccConflictException):
        insert(other, "T", struct(a=2))
    other.begin().abort()
    assert other.tip == filled.tip
    insert(other, "T", struct(a=2))


def test_an_index_survives_a_crash_in_the_middle_of_its_building(filled: Ledger, tmp_path: Path) -> None:
    """What is left to build is built after the restart."""
    transaction = run(filled.begin())
    transaction.create_index(table(filled, "T"), "b")
    filled.submit(transaction)
    group = filled.prepare()
    filled.append(group)
    filled.view.commit()
    filled.view.close()
    filled.journal.close()

    again = _open(tmp_path)
    insert(again, "T", struct(b=5))
    assert all(index.online for index in table(again, "T").indexes)


def test_checkpoints_keep_the_log_short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The view's write-ahead log is emptied now and then, and not more often than that."""
    monkeypatch.setattr("emulator.ledger.view.connections.CHECKPOINT_BLOCKS", 20)
    ledger = _open(tmp_path)
    connections, connect = 0, schema.connect

    def counted(path: Path | None) -> sqlite3.Connection:
        nonlocal connections
        connections += 1
        return connect(path)

    monkeypatch.setattr(schema, "connect", counted)
    create_table(ledger, "T")
    sizes = []
    for number in range(100):
        insert(ledger, "T", struct(a=number))
        sizes.append((tmp_path / "view.sqlite-wal").stat().st_size)
    assert max(sizes) < 3 * max(sizes[:64])
    assert 0 < connections <= 5, "each checkpoint has a connection of its own"
    ledger.close()
    with sqlite3.connect(tmp_path / "view.sqlite") as connection:
        assert connection.execute("SELECT count(*) FROM revisions").fetchone() == (100,)
