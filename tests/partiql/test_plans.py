"""Plans: made once, run often, interrupted at any time."""

from __future__ import annotations

import inspect
import sys
from typing import Any

import pytest

from emulator.errors import BadRequestException
from emulator.ion.values import Struct
from emulator.partiql.compiler import CACHED_CHARACTERS, CACHED_PLANS, LONGEST_CACHED, compile
from emulator.partiql.host import TURN
from tests.partiql.little_host import LittleHost


@pytest.fixture
def host() -> LittleHost:
    """A table T of a hundred documents, `a` from 0 to 99."""
    host = LittleHost()
    host.execute("CREATE TABLE T")
    host.execute("INSERT INTO T ?", [Struct([("a", number), ("l", [1, 2])]) for number in range(100)])
    return host


def test_same_text_has_the_same_plan(host: LittleHost) -> None:
    """A text is compiled once for a catalog."""
    assert compile("SELECT * FROM T", host) is compile("SELECT * FROM T", host)


def test_plans_of_long_texts_leave_room_for_each_other(host: LittleHost) -> None:
    """Statements that have their data in them, each another, do not fill the memory; the newest plans are kept."""
    texts = [f"INSERT INTO T {{'number': {number}, 'data': '{'x' * 8_000}'}}" for number in range(100)]
    plans = [compile(text, host) for text in texts]

    assert sum(map(len, host.plans)) <= CACHED_CHARACTERS
    assert compile(texts[-1], host) is plans[-1]
    assert compile(texts[0], host) is not plans[0]


def test_plans_are_not_kept_for_ever(host: LittleHost) -> None:
    """Of many short texts the one that was used longest ago goes first."""
    texts = [f"SELECT {number} FROM T" for number in range(CACHED_PLANS)]
    plans = [compile(text, host) for text in texts]
    assert compile(texts[0], host) is plans[0]
    compile("SELECT * FROM T", host)

    assert len(host.plans) == CACHED_PLANS
    assert compile(texts[0], host) is plans[0]
    assert compile(texts[1], host) is not plans[1]


def test_the_plan_of_a_very_long_text_is_not_kept(host: LittleHost) -> None:
    """It may be made on another thread, where what others use must not be changed."""
    kept = dict(host.plans)
    compile("SELECT * FROM T" + " " * LONGEST_CACHED, host)

    assert host.plans == kept


def test_changed_catalog_has_another_plan(host: LittleHost) -> None:
    """After a table was dropped its name is unknown, whatever was compiled before."""
    compile("SELECT * FROM T", host)
    host.execute("DROP TABLE T")

    with pytest.raises(BadRequestException):
        compile("SELECT * FROM T", host)


def test_ledgers_do_not_share_tables(host: LittleHost) -> None:
    """Two ledgers with tables of the same name keep to their own."""
    other = LittleHost()
    other._new_id()
    other.execute("CREATE TABLE T")

    assert len(host.execute("SELECT * FROM T")) == 100
    assert other.execute("SELECT * FROM T") == []


def test_ledgers_do_not_share_tables_by_id(host: LittleHost) -> None:
    """The history of a table by id is not found in a ledger that has no such table."""
    statement = f"SELECT * FROM history('{host.tables[0].table_id}')"
    other = LittleHost()
    other._new_id()
    other.execute("CREATE TABLE T")
    host.execute(statement)

    with pytest.raises(BadRequestException):
        other.execute(statement)


def test_plan_runs_twice_at_once(host: LittleHost) -> None:
    """Two runs of one plan do not meet."""
    plan = compile("SELECT VALUE a FROM T WHERE a >= ?", host)
    first, second = plan.run(host, [98]), plan.run(host, [99])

    assert [row for pair in zip(first, second, strict=False) for row in pair if row is not TURN] == [98, 99, 99]


def test_error_carries_its_code() -> None:
    """An unknown table is the error with the code 432. Source: amazon-qldb-driver-go, statement_execution_test.go."""
    with pytest.raises(BadRequestException) as raised:
        LittleHost().execute("SELECT * FROM NonExistentTable")

    assert raised.value.members == {"Code": "432"}


def rows_and_turns(host: LittleHost, statement: str) -> tuple[list[Any], int]:
    """The rows, and the turns before the first of them."""
    produced = list(compile(statement, host).run(host, []))
    rows = [row for row in produced if row is not TURN]
    return rows, produced.index(rows[0]) if rows else len(produced)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM T WHERE a = 99",
        "SELECT COUNT(*) FROM T",
        "SELECT * FROM T AS x, T AS y WHERE x.a = 99 AND y.a = 99",
        "UPDATE T SET b = 1 WHERE a = 99",
        "DELETE FROM T WHERE a = 99",
    ],
)
def test_long_scans_can_be_interrupted(host: LittleHost, statement: str) -> None:
    """Before the only row come at least as many turns as documents that were looked at."""
    rows, turns = rows_and_turns(host, statement)

    assert len(rows) == 1
    assert turns >= 100


def test_values_are_searched_in_turns(host: LittleHost) -> None:
    """Rows of nested collections that WHERE rejects give turns too."""
    rows, turns = rows_and_turns(host, "SELECT * FROM T AS t, @t.l AS x WHERE x = 3")

    assert rows == []
    assert turns >= 200


def test_record_passes_through_unchanged(host: LittleHost) -> None:
    """`*` and the alias give the very struct that the record holds, so that its bytes need no encoding."""
    document = next(iter(host.tables[0].documents.values()))

    assert host.execute("SELECT * FROM T WHERE a = 0")[0] is document
    assert host.execute("SELECT VALUE t FROM T AS t WHERE a = 0")[0] is document


def test_nothing_is_written_before_everything_was_made(host: LittleHost) -> None:
    """A document that cannot be changed keeps the others from being changed."""
    with pytest.raises(BadRequestException):
        host.execute("UPDATE T SET a = 1 / (a - 50)")

    assert host.execute("SELECT COUNT(*) FROM T WHERE a >= 50") == [Struct([("_1", 50)])]


def test_nothing_is_inserted_before_everything_was_made(host: LittleHost) -> None:
    """Of several values none is inserted when one is no document."""
    with pytest.raises(BadRequestException):
        host.execute("INSERT INTO T <<{'a': 100}, 5>>")

    assert len(host.execute("SELECT * FROM T")) == 100


def test_changes_are_all_made_before_the_first_row(host: LittleHost) -> None:
    """Whoever asks for one row of a change only has all of it."""
    rows = compile("UPDATE T SET a = -1 WHERE a < 40", host).run(host, [])
    next(row for row in rows if row is not TURN)

    assert len(host.execute("SELECT * FROM T WHERE a = -1")) == 40


def test_a_change_of_too_many_documents_stops_at_the_first_too_many(host: LittleHost) -> None:
    """Of a hundred documents to change, not even half are read, and none is written."""
    turns = 0
    with pytest.raises(BadRequestException, match="40 documents"):
        for _ in compile("UPDATE T SET a = -1", host).run(host, []):
            turns += 1

    assert turns < 100
    assert host.execute("SELECT * FROM T WHERE a = -1") == []


def test_long_chains_are_no_deep_recursion(host: LittleHost) -> None:
    """Hundreds of conditions in a row compile and run."""
    condition = " OR ".join(f"a = {number}" for number in range(100))

    assert len(host.execute(f"SELECT * FROM T WHERE {condition}")) == 100


def test_a_stack_that_is_nearly_full_is_no_failure(host: LittleHost) -> None:
    """Where the server's own stack leaves no room, a deep statement is refused, and the next one runs."""
    deep = "SELECT VALUE " + "(1 + " * 60 + "a" + ")" * 60 + " FROM T"
    compile(deep, host)
    limit = sys.getrecursionlimit()
    try:
        sys.setrecursionlimit(len(inspect.stack()) + 45)
        with pytest.raises(BadRequestException, match="nested too deeply"):
            host.execute(deep)
    finally:
        sys.setrecursionlimit(limit)

    assert len(host.execute(deep)) == 100


def test_history_bounds_may_be_parameters(host: LittleHost) -> None:
    """The range of a history can be given as timestamps in parameters."""
    host.commit()

    assert len(host.execute("SELECT * FROM history(T, ?, ?)", host.now(), host.now())) == 100
