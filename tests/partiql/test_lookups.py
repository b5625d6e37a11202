"""Indexes decide what is read, never what is found."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.ion.text import write_text
from emulator.ion.values import NULL, Sexp, Struct, Value
from emulator.partiql.compiler import compile
from emulator.partiql.host import TURN
from tests.partiql.little_host import LittleHost


def host_with(documents: list[Struct], uses_indexes: bool = True) -> LittleHost:
    """A table T with an index on its field `a`."""
    host = LittleHost(uses_indexes)
    host.execute("CREATE TABLE T")
    host.execute("CREATE INDEX ON T (a)")
    for document in documents:
        host.execute("INSERT INTO T ?", document)
    host.commit()
    return host


@pytest.fixture
def host() -> LittleHost:
    """Ten documents: `a` goes from 0 to 9, `b` is 0 or 1."""
    return host_with([Struct([("a", number), ("b", number % 2), ("l", [number])]) for number in range(10)])


def reads(host: LittleHost, statement: str, *parameters: Value) -> int:
    """How many records a statement reads."""
    before = host.reads
    host.execute(statement, *parameters)
    return host.reads - before


FIRST_ID = "0000000000000000000004"

READS = [
    ("SELECT * FROM T WHERE a = 3", 1),
    ("SELECT * FROM T WHERE 3 = a AND b = 1", 1),
    ("SELECT * FROM T AS t WHERE t.a = 3", 1),
    ("SELECT * FROM T AS t WHERE t['a'] = 1 + 2", 1),
    ("SELECT * FROM T WHERE a IN (3, 4, 3.0)", 2),
    ("SELECT * FROM T WHERE (b = 1 AND (a = 3))", 1),
    ("SELECT * FROM T WHERE a = 3 AND a IN (1, 2, 3)", 1),
    ("SELECT * FROM T WHERE a = null", 0),
    ("SELECT * FROM T WHERE a = missing", 0),
    ("SELECT * FROM T WHERE a IN (null, 3)", 1),
    (f"SELECT * FROM T BY d WHERE d = '{FIRST_ID}'", 1),
    (f"SELECT * FROM T BY d WHERE d IN ('{FIRST_ID}', 'none') AND a = 0", 1),
    (f"SELECT * FROM _ql_committed_T BY d WHERE d = '{FIRST_ID}'", 1),
    (f"SELECT * FROM _ql_committed_T WHERE metadata.id = '{FIRST_ID}'", 1),
    ("SELECT * FROM _ql_committed_T AS c WHERE c.data.a = 3", 1),
    (f"SELECT * FROM history(T) AS h WHERE h.metadata.id = '{FIRST_ID}'", 1),
    ("SELECT * FROM T AS x, T AS y WHERE x.a = 3 AND y.a = x.a", 2),
    ("SELECT * FROM T AS x, T AS y WHERE x.b = 1 AND y.a = x.a", 15),
    ("SELECT * FROM T AS x, T AS y WHERE y.a = x.a", 20),
    ("SELECT * FROM T AS t, @t.l AS x WHERE t.a = x", 10),
    ("SELECT * FROM T AS x JOIN T AS y ON y.a = x.b WHERE x.a IN (3, 4)", 4),
    ("SELECT * FROM T AS x JOIN T AS y ON x.b = y.a WHERE x.a IN (3, 4)", 4),
    ("SELECT * FROM T AS x, _ql_committed_T AS y WHERE x.a = 3 AND y.data.a = x.a", 2),
    (f"SELECT * FROM T AS x BY i, T AS y BY j WHERE i = '{FIRST_ID}' AND j = i", 2),
    ("SELECT * FROM T AS t, @t.l AS x, T AS u WHERE t.a = 3 AND u.a = x", 2),
    ("SELECT COUNT(*) FROM T WHERE a = 3", 1),
    ("SELECT * FROM T WHERE a IN <<3, 4>>", 2),
    ("SELECT * FROM T WHERE a IN [3, 4]", 2),
    ("SELECT * FROM T WHERE a = 3 AND a = 4", 1),
    ("UPDATE T SET b = 2 WHERE a = 3", 1),
    ("UPDATE T AS t SET t.b = 2 WHERE t.a IN (3, 4)", 2),
    (f"UPDATE T AS t BY d SET t.b = 2 WHERE d = '{FIRST_ID}'", 1),
    ("UPDATE T REMOVE b WHERE a = 3", 1),
    ("FROM T WHERE a = 3 SET b = 2", 1),
    ("FROM T AS t WHERE t.a = 3 REMOVE t.b", 1),
    ("FROM T AS t, @t.l AS x WHERE t.a = 3 AND x = 3 INSERT INTO t.l VALUE 4", 1),
    ("DELETE FROM T WHERE a = 3", 1),
    ("DELETE FROM T BY d WHERE d = 'none'", 0),
    # What no index serves
    ("SELECT * FROM T WHERE b = 1", 10),
    ("SELECT * FROM T WHERE a = 3 OR b = 1", 10),
    ("SELECT * FROM T WHERE NOT a = 3", 10),
    ("SELECT * FROM T WHERE a NOT IN (3)", 10),
    ("SELECT * FROM T WHERE a > 3", 10),
    ("SELECT * FROM T WHERE a = b", 10),
    ("SELECT * FROM T WHERE a <> 3", 10),
    ("SELECT * FROM T WHERE a BETWEEN 3 AND 3", 10),
    ("SELECT * FROM T WHERE a + 0 = 3", 10),
    ("SELECT * FROM T WHERE SIZE(l) = 1", 10),
    ("SELECT * FROM T WHERE a IN (SELECT VALUE x FROM <<3>> AS x)", 10),
    ("SELECT * FROM T WHERE a.a = 3", 10),
    ("SELECT * FROM history(T) AS h WHERE h.data.a = 3", 10),
    ("SELECT COUNT(*) FROM T", 10),
]


@pytest.mark.parametrize(("statement", "wanted"), READS)
def test_reads(host: LittleHost, statement: str, wanted: int) -> None:
    """A statement reads the records that its best index leaves, or all."""
    assert reads(host, statement) == wanted


def test_parameters_are_looked_up(host: LittleHost) -> None:
    """The value of a parameter is looked up in the index like any other."""
    assert reads(host, "SELECT * FROM T WHERE a = ?", 3) == 1
    assert reads(host, "SELECT * FROM T WHERE a IN (?, ?)", 3, 4) == 2
    assert reads(host, "SELECT * FROM T BY d WHERE d = ?", FIRST_ID) == 1


@pytest.mark.parametrize(("value", "wanted"), [([3, 4, 3.0, NULL], 2), (Sexp([3]), 1), ([], 0), (3, 0), (NULL, 0)])
def test_a_list_as_parameter_is_looked_up(host: LittleHost, value: Value, wanted: int) -> None:
    """`IN ?` looks up what the parameter holds, which is nothing where it is no list."""
    assert reads(host, "SELECT * FROM T WHERE a IN ?", value) == wanted


def test_many_lookups_take_turns(host: LittleHost) -> None:
    """To look for much that is not there lets others go first again and again."""
    turns = list(compile("SELECT * FROM T WHERE a IN ?", host).run(host, [list(range(100, 200))]))

    assert turns == [TURN] * 100


def test_an_absent_value_does_not_scan(host: LittleHost) -> None:
    """To look for what is not there never reads the table."""
    host.execute("SELECT * FROM T WHERE a = 99")

    assert host.scans == 0


def test_a_new_index_is_used_at_once(host: LittleHost) -> None:
    """A statement that was planned without an index is planned anew once there is one."""
    without = reads(host, "SELECT * FROM T WHERE b = 1")
    host.execute("CREATE INDEX ON T (b)")

    assert (without, reads(host, "SELECT * FROM T WHERE b = 1")) == (10, 5)


def test_cross_join_reads_as_the_service_does() -> None:
    """Six tables of three documents, crossed, are 3+9+27+81+243+729 reads. Source: the drivers' integration tests."""
    host = host_with([Struct([("a", number)]) for number in range(3)])

    assert reads(host, "SELECT COUNT(*) FROM T AS a, T AS b, T AS c, T AS d, T AS e, T AS f") == 1092


SCALARS: st.SearchStrategy[Any] = st.one_of(
    st.integers(-2, 2), st.sampled_from([1.0, "a", "b", True, NULL, [1], [1.0, "a"]]), st.booleans()
)
DOCUMENTS = st.lists(st.dictionaries(st.sampled_from("ab"), SCALARS).map(lambda each: Struct(each.items())), max_size=5)
OPERANDS = st.one_of(st.sampled_from(["a", "b", "?", "null", "missing", "'a'"]), st.integers(-2, 2).map(str))
CONDITIONS = st.recursive(
    st.one_of(
        st.builds("{0} {1} {2}".format, OPERANDS, st.sampled_from(["=", "<>", "<", ">="]), OPERANDS),
        st.builds("{0} IN ({1}, {2})".format, OPERANDS, OPERANDS, OPERANDS),
    ),
    lambda inner: st.one_of(
        st.builds("({0} {1} {2})".format, inner, st.sampled_from(["AND", "AND", "OR"]), inner),
        st.builds("(NOT {0})".format, inner),
    ),
    max_leaves=4,
)


@given(DOCUMENTS, CONDITIONS, SCALARS)
def test_an_index_changes_no_result(documents: list[Struct], condition: str, value: Value) -> None:
    """Any condition finds the same rows with an index and without."""
    statement = f"SELECT * FROM T WHERE {condition}"
    parameters = [value] * condition.count("?")

    found = [
        sorted(map(write_text, host_with(documents, uses_indexes).execute(statement, *parameters)))
        for uses_indexes in (True, False)
    ]

    assert found[0] == found[1]


@given(DOCUMENTS)
def test_an_index_changes_no_join(documents: list[Struct]) -> None:
    """A join finds the same rows with an index and without."""
    statement = "SELECT x, y FROM T AS x, T AS y WHERE x.b = y.a AND x.a <> 1"

    found = [
        sorted(map(write_text, host_with(documents, uses_indexes).execute(statement))) for uses_indexes in (True, False)
    ]

    assert found[0] == found[1]
