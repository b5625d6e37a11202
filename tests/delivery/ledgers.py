"""What is exported, and what the export must be equal to."""

from emulator.clock import ManualClock
from emulator.ion.codec import read_text
from emulator.ion.values import Struct
from emulator.journal.block import Block
from emulator.ledger.ledger import Ledger
from emulator.runtime import Emulator
from tests.ledger.driving import create_table, insert, struct

SECOND_MS = 1_000

EVERY_TYPE = (
    '{t:null, b:true, i:-7, f:1.5e0, d:90.25, d2:1d3, at:2017-08-21T12:00:00.120-08:00, day:2017-08-21, s:"añ\\n\\"b",'
    " y:'a symbol', z:null.string, blob:{{aGVsbG8=}}, clob:{{\"h\\x7fé\"}}, l:[1,[2],{a:1}], x:(a b), a:mark::1}"
).replace("é", "\\xe9")


def ledger_of(emulator: Emulator, name: str) -> Ledger:
    return emulator.account().ledgers.connect(name)


def blocks_of(emulator: Emulator, name: str) -> list[Block]:
    return list(ledger_of(emulator, name).journal.read(0, 1 << 40))


def fill(emulator: Emulator, name: str, clock: ManualClock, blocks: int) -> None:
    """Go on with the journal until it has so many blocks, each a second after the one before."""
    clock.advance(SECOND_MS)
    ledger = ledger_of(emulator, name)
    if ledger.tip.address.sequence_no == 0:
        create_table(ledger, "Thing")
        clock.advance(SECOND_MS)
    for number in range(ledger.tip.address.sequence_no + 1, blocks):
        document = read_text(EVERY_TYPE)
        assert isinstance(document, Struct)
        insert(ledger, "Thing", struct(number=number, of_every_type=document))
        clock.advance(SECOND_MS)
