"""What the account remembers of ledgers that are copied."""

from pathlib import Path

from emulator.clock import ManualClock
from emulator.ledger.ledger import Ledger
from emulator.runtime import Emulator
from emulator.settings import Settings
from tests.ledger.driving import committed, create_table, insert, struct, table


def test_rewound_ledger_has_nothing_to_erase(tmp_path: Path) -> None:
    """The next start has no reason to open it."""
    emulator = Emulator(Settings(data_dir=tmp_path), ManualClock())
    emulator.account().ledgers.create("first", "STANDARD")
    ledger = emulator.account().ledgers.connect("first")
    create_table(ledger, "T")
    document_id = insert(ledger, "T", struct(secret=1))
    committed(ledger, lambda t: t.delete(table(ledger, "T"), document_id))
    table_id = table(ledger, "T").table_id
    committed(ledger, lambda t: t.redact_revision(ledger.strand_id, 2, table_id, document_id))

    emulator.copies().rewind("first", 3)

    emulator.close()
    emulator = Emulator(Settings(data_dir=tmp_path), ManualClock())
    opened: list[Ledger] = []
    emulator.attend(opened.append)
    assert opened == []
    emulator.close()
