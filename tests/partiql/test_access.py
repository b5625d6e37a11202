"""What a plan says of itself."""

from __future__ import annotations

import pytest

from emulator.partiql.compiler import compile
from tests.partiql.little_host import LittleHost

STEPS = [
    ("SELECT * FROM Vehicle", "scan Vehicle"),
    ("SELECT * FROM Vehicle AS v WHERE v.VIN = '1N4'", "index Vehicle(VIN) = '1N4'"),
    ("SELECT * FROM Vehicle WHERE VIN IN (?, ?)", "index Vehicle(VIN) IN (?, ?)"),
    ("SELECT * FROM Vehicle WHERE VIN IN ?", "index Vehicle(VIN) IN ?"),
    ("SELECT * FROM Vehicle BY id WHERE id = ? AND VIN = ?", "document Vehicle(id) = ?"),
    (
        "SELECT * FROM Registration AS r, Vehicle AS v, @r.Owners AS o WHERE v.VIN = r.VIN",
        "scan Registration; index Vehicle(VIN) = r.VIN; values of @r.Owners",
    ),
    ("SELECT * FROM _ql_committed_Vehicle AS c WHERE c.data.VIN = ?", "index _ql_committed_Vehicle(VIN) = ?"),
    ("SELECT * FROM history(Vehicle) AS h WHERE h.metadata.id = ?", "document history(Vehicle)(id) = ?"),
    ("SELECT * FROM information_schema.user_tables", "scan information_schema.user_tables"),
    ("SELECT (SELECT VALUE o FROM @r.Owners AS o) FROM Registration AS r", "scan Registration"),
    ("UPDATE Vehicle SET Y = 2011 WHERE VIN = ?", "index Vehicle(VIN) = ?; write Vehicle"),
    ("DELETE FROM Vehicle", "scan Vehicle; write Vehicle"),
    ("INSERT INTO Vehicle ?", "write Vehicle"),
    ("CREATE TABLE Person", "write the catalog"),
    ("CREATE INDEX ON Registration (Y)", "write the catalog"),
]


@pytest.fixture
def host() -> LittleHost:
    """Tables Vehicle, with an index, and Registration."""
    host = LittleHost()
    host.execute("CREATE TABLE Vehicle")
    host.execute("CREATE INDEX ON Vehicle (VIN)")
    host.execute("CREATE TABLE Registration")
    return host


@pytest.mark.parametrize(("statement", "wanted"), STEPS)
def test_steps_are_told(host: LittleHost, statement: str, wanted: str) -> None:
    """Source by source, in the order they are read, then what is written."""
    assert "; ".join(compile(statement, host).steps) == wanted


def test_long_values_are_cut_short(host: LittleHost) -> None:
    """A plan is told on one line, however long the statement is."""
    (step,) = compile(f"SELECT * FROM Vehicle WHERE VIN = '{'x' * 1000}'", host).steps

    assert len(step) < 120
    assert step.endswith("x…'")
