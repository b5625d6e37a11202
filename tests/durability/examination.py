"""What must hold after a restart, however the server ended.

Documents are looked at as clients see them; blocks and the view's rows as they lie in the files, which is why nobody
may write meanwhile.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from functools import reduce
from pathlib import Path

from emulator.clock import SystemClock
from emulator.ids import RandomIds
from emulator.ion.codec import read_text
from emulator.ion.text import write_text
from emulator.ion.values import Struct, Value
from emulator.journal.block import Block
from emulator.journal.encoding import decode_block
from emulator.journal.presentation import address_struct
from emulator.ledger.ledger import Ledger
from tests.durability.client import Control, Session
from tests.durability.load import COUNTERS, Attempt, Outcome
from tests.journal import reference

_VIEW_ROWS = {
    "tables": "SELECT * FROM tables ORDER BY 1",
    # How far an index was built when depends on when it was built, and not on the journal.
    "indexes": "SELECT index_no, index_id, table_no, field, created_ms, built, dropped_ms FROM indexes ORDER BY 1",
    "moved": "SELECT * FROM moved ORDER BY 1",
    "revisions": "SELECT * FROM revisions ORDER BY 1",
    "index_entries": "SELECT * FROM index_entries ORDER BY 1, 2, 3",
    "merkle_tiles": "SELECT * FROM merkle_tiles ORDER BY 1",
}


class Examiner:
    """Knows everything clients were told so far, and the journal as far as it was seen whole."""

    def __init__(self, data_dir: Path) -> None:
        self.survivors: dict[str, Attempt] = {}
        self.blocks: list[Block] = []
        self._data_dir = data_dir
        self._attempts: list[Attempt] = []

    # Documents

    def examine_documents(self, session: Session, round_no: int, attempts: Sequence[Attempt]) -> None:
        """All of what was acknowledged in a round is there, none of what was refused, the rest whole or not at all."""
        self._attempts += attempts
        found: dict[Value, list[Struct]] = defaultdict(list)
        for entry in session.run("SELECT * FROM Entry AS e WHERE e.round = ?", round_no):
            found[entry["name"]].append(entry)
        for attempt in attempts:
            entries = sorted(found.pop(attempt.name, []), key=lambda entry: str(entry["part"]))
            assert entries in _possible(attempt), f"{attempt} left {entries}"
            if entries:
                self.survivors[attempt.name] = attempt
        assert not found, f"entries of nobody: {found}"
        self._examine_counters(session)

    def _examine_counters(self, session: Session) -> None:
        """Every value of a counter was reached by exactly one transaction that survived."""
        for row in session.run("SELECT * FROM Counter"):
            reached = sorted(a.value for a in self.survivors.values() if a.counter == row["name"])
            assert row["name"] in COUNTERS
            assert reached == list(range(1, len(reached) + 1)), f"{row['name']} skips or repeats"
            assert row["value"] == len(reached)

    # The journal

    def examine_journal(self, control: Control) -> None:
        """New blocks follow the old ones, every hash is right, and the digest is the root over all."""
        self._read_blocks()
        digest, tip = control.digest()
        assert digest == reference.root([block.block_hash for block in self.blocks])
        assert tip == write_text(address_struct(self.blocks[-1].address))
        committed = [block.draft.transaction_id for block in self.blocks]
        assert len(set(committed)) == len(committed)
        written = {attempt.transaction_id for attempt in self.survivors.values()}
        absent = {attempt.transaction_id for attempt in self._attempts} - written
        assert written <= set(committed)
        assert not absent & set(committed)

    def _read_blocks(self) -> None:
        known = self.blocks[-1:]
        with closing(self._read_only("journal")) as journal:
            rows = journal.execute("SELECT body FROM block ORDER BY sequence_no LIMIT -1 OFFSET ?", (self._last,))
            blocks = [decode_block(body) for (body,) in rows]
        assert blocks[: len(known)] == known, "the journal changed behind its tip"
        for block in blocks[len(known) :]:
            _examine_block(block, self.blocks[-1] if self.blocks else None)
            self.blocks.append(block)

    @property
    def _last(self) -> int:
        return max(len(self.blocks) - 1, 0)

    def examine_proofs(self, control: Control, sequence_numbers: Iterable[int]) -> None:
        """Blocks, and the revisions in them, are proven to belong to the digest."""
        digest, tip = control.digest()
        for block in (self.blocks[number] for number in sequence_numbers):
            address = write_text(address_struct(block.address))
            shown, proof = control.block(address, tip)
            assert _struct(shown)["blockHash"] == block.block_hash
            assert _folded(block.block_hash, proof) == digest
            for revision in block.draft.revisions[:1]:
                shown, proof = control.revision(address, revision.metadata.document_id, tip)
                assert _folded(reference.hash_of(_struct(shown)), proof) == digest

    # The view

    def examine_view(self, empty_folder: Path) -> None:
        """The view's rows are those of one built anew from the journal."""
        with closing(self._read_only("journal")) as journal, closing(_connect(empty_folder / "journal.sqlite")) as copy:
            journal.backup(copy)
        with closing(Ledger.open(empty_folder, SystemClock(), RandomIds())) as rebuilt:
            rebuilt.write()
        with closing(self._read_only("view")) as view, closing(_connect(empty_folder / "view.sqlite")) as anew:
            for name, query in _VIEW_ROWS.items():
                assert view.execute(query).fetchall() == anew.execute(query).fetchall(), f"{name} differ"

    def _read_only(self, name: str) -> sqlite3.Connection:
        (folder,) = (self._data_dir / "ledgers").iterdir()
        return sqlite3.connect(f"file:{folder / name}.sqlite?mode=ro", uri=True)


def _possible(attempt: Attempt) -> Iterator[list[Struct]]:
    """What an attempt may have left."""
    if attempt.outcome is not Outcome.REFUSED:
        yield attempt.entries()
    if attempt.outcome is not Outcome.ACKNOWLEDGED:
        yield []


def _examine_block(block: Block, previous: Block | None) -> None:
    assert block.address.sequence_no == (0 if previous is None else previous.address.sequence_no + 1)
    assert block.previous_block_hash == (b"" if previous is None else previous.block_hash)
    assert block.block_hash == reference.block_hash(block)


def _folded(leaf: bytes, proof: str) -> bytes:
    hashes = read_text(proof)
    assert isinstance(hashes, list)
    return reduce(reference.dot, hashes, leaf)


def _struct(text: str) -> Struct:
    value = read_text(text)
    assert isinstance(value, Struct)
    return value


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path)
