"""What expressions read, make and compare in one go is counted, whichever of them does it."""

from __future__ import annotations

import pytest

from emulator.errors import BadRequestException
from emulator.ion.binary import encode
from emulator.ion.document import Document
from emulator.ion.values import Struct, Value
from tests.partiql.little_host import LittleHost

ITEMS: list[Value] = list(range(20_000))
TEXT: Value = "a" * 300_000
FIELDS: Value = Document(encode(Struct((f"f{n}", n) for n in range(20_000))))
TIMES = 200
"""So often an expression stands in a row, which is some times as often as it may."""

COUNTED: dict[str, tuple[str, Value]] = {
    "equality": ("z = z", ITEMS),
    "difference": ("z <> z", ITEMS),
    "search in a value": ("1.5 IN z", ITEMS),
    "search among values": ("z IN (1, z)", ITEMS),
    "NULLIF": ("NULLIF(z, z)", ITEMS),
    "CASE": ("CASE z WHEN z THEN 1 END", ITEMS),
    "concatenation": ("z || z", TEXT),
    "LIKE": ("z LIKE 'b%'", TEXT),
    "a function": ("CHAR_LENGTH(z)", TEXT),
    "CAST": ("CAST(z AS SYMBOL)", TEXT),
    "a list": ("[z]", ITEMS),
    "a bag": ("<<z>>", ITEMS),
    "a struct": ("{'a': z}", ITEMS),
    "a wildcard": ("z[*]", ITEMS),
    "a field": ("z.f19999", FIELDS),
    "an element of a list in a document": ("z['l'][0]", Document(encode(Struct([("l", ITEMS)])))),
}


def run(expression: str, value: Value, times: int) -> None:
    columns = ", ".join(f"({expression}) IS MISSING" for _ in range(times))
    LittleHost().execute(f"SELECT {columns} FROM <<?>> AS z", value)


@pytest.mark.parametrize(("expression", "value"), COUNTED.values(), ids=COUNTED)
def test_work_is_counted(expression: str, value: Value) -> None:
    """Done many times for one row it is too much; done twice it is not."""
    run(expression, value, 2)

    with pytest.raises(BadRequestException, match="For one row, the expressions of a statement read, make and compare"):
        run(expression, value, TIMES)


def test_values_to_be_set_are_kept() -> None:
    """All of them are made before the first is set, so they are counted together, turns or not."""
    host = LittleHost()
    host.execute("CREATE TABLE T")
    host.execute("INSERT INTO T {}")
    host.execute("FROM T AS t, ? AS n SET t.text = ?", ITEMS[:2], TEXT)

    with pytest.raises(BadRequestException, match="A statement keeps 16777216 bytes at most"):
        host.execute("FROM T AS t, ? AS n SET t.text = ?", ITEMS, TEXT)
