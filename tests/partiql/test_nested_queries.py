"""Queries inside of expressions: they take turns wherever they stand, and are run only where they are needed."""

from __future__ import annotations

from typing import Any

import pytest

from emulator.errors import BadRequestException
from emulator.ion.values import Struct
from emulator.partiql.compiler import compile
from emulator.partiql.host import TURN
from tests.partiql.little_host import LittleHost

TEN = "<<0, 1, 2, 3, 4, 5, 6, 7, 8, 9>>"
LONG = f"SELECT COUNT(*) FROM {TEN} AS a, {TEN} AS b, {TEN} AS c"
"""A query of a thousand bindings and one row."""
ROWS = f"SELECT VALUE a + 10 * b + 100 * c FROM {TEN} AS a, {TEN} AS b, {TEN} AS c"
"""A query of a thousand rows."""

PLACES = [
    f"SELECT ({LONG}) AS n FROM <<1>> AS x",
    f"SELECT VALUE SIZE(({ROWS})) FROM <<1>> AS x",
    f"SELECT VALUE x FROM <<1>> AS x WHERE 999 IN ({ROWS})",
    f"SELECT VALUE x FROM <<1>> AS x WHERE EXISTS(({LONG})) AND x = 1",
    f"SELECT VALUE x FROM <<1>> AS x WHERE x = 2 OR SIZE(({ROWS})) = 1000",
    f"SELECT VALUE CASE WHEN x = 1 THEN ({LONG}) ELSE 0 END FROM <<1>> AS x",
    f"SELECT SUM(SIZE(({ROWS}))) AS n FROM <<1>> AS x",
    f"SELECT VALUE n FROM ({LONG}) AS n",
    f"SELECT VALUE n FROM [({LONG})] AS n",
    f"SELECT VALUE {{'n': ({LONG})}} FROM <<1>> AS x",
    f"SELECT VALUE (SELECT VALUE ({LONG}) FROM <<1>> AS y) FROM <<1>> AS x",
    f"SELECT VALUE (SELECT VALUE y FROM <<1>> AS y WHERE EXISTS(({LONG}))) FROM <<1>> AS x",
    f"SELECT VALUE t FROM T AS t, T AS u WHERE t.a = 1 AND EXISTS(({LONG}))",
    f"SELECT * FROM history(T, DATE_ADD(day, SIZE(({ROWS})) - 1001, `2023-11-14T22:13:20Z`)) AS h",
    f"INSERT INTO T <<{{'n': ({LONG})}}>>",
    f"UPDATE T SET n = ({LONG})",
    f"UPDATE T AS t SET t.l[SIZE(({ROWS})) - 1000] = 2",
    f"UPDATE T SET n = 1 WHERE SIZE(({ROWS})) = 1000",
    f"FROM T INSERT INTO l VALUE ({LONG})",
    f"DELETE FROM T WHERE SIZE(({ROWS})) = 1000",
]


@pytest.fixture
def host() -> LittleHost:
    """A table with one document."""
    host = LittleHost()
    host.execute("CREATE TABLE T")
    host.execute("INSERT INTO T {'a': 1, 'l': [1]}")
    host.commit()
    return host


@pytest.mark.parametrize("statement", PLACES)
def test_turns_are_taken_wherever_a_query_stands(host: LittleHost, statement: str) -> None:
    """Before the only row come at least as many turns as the query inside has rows or bindings."""
    produced = list(compile(statement, host).run(host, []))
    rows = [row for row in produced if row is not TURN]

    assert len(rows) == 1
    assert produced.index(rows[0]) >= 1000


def test_runs_anew_for_each_row(host: LittleHost) -> None:
    """What the query ranges over may be another for each row."""
    rows = host.execute("SELECT VALUE (SELECT VALUE y + 1 FROM @x AS y) FROM [[1], [2, 3], []] AS x")

    assert rows == [[2], [3, 4], []]


def test_several_in_one_expression(host: LittleHost) -> None:
    """Each has rows of its own."""
    (row,) = host.execute(
        "SELECT (SELECT VALUE x FROM <<1>> AS y) AS a, (SELECT VALUE x + 1 FROM <<1>> AS y) AS b FROM <<1>> AS x"
    )

    assert row == Struct([("a", [1]), ("b", [2])])


FAILING = "SELECT VALUE 1 / 0 FROM <<1>> AS y"
UNNEEDED = [
    (f"CASE WHEN x = 1 THEN 0 ELSE ({FAILING}) END", 0),
    (f"x = 1 OR EXISTS(({FAILING}))", True),
    (f"x = 2 AND EXISTS(({FAILING}))", False),
]


@pytest.mark.parametrize(("expression", "value"), UNNEEDED)
def test_not_run_where_nobody_asks(host: LittleHost, expression: str, value: Any) -> None:
    """A query that would fail does no harm where the expression does without it."""
    assert host.execute(f"SELECT VALUE {expression} FROM <<1>> AS x") == [value]


def test_conditions_in_a_row_stop_at_the_first_that_fails(host: LittleHost) -> None:
    """A cheap condition spares the query in the one after it."""
    turns = list(compile(f"SELECT * FROM <<1>> AS x WHERE x = 2 AND 1 IN ({ROWS})", host).run(host, []))

    assert len(turns) < 10


def test_error_inside_is_the_statements(host: LittleHost) -> None:
    """What goes wrong in a query goes wrong in the statement."""
    with pytest.raises(BadRequestException, match="/ by zero"):
        host.execute(f"SELECT VALUE ({FAILING}) FROM <<1>> AS x")


def test_a_query_as_source_is_not_built(host: LittleHost) -> None:
    """Rows of a query in FROM come one by one: the first is there before the second is made."""
    rows = compile("SELECT VALUE r FROM (SELECT VALUE 1 / (2 - x) FROM <<1, 2>> AS x) AS r", host).run(host, [])

    assert next(row for row in rows if row is not TURN) == 1
    with pytest.raises(BadRequestException):
        list(rows)
