"""Redacted data leaves the files of a ledger, whatever happens meanwhile. What lies in them is read as bytes."""

from __future__ import annotations

import itertools
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from emulator.clock import ManualClock
from emulator.ids import RandomIds
from emulator.ion.values import Struct
from emulator.journal.stores.sqlite import SqliteJournal
from emulator.ledger.erasing import Eraser
from emulator.ledger.ledger import Ledger
from emulator.ledger.owner import Alone
from emulator.ledger.transaction import Transaction
from emulator.ledger.view import redactions
from emulator.ledger.view.connections import Connections
from emulator.settings import Settings
from tests.ledger.driving import committed, create_table, insert, rows, struct, table

SECRET = "Augusta Ada King"
DELAY_MS = Settings().revision_redacting_ms


class Killed(BaseException):
    """Stands for the end of the process: nothing catches it."""


@pytest.fixture
def ledger(tmp_path: Path, clock: ManualClock) -> Iterator[Ledger]:
    """A ledger in a folder, with an indexed table and the document of a person whose name is gone since."""
    ledger = open_ledger(tmp_path / "ledger", clock)
    create_table(ledger, "T", "name")
    person = insert(ledger, "T", struct(name=SECRET, text=SECRET * 400))
    committed(ledger, lambda t: t.replace(table(ledger, "T"), person, struct(name="nobody")))
    yield ledger
    ledger.close()


def open_ledger(folder: Path, clock: ManualClock) -> Ledger:
    folder.mkdir(exist_ok=True)
    return Ledger.open(folder, clock, RandomIds())


def revisions(ledger: Ledger) -> list[Struct]:
    return [record.value for record in rows(ledger.begin().history(table(ledger, "T"), None, None).scan())]


def redact(ledger: Ledger, revision: Struct) -> None:
    """Ask for the redaction of a revision, as history shows it."""
    address, metadata = revision["blockAddress"], revision["metadata"]
    assert isinstance(address, Struct)
    assert isinstance(metadata, Struct)
    target = table(ledger, "T").table_id

    def ask(transaction: Transaction) -> Struct:
        number = address["sequenceNo"]
        assert isinstance(number, int)
        return transaction.redact_revision(str(address["strandId"]), number, target, str(metadata["id"]))

    committed(ledger, ask)


def holds(folder: Path, text: str = SECRET) -> bool:
    return any(text.encode() in file.read_bytes() for file in folder.rglob("*") if file.is_file())


def test_redacted_data_is_in_no_file(ledger: Ledger, tmp_path: Path, clock: ManualClock) -> None:
    """Journal, view, index and their logs have it until its time, and not after."""
    redact(ledger, revisions(ledger)[0])
    ledger.write()
    assert holds(tmp_path)
    clock.advance(DELAY_MS)
    ledger.write()
    assert not holds(tmp_path)
    ledger.close()
    assert not holds(tmp_path)


def test_only_what_is_due_is_erased(ledger: Ledger, tmp_path: Path, clock: ManualClock) -> None:
    """Each redaction has its own time."""
    first, _ = revisions(ledger)
    redact(ledger, first)
    clock.advance(DELAY_MS - 1)
    other = insert(ledger, "T", struct(name="Charles Babbage"))
    committed(ledger, lambda t: t.delete(table(ledger, "T"), other))
    redact(ledger, revisions(ledger)[2])
    clock.advance(1)
    ledger.write()

    assert not holds(tmp_path)
    assert holds(tmp_path, "Charles Babbage")
    assert ledger.eraser.due_in_ms == DELAY_MS - 1


def test_keys_of_an_index_leave_no_copies(tmp_path: Path, clock: ManualClock) -> None:
    """Pages of an index that was split and merged keep old entries, unseen: no name can be read there."""
    ledger = open_ledger(tmp_path / "ledger", clock)
    create_table(ledger, "T", "name")
    names = [f"Name {number * 7919 % 1000:04}" for number in range(1000)]
    for start in range(0, 1000, 40):
        committed(ledger, lambda t, s=start: [t.insert(table(ledger, "T"), struct(name=n)) for n in names[s : s + 40]])  # type: ignore[misc]
    for record in rows(ledger.begin().user_view(table(ledger, "T")).scan())[:60]:
        committed(ledger, lambda t, r=record: t.delete(table(ledger, "T"), r.document_id))  # type: ignore[misc]
    for revision in revisions(ledger)[:60]:
        redact(ledger, revision)
    clock.advance(DELAY_MS)
    ledger.write()

    assert [name for name in names[:60] if holds(tmp_path, name)] == []
    assert holds(tmp_path, names[60])


# Whatever happens


def test_a_restart_goes_on(ledger: Ledger, tmp_path: Path, clock: ManualClock) -> None:
    """A request that was committed is carried out by whoever opens the ledger next."""
    redact(ledger, revisions(ledger)[0])
    ledger.close()
    clock.advance(DELAY_MS)
    again = open_ledger(tmp_path / "ledger", clock)
    assert again.has_work
    again.write()

    assert not again.has_work
    assert not holds(tmp_path)


def test_a_lost_view_is_built_without_the_data(ledger: Ledger, tmp_path: Path, clock: ManualClock) -> None:
    """Built anew, the view shows what it showed, and has nothing to erase any more."""
    redact(ledger, revisions(ledger)[0])
    clock.advance(DELAY_MS)
    ledger.write()
    shown = revisions(ledger)
    ledger.close()
    for file in (tmp_path / "ledger").glob("view*"):
        file.unlink()
    again = open_ledger(tmp_path / "ledger", clock)

    assert revisions(again) == shown
    assert not again.eraser.is_pending
    assert not holds(tmp_path)


def test_a_view_lost_before_the_time_asks_again(ledger: Ledger, tmp_path: Path, clock: ManualClock) -> None:
    """The journal has the request, so a view built anew knows of it."""
    redact(ledger, revisions(ledger)[0])
    ledger.close()
    for file in (tmp_path / "ledger").glob("view*"):
        file.unlink()
    again = open_ledger(tmp_path / "ledger", clock)
    assert "data" in dict(revisions(again)[0].fields())
    clock.advance(DELAY_MS)
    again.write()

    assert not holds(tmp_path)


def kill_at(monkeypatch: pytest.MonkeyPatch, owner: object, name: str, *, after: bool) -> None:
    """The process ends when this is called, or right after."""
    real: Callable[..., object] = getattr(owner, name)

    def ends(*arguments: object) -> object:
        if after:
            real(*arguments)
        raise Killed

    monkeypatch.setattr(owner, name, ends)


MOMENTS = [
    (SqliteJournal, "_redact"),
    (SqliteJournal, "_empty_log"),
    (Connections, "erase"),
    (redactions, "_write"),
    (Eraser, "finish"),
]
MOMENTS_AND_AFTER = list(itertools.product(MOMENTS, [False, True]))


@pytest.mark.parametrize("loses_view", [False, True])
@pytest.mark.parametrize("moment", MOMENTS_AND_AFTER, ids=lambda it: f"{it[0][1]}-{it[1]}")
def test_a_kill_in_the_middle_is_made_up_for(
    ledger: Ledger, tmp_path: Path, clock: ManualClock, moment: tuple[tuple[object, str], bool], loses_view: bool
) -> None:
    """Whatever step the process ends at, the next one finishes, with the view or without it."""
    redact(ledger, revisions(ledger)[0])
    clock.advance(DELAY_MS)
    with pytest.MonkeyPatch.context() as patch, pytest.raises(Killed):
        kill_at(patch, *moment[0], after=moment[1])
        ledger.write()
    left = tmp_path / "left"
    shutil.copytree(tmp_path / "ledger", left)  # with the logs, as a killed process leaves them
    if loses_view:
        for file in left.glob("view*"):
            file.unlink()
    again = open_ledger(left, clock)
    again.write()

    assert [[name for name, _ in each] for each in revisions(again)] == [
        ["blockAddress", "hash", "dataHash", "metadata"],
        ["blockAddress", "hash", "data", "metadata"],
    ]
    assert not holds(left)
    again.close()


@pytest.mark.parametrize("name", ["journal", "view"])
def test_a_foreign_reader_puts_it_off(ledger: Ledger, tmp_path: Path, clock: ManualClock, name: str) -> None:
    """While another program reads a file its log keeps the data; commits go on, and some time later it is gone."""
    redact(ledger, revisions(ledger)[0])
    reader = sqlite3.connect(tmp_path / "ledger" / f"{name}.sqlite", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM sqlite_master").fetchall()
    clock.advance(DELAY_MS)
    insert(ledger, "T", struct(name="somebody else"))
    assert holds(tmp_path)
    assert not ledger.eraser.is_due
    reader.close()
    clock.advance(60_000)
    insert(ledger, "T", struct(name="yet another"))

    assert not holds(tmp_path)


def test_who_owns_the_ledger_remembers_what_is_left(tmp_path: Path, clock: ManualClock) -> None:
    """The owner knows that there is data to erase from before the request is durable until it is gone."""
    told: list[tuple[bool, int]] = []

    class Remembering(Alone):
        def note_erasures(self, pending: bool) -> None:
            told.append((pending, len(list(owned.journal.read(0, 99)))))

    owned = Ledger.open(None, clock, RandomIds(), owner=Remembering())
    create_table(owned, "T")
    document_id = insert(owned, "T", struct(a=1))
    committed(owned, lambda t: t.delete(table(owned, "T"), document_id))
    redact(owned, revisions(owned)[0])
    clock.advance(DELAY_MS)
    owned.write()

    assert told == [(True, 4), (False, 5)]
