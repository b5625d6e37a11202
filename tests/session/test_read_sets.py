"""What statements read, and whether a later commit of others conflicts with it.

Source: developer guide `concurrency`, the drivers' integration tests; what is a guess stands in docs/fidelity.md.
"""

from __future__ import annotations

import pytest

from emulator.errors import OccConflictException
from tests.session.conftest import Talk
from tests.session.conversation import Conversation, values

SET_UP = (
    "CREATE TABLE T",
    "CREATE TABLE U",
    "CREATE INDEX ON T (a)",
    "CREATE INDEX ON U (a)",
    "INSERT INTO T << {'a': 1, 'b': 1}, {'a': 2, 'b': 2} >>",
    "INSERT INTO U << {'a': 1}, {'a': 3} >>",
)
JOIN = "SELECT * FROM T AS t, U AS u WHERE t.a = {a} AND u.a = t.a"

CONFLICTS = [
    # A table without an index to use is read as a whole, in whatever statement.
    ("SELECT * FROM T", "INSERT INTO T {'a': 9}"),
    ("SELECT * FROM T", "UPDATE T SET b = 5 WHERE a = 1"),
    ("SELECT * FROM T", "DELETE FROM T WHERE a = 1"),
    ("SELECT * FROM T WHERE b = 1", "INSERT INTO T {'b': 2}"),
    ("SELECT * FROM T WHERE a > 100", "INSERT INTO T {'a': 1}"),
    ("SELECT * FROM T WHERE a = 1 OR b = 1", "INSERT INTO T {'a': 7}"),
    ("SELECT COUNT(*) FROM T", "INSERT INTO T {'a': 1}"),
    ("UPDATE T SET b = 1", "INSERT INTO T {'a': 5}"),
    # By an index: the documents found, and the value looked for.
    ("SELECT * FROM T WHERE a = 1", "UPDATE T SET b = 5 WHERE a = 1"),
    ("SELECT * FROM T WHERE a = 1", "DELETE FROM T WHERE a = 1"),
    ("SELECT * FROM T WHERE a = 1", "INSERT INTO T {'a': 1.0}"),
    ("SELECT * FROM T WHERE a = 9", "INSERT INTO T {'a': 9}"),
    ("SELECT * FROM T WHERE a = 9", "UPDATE T SET a = 9 WHERE a = 2"),
    ("SELECT * FROM T WHERE a IN (1, 9)", "INSERT INTO T {'a': 9}"),
    ("SELECT * FROM T WHERE a = 1 AND b = 7", "UPDATE T SET b = 7 WHERE a = 1"),
    ("SELECT * FROM T BY id WHERE id = '{id}'", "UPDATE T SET b = 5 WHERE a = 1"),
    (JOIN.format(a=1), "INSERT INTO U {'a': 1}"),
    (JOIN.format(a=2), "INSERT INTO U {'a': 2}"),
    ("SELECT * FROM T AS t, U AS u WHERE t.a = u.a", "INSERT INTO T {'a': 99}"),
    # Writers
    ("UPDATE T SET b = 1 WHERE a = 1", "UPDATE T SET b = 2 WHERE a = 1"),
    ("DELETE FROM T WHERE a = 1", "UPDATE T SET b = 2 WHERE a = 1"),
    ("DELETE FROM T WHERE a = 1", "DELETE FROM T WHERE a = 1"),
    # Views and catalog
    ("SELECT * FROM _ql_committed_T", "INSERT INTO T {'a': 5}"),
    ("SELECT * FROM _ql_committed_T WHERE data.a = 5", "INSERT INTO T {'a': 5}"),
    ("SELECT * FROM _ql_committed_T WHERE metadata.id = '{id}'", "UPDATE T SET b = 2 WHERE a = 1"),
    ("SELECT * FROM information_schema.user_tables", "CREATE INDEX ON T (c)"),
    ("SELECT * FROM information_schema.user_tables", "DROP TABLE U"),
    ("SELECT * FROM T WHERE a = 77", "DROP TABLE T"),
    ("INSERT INTO T {'a': 1}", "DROP TABLE T"),
    ("CREATE TABLE V", "CREATE TABLE V"),
    ("CREATE INDEX ON T (c)", "CREATE INDEX ON T (c)"),
]

NO_CONFLICTS = [
    ("SELECT * FROM T", "SELECT * FROM T"),
    ("SELECT * FROM T", "INSERT INTO U {'a': 9}"),
    ("SELECT * FROM T WHERE a = 1", "INSERT INTO T {'a': 9}"),
    ("SELECT * FROM T WHERE a = 1", "UPDATE T SET b = 5 WHERE a = 2"),
    ("SELECT * FROM T WHERE a = 9", "UPDATE T SET a = 8 WHERE a = 2"),
    ("SELECT * FROM T WHERE a = null", "INSERT INTO T {'a': 1}"),
    ("SELECT COUNT(*) FROM T WHERE a = 1", "INSERT INTO T {'a': 5}"),
    ("SELECT * FROM T BY id WHERE id = '{id}'", "UPDATE T SET b = 5 WHERE a = 2"),
    (JOIN.format(a=1), "INSERT INTO U {'a': 9}"),
    (JOIN.format(a=77), "INSERT INTO U {'a': 1}"),
    ("INSERT INTO T {'a': 5}", "INSERT INTO T {'a': 5}"),
    ("UPDATE T SET b = 1 WHERE a = 1", "UPDATE T SET b = 2 WHERE a = 2"),
    ("SELECT * FROM history(T)", "INSERT INTO T {'a': 5}"),
    ("SELECT * FROM information_schema.user_tables", "INSERT INTO T {'a': 5}"),
    ("SELECT * FROM T", "CREATE INDEX ON T (c)"),
    ("SELECT * FROM T", "DROP TABLE U"),
    ("CREATE TABLE V", "CREATE TABLE W"),
]


@pytest.fixture
def two(talk: Talk) -> tuple[Conversation, Conversation]:
    """Two sessions on a ledger with tables T and U, both indexed on `a`."""
    slow, quick = talk(), talk()
    for statement in SET_UP:
        slow.transact(statement)
    return slow, quick


def interleave(two: tuple[Conversation, Conversation], first: str, second: str) -> None:
    """The first session runs its statement, the second runs its own and commits, then the first commits."""
    slow, quick = two
    slow.start()
    (document_id,) = values(slow.execute("SELECT VALUE id FROM T BY id WHERE a = 1"))
    slow.abort()
    slow.start()
    slow.execute(first.replace("{id}", str(document_id)))
    quick.transact(second)
    slow.commit()


@pytest.mark.parametrize(("first", "second"), CONFLICTS)
def test_what_was_read_has_changed(two: tuple[Conversation, Conversation], first: str, second: str) -> None:
    """The later commit is refused, also where its transaction only read."""
    with pytest.raises(OccConflictException):
        interleave(two, first, second)


@pytest.mark.parametrize(("first", "second"), NO_CONFLICTS)
def test_what_was_read_has_not_changed(two: tuple[Conversation, Conversation], first: str, second: str) -> None:
    """Both commit."""
    interleave(two, first, second)


def test_check_then_insert_is_safe(two: tuple[Conversation, Conversation]) -> None:
    """Of two transactions that find a key absent and insert it, one commits."""
    slow, quick = two
    for session in two:
        session.start()
        assert not session.execute("SELECT * FROM T WHERE a = 5").values
        session.execute("INSERT INTO T {'a': 5}")
    quick.commit()

    with pytest.raises(OccConflictException):
        slow.commit()
