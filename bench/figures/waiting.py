"""What must cost the same however long the journal is, as a client of the server waits for it.

One server has a small ledger and a large one. One connection asks both the same things by turns: the answer of a
SELECT, a digest, a revision with its proof.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from statistics import median

from bench.connections import play
from bench.conversation import Script, Session, opened, prepare
from bench.documents import SELECT
from bench.engine import fill
from bench.measuring import Bench
from bench.reading import timed
from bench.report import Row, at_most
from bench.servers import emulator, running
from emulator.ion.binary import encode
from emulator.ion.text import write_text
from emulator.journal.block import BlockAddress
from emulator.journal.presentation import address_struct
from emulator.ledger.ledger import Ledger
from emulator.runtime import Emulator
from emulator.settings import Settings

_ROUNDS = 300
_GOAL = 1.3
_FIRST_DOCUMENT = 3
"""As in `growth`: the blocks before hold no document."""
_HEAD = (
    "POST /ledgers/{}/{} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{}"
)


@dataclass(slots=True)
class _Asked:
    """A ledger of the server, what to ask it, and how long each answer took."""

    name: str
    numbers: Sequence[int]
    revisions: Sequence[tuple[str, str]]
    """Addresses of blocks, as Ion text, and the documents in them."""
    tip: str
    waits: dict[str, list[float]] = field(default_factory=dict)


def measure(bench: Bench) -> Iterator[Row]:
    folder, scale = bench.folder / "data", bench.scale
    made = Emulator(Settings(data_dir=folder))
    try:
        large, small = _made(made, "large", scale.blocks), _made(made, "small", scale.small_blocks)
    finally:
        made.close()
    with running(emulator(folder)) as server:
        play(server.port, [_asking(large, small)])
    for what in _OPERATIONS:
        value, floor = (median(asked.waits[what]) * 1000 for asked in (large, small))
        name = f"{what} over HTTP, {scale.blocks:,} blocks against {scale.small_blocks:,}"
        yield at_most(name, value, floor, _GOAL, "ms")


def _made(emulator: Emulator, name: str, blocks: int) -> _Asked:
    emulator.account().ledgers.create(name, "ALLOW_ALL")
    ledger = emulator.account().ledgers.connect(name)
    fill(ledger, blocks)
    chosen = random.Random(7)
    numbers = [chosen.randrange(_FIRST_DOCUMENT, blocks) for _ in range(_ROUNDS + 1)]
    tip = write_text(address_struct(ledger.tip.address))
    return _Asked(name, numbers, [_revision_in(ledger, number) for number in numbers], tip)


def _revision_in(ledger: Ledger, sequence_no: int) -> tuple[str, str]:
    (block,) = ledger.journal.read(sequence_no, sequence_no + 1)
    address = BlockAddress(ledger.strand_id, sequence_no)
    return write_text(address_struct(address)), block.draft.revisions[0].metadata.document_id


def _asking(*ledgers: _Asked) -> Script:
    sessions = {}
    for asked in ledgers:
        sessions[asked.name] = yield from opened(asked.name)
    for turn in range(_ROUNDS + 1):
        for what, ask in _OPERATIONS.items():
            for asked in ledgers if turn % 2 else reversed(ledgers):  # whoever is first finds colder caches
                waits: list[float] = []
                yield from timed(ask(asked, sessions[asked.name], turn), waits)
                if turn:  # the first is for warmth
                    asked.waits.setdefault(what, []).append(waits[_PLACE.get(what, 0)])


def _select(asked: _Asked, session: Session, turn: int) -> Generator[bytes, bytes, object]:
    return session.transaction([prepare(session.token, SELECT, [encode(asked.numbers[turn])])])


def _digest(asked: _Asked, session: Session, turn: int) -> Script:
    yield _HEAD.format(asked.name, "digest", 0, "").encode("ascii")


def _revision(asked: _Asked, session: Session, turn: int) -> Script:
    address, document_id = asked.revisions[turn]
    request = {
        "BlockAddress": {"IonText": address},
        "DocumentId": document_id,
        "DigestTipAddress": {"IonText": asked.tip},
    }
    body = json.dumps(request)
    yield _HEAD.format(asked.name, "revision", len(body), body).encode("ascii")


_OPERATIONS: dict[str, Callable[[_Asked, Session, int], Generator[bytes, bytes, object]]] = {
    "SELECT by an index": _select,
    "GetDigest": _digest,
    "GetRevision with proof": _revision,
}
_PLACE = {"SELECT by an index": 1}
"""Which of an operation's requests is the one to be waited for; a SELECT comes after the start of its transaction."""
