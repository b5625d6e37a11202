"""Rows kept aside."""

import pytest

from emulator.client import kept
from emulator.client.kept import KeptRows
from emulator.ion.binary import encode


@pytest.mark.parametrize("in_memory_bytes", [8_000_000, 1])
def test_rows_are_there_again_and_again(monkeypatch: pytest.MonkeyPatch, in_memory_bytes: int) -> None:
    """In memory or in a file, for two who read at the same time too."""
    monkeypatch.setattr(kept, "_IN_MEMORY_BYTES", in_memory_bytes)
    rows = KeptRows()
    for number in range(3):
        rows.add(encode(number))

    assert list(zip(rows, rows, strict=True)) == [(0, 0), (1, 1), (2, 2)]
    assert len(rows) == 3
    rows.close()
