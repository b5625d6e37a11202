"""Copies of ledgers that redact: what is redacted in the original is in no copy, erased there or not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from emulator.clock import ManualClock
from emulator.errors import BadRequestException
from emulator.ids import RandomIds
from emulator.ion.values import Struct
from emulator.journal import merkle
from emulator.journal.block import Block
from emulator.ledger.copying import copy, redacted_since
from emulator.ledger.ledger import Ledger
from emulator.ledger.transaction import Transaction
from emulator.settings import Settings
from tests.ledger.driving import committed, create_table, insert, rows, struct, table, values

SECRET = "Augusta Ada King"
DELAY_MS = Settings().revision_redacting_ms
Copied = Callable[..., Ledger]


@pytest.fixture(params=["in memory", "on disk"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path | None:
    """Where ledgers have their folders, if they have."""
    return tmp_path if request.param == "on disk" else None


@pytest.fixture(params=["requested", "erased"])
def ledger(request: pytest.FixtureRequest, folder: Path | None, clock: ManualClock) -> Iterator[Ledger]:
    """A table with an index, blocks 1 and 2; a secret, 3; its document without it, 4; the request to redact it, 5."""
    ledger = Ledger.open(made(folder, "original"), clock, RandomIds())
    create_table(ledger, "T", "name")
    document_id = insert(ledger, "T", struct(name=SECRET))
    committed(ledger, lambda t: t.replace(table(ledger, "T"), document_id, struct(name="nobody")))
    redact(ledger, document_id)
    if request.param == "erased":
        clock.advance(DELAY_MS)
    ledger.write()
    assert ledger.eraser.is_pending is (request.param == "requested")
    yield ledger
    ledger.close()


@pytest.fixture
def copied(folder: Path | None) -> Iterator[Copied]:
    """Copies a ledger beside it, all of it or what comes before a block."""
    copies: list[Ledger] = []

    def copied(original: Ledger, stop: int | None = None) -> Ledger:
        copies.append(copy(original, made(folder, f"copy-{len(copies)}"), RandomIds(), stop=stop))
        return copies[-1]

    yield copied
    for each in copies:
        each.close()


def made(folder: Path | None, name: str) -> Path | None:
    if folder is not None:
        (folder / name).mkdir()
    return folder and folder / name


def redact(ledger: Ledger, document_id: str) -> None:
    target = table(ledger, "T").table_id
    committed(ledger, lambda t: t.redact_revision(ledger.strand_id, 3, target, document_id))


def blocks(ledger: Ledger) -> list[Block]:
    """As they are stored."""
    return list(ledger.journal.read(0, ledger.tip.address.sequence_no + 1))


def history(ledger: Ledger) -> list[Struct]:
    return [record.value for record in rows(ledger.begin().history(table(ledger, "T"), None, None).scan())]


@pytest.mark.parametrize("stop", [5, 6])
def test_copy_has_nothing_of_what_is_redacted(
    ledger: Ledger, copied: Copied, folder: Path | None, clock: ManualClock, stop: int
) -> None:
    """Whether the copy has the request's block or not, its history is what the original's is to be; hashes stay."""
    other = copied(ledger, stop)

    assert not other.eraser.is_pending
    assert blocks(other)[3].draft.revisions[0].data is None
    if folder is not None:
        assert SECRET.encode() not in b"".join(file.read_bytes() for file in (folder / "copy-0").iterdir())
    root = merkle.root(stop, other.merkle_tree().node)
    assert root == merkle.root(stop, ledger.merkle_tree().node)
    shown = history(other)
    clock.advance(DELAY_MS)
    assert shown == history(ledger)
    assert [("data" in dict(it.fields()), "dataHash" in dict(it.fields())) for it in shown] == [
        (False, True),
        (True, False),
    ]


def test_copy_goes_on_where_something_is_redacted(ledger: Ledger, copied: Copied) -> None:
    """Its documents can be read, found, changed and deleted."""
    other = copied(ledger, 5)
    created = table(other, "T")

    assert [it["name"] for it in values(other.begin().user_view(created).scan())] == ["nobody"]
    (document,) = rows(other.begin().user_view(created).scan())
    committed(other, lambda t: t.replace(created, document.document_id, struct(name="somebody")))
    committed(other, lambda t: t.delete(created, document.document_id))
    assert values(other.begin().user_view(created).scan()) == []


def test_document_whose_newest_revision_is_redacted_is_left_out(ledger: Ledger, copied: Copied) -> None:
    """Earlier versions made such ledgers. Statements find no such document, history has it, and all else goes on."""
    document_id = blocks(ledger)[3].draft.revisions[0].metadata.document_id
    part = copied(ledger, 4)
    for other in (part, copied(part)):
        created = table(other, "T")
        transaction = other.begin()
        for view in (transaction.user_view(created), transaction.committed_view(created)):
            assert values(view.scan()) == values(view.get(document_id)) == values(view.find("name", SECRET)) == []
        assert [("data" in dict(it.fields()), "dataHash" in dict(it.fields())) for it in history(other)] == [
            (False, True)
        ]
        with pytest.raises(BadRequestException, match="is redacted already"):
            redact(other, document_id)

        insert(other, "T", struct(name="somebody"))
        committed(other, partial(Transaction.create_index, table=created, field="text"))
        other.write()
        assert [it["name"] for it in values(other.begin().user_view(created).scan())] == ["somebody"]
        root = merkle.root(4, other.merkle_tree().node)
        assert root == merkle.root(4, ledger.merkle_tree().node)


def test_copy_of_a_copy_knows_what_is_redacted(ledger: Ledger, copied: Copied) -> None:
    """Though no block of it has a request, nor would a view that is made anew."""
    document_id = blocks(ledger)[3].draft.revisions[0].metadata.document_id
    part = copied(ledger, 5)
    for each in (ledger, part, copied(part)):
        assert redacted_since(each, 4) == (document_id, 0)
        assert [redacted_since(each, stop) for stop in (1, 3, 5)] == [None, None, None]
    part.view.begin_anew()
    part.mend()
    assert redacted_since(part, 4) == (document_id, 0)


def test_copy_that_fails_leaves_nothing_open(ledger: Ledger, tmp_path: Path) -> None:
    """Whoever made it removes its folder. SQLite has files beside a journal as long as that is open."""
    (tmp_path / "failed" / "view.sqlite").mkdir(parents=True)

    with pytest.raises(OSError, match="directory") as _failed:
        copy(ledger, tmp_path / "failed", RandomIds(), stop=5)

    assert sorted(it.name for it in (tmp_path / "failed").iterdir()) == ["journal.sqlite", "view.sqlite"]


def test_revision_before_a_deletion_was_current(folder: Path | None, clock: ManualClock) -> None:
    """A document that is deleted now was there at earlier blocks."""
    ledger = Ledger.open(made(folder, "original"), clock, RandomIds())
    create_table(ledger, "T", "name")
    document_id = insert(ledger, "T", struct(name=SECRET))
    committed(ledger, lambda t: t.delete(table(ledger, "T"), document_id))
    redact(ledger, document_id)

    assert [redacted_since(ledger, stop) for stop in (3, 4, 5)] == [None, (document_id, 0), None]
    ledger.close()
