"""An index on a real ledger decides what is read, never what is found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.clock import ManualClock
from emulator.ids import RandomIds
from emulator.ion.equality import equal
from emulator.ion.text import write_text
from emulator.ion.values import Annotated, Clob, Null, Struct, Symbol, Timestamp, Value
from emulator.ledger.ledger import Ledger
from emulator.session.sessions import Sessions
from emulator.settings import Settings
from tests.ion.alike import alike, respelled
from tests.ion.strategies import values as any_value
from tests.partiql.test_lookups import CONDITIONS, SCALARS
from tests.session.conversation import Conversation, values

ODD = [Symbol("a"), Annotated(("x",), 1), Timestamp(2001, 1), Timestamp(2001, 1, 1, 0, 0, offset_minutes=0)]
ODDER = [b"a", Clob(b"a"), Struct([("a", 1)]), float("nan"), 2**70, ""]
VALUES: st.SearchStrategy[Value] = st.one_of(SCALARS, st.sampled_from([*ODD, *ODDER]))
DOCUMENTS = st.lists(st.dictionaries(st.sampled_from("ab"), VALUES).map(lambda each: Struct(each.items())), max_size=6)

STATEMENTS = st.one_of(
    st.builds("SELECT * FROM {{table}} WHERE {0}".format, CONDITIONS),
    st.just("SELECT data AS d FROM _ql_committed_{table} WHERE data.a = ?"),
    st.just("SELECT x, y FROM {table} AS x, {table} AS y WHERE x.b = y.a AND x.a <> 1"),
    st.just("SELECT x, y FROM {table} AS x JOIN {table} AS y ON y.a IN (x.a, x.b) AND x.a = ?"),
)


@pytest.fixture(scope="module")
def session() -> Iterator[Conversation]:
    """A session on a ledger with two tables, of which one has indexes."""
    clock = ManualClock()
    ledger = Ledger.open(None, clock, RandomIds())
    session = Conversation(Sessions(Settings(), clock).start(ledger, "ledger", "session"))
    session.transact("CREATE TABLE Plain", "CREATE TABLE Indexed")
    session.transact("CREATE INDEX ON Indexed (a)", "CREATE INDEX ON Indexed (b)")
    clock.advance(60_000)
    session.start()
    states = session.execute("SELECT VALUE i.status FROM information_schema.user_tables AS t, t.indexes AS i")
    assert values(states) == ["ONLINE", "ONLINE"]
    session.commit()
    yield session
    ledger.close()


def found(session: Conversation, statement: str, table: str, value: Value) -> Counter[str]:
    """How often each row is among those that a statement finds in one of the tables."""
    parameters = [value] * statement.count("?")
    return Counter(map(write_text, values(session.execute(statement.format(table=table), *parameters))))


@settings(max_examples=150, deadline=None)
@given(committed=DOCUMENTS, own=DOCUMENTS, statement=STATEMENTS, value=VALUES)
def test_an_index_changes_no_result(
    session: Conversation, committed: list[Struct], own: list[Struct], statement: str, value: Value
) -> None:
    """Any condition finds the same rows with indexes and without, among what is committed and what is not yet."""
    tables = ("Plain", "Indexed")
    session.transact(*(f"DELETE FROM {table}" for table in tables))
    session.start()
    for table in tables:
        session.execute(f"INSERT INTO {table} ?", committed)
    session.commit()

    session.start()
    for table in tables:
        session.execute(f"INSERT INTO {table} ?", own)
    rows = [found(session, statement, table, value) for table in tables]
    session.abort()

    assert rows[0] == rows[1]


HELD = st.lists(st.one_of(alike, any_value), min_size=1, max_size=4)


@settings(max_examples=150, deadline=None)
@given(data=st.data(), first=HELD, then=HELD)
def test_any_value_is_found_under_any_spelling(
    session: Conversation, data: st.DataObject, first: list[Value], then: list[Value]
) -> None:
    """What a document holds, and held before, is looked up in an index as it is found by a scan, equal or not."""
    tables = ("Plain", "Indexed")
    session.transact(*(f"DELETE FROM {table}" for table in tables))
    session.start()
    for table in tables:
        session.execute(f"INSERT INTO {table} ?", [Struct([("n", n), ("a", value)]) for n, value in enumerate(first)])
    session.commit()
    session.start()
    for table in tables:
        for number, value in enumerate(then):
            session.execute(f"UPDATE {table} SET a = ? WHERE n = ?", value, number)
    session.commit()

    now = [*then, *first[len(then) :]][: len(first)]
    wanted = data.draw(respelled(data.draw(st.sampled_from([*first, *then]))))
    session.start()
    for statement in ("SELECT n FROM {table} WHERE a = ?", "SELECT n FROM {table} WHERE a IN (?, null)"):
        rows = [found(session, statement, table, wanted) for table in tables]
        assert rows[0] == rows[1] == Counter(f"{{n:{n}}}" for n, value in enumerate(now) if is_found(value, wanted))
    session.abort()


def is_found(value: Value, wanted: Value) -> bool:
    """Whether they are equal, which nulls never are."""
    bare = value.value if isinstance(value, Annotated) else value
    return not isinstance(bare, Null) and equal(value, wanted)
