"""Numbers at the edge of what Ion holds, and beyond it: a value or a refusal, wherever they come from and go to."""

from __future__ import annotations

from decimal import Decimal

import pytest

from emulator.errors import BadRequestException
from emulator.ion.values import Value
from tests.session.conversation import Conversation, values

LARGEST, SMALLEST = "1e2147483647", "1e-2147483647"
DIGITS = "7" * 2_000

BEYOND = [
    *("1e2147483648", "1e-2147483648", "-1e2147483648", "1.5e-2147483647", "1e99999999999", "1e9999999999999999999"),
    *("7" * 2_500, "7" * 5_000, f"-{'7' * 5_000}", "7" * 50_000, f"{'7' * 50_000}.7", f"0.{'7' * 50_000}"),
    *("`1d2147483648`", "`1d-2147483648`", "`1d99999999999999999999`", f"`{'7' * 2_600}`", f"`0x{'f' * 2_100}`"),
    *(f"{LARGEST} * {LARGEST}", f"{LARGEST} / {SMALLEST}", f"{LARGEST} % 3", f"3 % {SMALLEST}"),
    *(f"{DIGITS} * {DIGITS}", f"{DIGITS} + 1", f"-({DIGITS})", f"{DIGITS} + `1e0`", f"9{LARGEST} + 9{LARGEST}"),
    *(f"CAST({LARGEST} AS INT)", f"CAST('{'7' * 5_000}' AS DECIMAL)", "CAST('1e9999999999' AS DECIMAL)"),
    *(
        f"CAST('{'7' * 5_000}' AS INT)",
        f"CAST({DIGITS} AS FLOAT)",
        f"(SELECT SUM(x) FROM <<9{LARGEST}, 9{LARGEST}>> x)",
    ),
    *(f"(SELECT AVG(x) FROM <<{DIGITS}, {DIGITS}>> x)", f"DATE_ADD(second, {DIGITS}, `2020T`)"),
]
"""What is refused: no Ion, no int of 64 bits, no decimal."""

WITHIN: dict[str, Value] = {
    LARGEST: Decimal(LARGEST),
    SMALLEST: Decimal(SMALLEST),
    f"-{LARGEST}": Decimal(f"-{LARGEST}"),
    DIGITS: int(DIGITS),
    f"{DIGITS}.0 * {DIGITS}.0": Decimal("6.0493827160493827160493827160493827160E+3999"),
    f"{LARGEST} + {SMALLEST}": Decimal("1.0000000000000000000000000000000000000E+2147483647"),
    f"{SMALLEST} * {SMALLEST}": Decimal("0E-2147483647"),
    f"{SMALLEST} / {LARGEST}": Decimal("0E-2147483647"),
    f"{SMALLEST} / 3": Decimal("0E-2147483647"),
    f"3 % {LARGEST}": Decimal(3),
    f"{LARGEST} = {DIGITS}": False,
    f"{SMALLEST} < `1e-300`": True,
    f"{LARGEST} > `1e300`": True,
    f"{LARGEST} BETWEEN {SMALLEST} AND {DIGITS}": False,
    f"CAST({SMALLEST} AS INT)": 0,
    f"CAST({LARGEST} AS FLOAT)": float("inf"),
    f"CAST({SMALLEST} AS FLOAT)": 0.0,
    f"CAST({LARGEST} AS STRING)": "1E+2147483647",
    f"CAST({DIGITS} AS STRING)": DIGITS,
    f"CAST({DIGITS} AS DECIMAL)": Decimal(DIGITS),
    f"(SELECT VALUE MAX(x) FROM <<{LARGEST}, {DIGITS}, `1e300`>> x)": [Decimal(LARGEST)],
    f"(SELECT VALUE AVG(x) FROM <<{SMALLEST}, {SMALLEST}>> x)": [Decimal(SMALLEST)],
    f"SUBSTRING('abc', {DIGITS}, {DIGITS})": "",
}


@pytest.mark.parametrize("number", BEYOND, ids=lambda number: f"{number[:30]} of {len(number)}")
@pytest.mark.parametrize("statement", ["SELECT VALUE {} FROM <<0>> AS z", "INSERT INTO People <<{{'name': {}}}>>"])
def test_number_beyond_is_refused(session: Conversation, statement: str, number: str) -> None:
    """In a result and in a document; the transaction goes on."""
    session.start()
    digest = session.digest
    with pytest.raises(BadRequestException):
        session.execute(statement.format(number))
    session.digest = digest
    session.execute("INSERT INTO People {'name': 1}")
    session.commit()


@pytest.mark.parametrize("expression", WITHIN, ids=lambda number: f"{number[:30]} of {len(number)}")
def test_number_within(session: Conversation, expression: str) -> None:
    """It is what it should be, is stored, and is found again by index and by scan."""
    wanted = WITHIN[expression]
    session.start()
    (found,) = values(session.execute(f"SELECT VALUE {expression} FROM <<0>> AS z"))
    assert found == wanted
    session.execute("INSERT INTO People ?", [_document(session, found)])
    session.commit()
    session.start()
    for path in ("name", "other"):
        assert len(values(session.execute(f"SELECT * FROM People WHERE {path} = ?", found))) == 1


def _document(session: Conversation, value: Value) -> Value:
    return values(session.execute("SELECT ? AS name, ? AS other FROM <<0>> AS z", value, value))[0]


def test_value_nested_too_deeply_is_refused(session: Conversation) -> None:
    """A parameter may be as deep as Ion goes here; what holds it is deeper."""
    deep: Value = 1
    for _ in range(256):
        deep = [deep]
    session.start()
    for statement in ("SELECT VALUE {'a': ?} FROM <<0>> AS z", "INSERT INTO People {'a': ?}"):
        with pytest.raises(BadRequestException, match="nested too deeply"):
            session.execute(statement, deep)
