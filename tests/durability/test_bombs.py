"""Statements that would take for ever, or all the memory there is: none holds up others, or takes the server down."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from emulator.ion.values import Struct, Value
from tests.durability.client import Control, RefusedError, Session
from tests.durability.examination import Examiner
from tests.durability.load import Load, Outcome, set_up
from tests.durability.process import ServerProcess

MOST_MEGABYTES = 400
"""Beyond what the server takes anyway, with all its clients at work. Four million values of a byte are most of it."""

TEN = "<<0,1,2,3,4,5,6,7,8,9>>"
LONG = "x" * 60_000
LARGE = Struct([("label", "a" * 60_000), ("items", [n % 100 for n in range(30_000)])])
MANY_FIELDS = Struct((f"f{n}", n) for n in range(9_000))


def crossed(count: int) -> str:
    return ", ".join(f"{TEN} AS {alias}" for alias in "abcdefgh"[:count])


def holding(item: str, levels: int) -> str:
    """A value that holds another one ten times, which holds another one ten times, and so on."""
    query = f"<<{item}>>"
    for _ in range(levels):
        query = f"(SELECT VALUE [{','.join('z' * 10)}] FROM {query} z)"
    return query


def repeated(part: str, joint: str, length: int = 90_000) -> str:
    return joint.join([part] * (length // len(part + joint)))


ONE_ROW = "For one row, the expressions of a statement read, make and compare 16777216 bytes at most"
KEPT = "A statement keeps 16777216 bytes at most"


class Bomb(NamedTuple):
    """`told` is a part of what the statement is refused with; None where it is answered."""

    told: str | None
    statement: str
    parameters: Sequence[Value] = ()


ITSELF = holding("1", 9)
LEVELS = 5
ROW, WILDCARDS = holding("1", LEVELS), "[*]" * LEVELS
"""What is inside of it many times is just not too much for a row, and too much to be looked at a few times."""
BOMBS: dict[str, Bomb] = {
    "a list of a document, in each row of a query in an expression": Bomb(
        KEPT, f"SELECT SIZE((SELECT VALUE p.items FROM {crossed(5)})) FROM Bombs AS p"
    ),
    "long texts in rows of a query": Bomb(
        KEPT, f"SELECT SIZE((SELECT VALUE z||z||z FROM {crossed(5)})) FROM <<?>> AS z", [LONG]
    ),
    "texts that grow": Bomb(ONE_ROW, f"SELECT CHAR_LENGTH({'||'.join(['z'] * 100)}) FROM <<?>> AS z", [LONG]),
    "texts that grow twice": Bomb(
        ONE_ROW,
        "SELECT VALUE z||z||z||z||z||z||z||z FROM (SELECT VALUE z||z||z||z||z||z||z||z FROM <<?>> z) z",
        [LONG],
    ),
    "what holds itself as a row": Bomb(ONE_ROW, f"SELECT VALUE z FROM {ITSELF} z"),
    "it in a document": Bomb(ONE_ROW, f"INSERT INTO Bombs (SELECT VALUE {{'z': z}} FROM {ITSELF} z)"),
    "it in an update": Bomb(ONE_ROW, f"UPDATE Bombs AS p SET p.z = (SELECT VALUE z FROM {ITSELF} z)"),
    "equality of what just may be a row": Bomb(ONE_ROW, f"SELECT VALUE {repeated('z=z', ' AND ')} FROM {ROW} z"),
    "IN of it": Bomb(ONE_ROW, f"SELECT VALUE {repeated('z IN [1,z]', ' AND ')} FROM {ROW} z"),
    "wildcards in it": Bomb(ONE_ROW, f"SELECT {repeated(f'SIZE(z{WILDCARDS})', ',')} FROM {ROW} z"),
    "LIKE with many %": Bomb(None, "SELECT x LIKE ? FROM <<?>> x", ["%a" * 20_000, "a" * 19_999 + "b" * 80_000]),
    "LIKE with many _": Bomb(ONE_ROW, "SELECT x LIKE ? FROM <<?>> x", [f"%{'a_' * 30_000}b%", "a" * 100_000]),
    "LIKE with ESCAPE": Bomb(None, "SELECT x LIKE ? ESCAPE '!' FROM <<?>> x", ["%!%a" * 20_000, "%a" * 40_000]),
    "LIKE with long patterns": Bomb(
        None,
        f"SELECT x LIKE ? || CAST(a AS STRING) || CAST(b AS STRING) FROM <<?>> x, {crossed(2)}",
        ["%a" * 20_000, "a" * 90_000],
    ),
    "a format that can be read in many ways": Bomb(
        "it has the year twice", "SELECT TO_TIMESTAMP(?, ?) FROM <<1>> x", ["1" * 150 + "x", "yM" * 40]
    ),
    "a long format": Bomb(
        "it has more than 1000 characters", "SELECT TO_TIMESTAMP(?, ?) FROM <<1>> x", ["1 " * 60_000, "y " * 60_000]
    ),
    "a shared symbol table": Bomb(
        "there is none to find here",
        'SELECT `$ion_symbol_table::{imports:[{name:"a",version:1,max_id:2000000000}]} $10` FROM <<1>> x',
    ),
    "a column many times": Bomb(ONE_ROW, f"SELECT {repeated('p.items', ',')} FROM Bombs AS p"),
    "a field many times": Bomb(ONE_ROW, f"SELECT {repeated('p.f8999', ',')} FROM Bombs AS p"),
    "a function many times": Bomb(ONE_ROW, f"SELECT {repeated('UPPER(p.label)', ',')} FROM Bombs AS p"),
    "a comparison many times": Bomb(ONE_ROW, f"SELECT * FROM Bombs AS p WHERE {repeated('p.items=p.items', ' AND ')}"),
    "an element set many times": Bomb(
        None, f"UPDATE Bombs AS p SET {repeated('p.items[0]=1', ',')} WHERE p.f1 IS MISSING"
    ),
    "large values that are to be set": Bomb(KEPT, f"FROM Bombs AS p, {crossed(5)} SET p.z = p.label || p.label"),
    "wildcards": Bomb("nested too deeply", f"SELECT VALUE x{repeated('[*]', '')} FROM <<1>> x"),
    "sources": Bomb("128 sources at most", f"SELECT 1 FROM {', '.join(f'<<1>> a{n}' for n in range(5_000))}"),
    "large parameters": Bomb(
        "The parameters of a statement have 4194304 bytes at most",
        f"SELECT VALUE [{', '.join('?' * 60)}] FROM <<1>> x",
        [[Struct()] * 120_000] * 60,
    ),
    "large parameters, as many as may be": Bomb(
        ONE_ROW, f"SELECT VALUE [{', '.join('?' * 33)}] FROM <<1>> x", [[Struct()] * 120_000] * 33
    ),
    "many parameters": Bomb(None, f"SELECT VALUE [{repeated('?', ',', 20_000)}] FROM <<1>> x", [1] * 10_000),
    "long values that are looked up": Bomb(
        None,
        f"SELECT COUNT(*) FROM <<?>> AS x, {crossed(4)}, Indexed AS i "
        "WHERE i.items = x || CAST(a * 1000 + b * 100 + c * 10 + d AS STRING)",
        [LONG],
    ),
    "many values after IN": Bomb(None, f"SELECT * FROM Bombs AS p WHERE p.f1 IN ({','.join(map(str, range(15_000)))})"),
}


@pytest.mark.process
def test_bombs_hold_up_nobody(tmp_path: Path) -> None:
    """Each is answered or refused, within bounds of memory, while others commit; nothing they committed is lost."""
    server = ServerProcess(tmp_path / "data")
    server.wait_until_healthy()
    Control(server.port).create_ledger()
    session = Session(server.port)
    set_up(session)
    session.run("CREATE TABLE Bombs")
    session.run("INSERT INTO Bombs << ?, ? >>", LARGE, MANY_FIELDS)
    told, peaks = {}, {}
    session.run("CREATE TABLE Indexed")
    session.run("CREATE INDEX ON Indexed (items)")
    with Load(server.port, 0, "bombs") as load:
        usual = server.peak_megabytes()
        for name, bomb in BOMBS.items():
            told[name] = attempt(session, bomb)
            peaks[name] = server.peak_megabytes() - usual

        # Commits are waited for by all: what they have to hash is hashed before.
        session.begin()
        for _ in range(6):
            session.execute("INSERT INTO Indexed ?", Struct([("items", [Struct()] * 20_000)]))
        session.commit()
        session.run("UPDATE Indexed SET number = 1")

    assert {name: told[name] for name, bomb in BOMBS.items() if not is_as_told(bomb, told[name])} == {}
    assert [name for name, peak in peaks.items() if peak > MOST_MEGABYTES] == []
    assert not load.failures
    assert {each.outcome for each in load.attempts} <= {Outcome.ACKNOWLEDGED, Outcome.REFUSED}
    examiner = Examiner(server.data_dir)
    examiner.examine_documents(Session(server.port), 0, load.attempts)
    server.kill()


def attempt(session: Session, bomb: Bomb) -> str:
    """Run a statement in a transaction that is given up; what it is told where it is refused."""
    session.begin()
    try:
        session.first_page(bomb.statement, *bomb.parameters)
        told = ""
    except RefusedError as refused:
        told = str(refused)
    session.abort()
    return told


def is_as_told(bomb: Bomb, told: str) -> bool:
    return told == "" if bomb.told is None else told.startswith("400 ") and bomb.told in told
