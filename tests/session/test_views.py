"""What the views of a table show through a session: documents, committed revisions, history, the catalog."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emulator.clock import ManualClock
from emulator.errors import BadRequestException
from emulator.ids import RandomIds
from emulator.ion.timestamps import epoch_ms, from_epoch_ms
from emulator.ion.values import Struct, Timestamp, Value
from emulator.ledger.ledger import Ledger
from emulator.session.sessions import Sessions
from emulator.settings import Settings
from tests.session.conversation import Conversation, values

REVISION = ["blockAddress", "hash", "data", "metadata"]
DELETION = ["blockAddress", "hash", "metadata"]


@dataclass
class Desk:
    """A session on a fresh ledger, and its clock."""

    clock: ManualClock = field(default_factory=ManualClock)

    def __post_init__(self) -> None:
        ledger = Ledger.open(None, self.clock, RandomIds())
        self.session = Conversation(Sessions(Settings(), self.clock).start(ledger, "ledger", "session"))

    def run(self, statement: str, *parameters: Value) -> list[Any]:
        """The rows of one statement in a transaction of its own."""
        self.session.start()
        try:
            rows = values(self.session.execute(statement, *parameters))
        except BadRequestException:
            self.session.abort()
            raise
        self.session.commit()
        return rows

    def id_of(self, statement: str) -> str:
        """The one id that a statement answers."""
        ((_, value),) = self.run(statement)[0].fields()
        return str(value)


@pytest.fixture
def desk() -> Desk:
    """A ledger with an empty table T."""
    desk = Desk()
    desk.run("CREATE TABLE T")
    return desk


def names(struct: Struct) -> list[str]:
    return [name for name, _ in struct]


CHANGES = st.lists(st.tuples(st.integers(0, 2), st.sampled_from(["put", "put", "drop"]), st.integers(1, 5)), max_size=8)


BOUNDS = st.one_of(st.integers(-3, 40).map(Fraction), st.integers(-3_000, 40_000).map(lambda us: Fraction(us, 1_000)))
"""In milliseconds: mostly just when something happened, or between."""


@settings(max_examples=60, deadline=None)
@given(changes=CHANGES, bounds=st.lists(BOUNDS, min_size=1, max_size=2), offset=st.integers(-1439, 1439))
def test_history_is_what_was_current_at_some_moment_of_the_range(
    changes: list[tuple[int, str, int]], bounds: list[Fraction], offset: int
) -> None:
    """A revision is current from its commit until the next one of its document; the range has both its ends.

    Bounds may have microseconds, as seen with the service, and any offset.
    """
    desk = Desk()
    desk.run("CREATE TABLE T")
    began = desk.clock.now_ms()
    commits: list[tuple[int, str]] = []
    for key, change, pause in changes:
        desk.clock.advance(pause)
        rows = desk.run(_STATEMENTS[change], key)
        if change == "put" and not rows:
            rows = desk.run("INSERT INTO T {'k': ?}", key)
        commits += [(desk.clock.now_ms(), row["documentId"]) for row in rows]
    desk.clock.advance(100)

    start, *end = (began + bound for bound in sorted(bounds))
    parameters = [moment(bound, offset) for bound in (start, *end)]
    found = desk.run(f"SELECT * FROM history(T{', ?' * len(bounds)}) AS h", *parameters)

    last = end[0] if end else Fraction(desk.clock.now_ms())
    moments = [each for each in {start, last, *(Fraction(at) for at, _ in commits)} if start <= each <= last]
    wanted = {each for at in moments for each in latest(commits, at)}
    assert sorted((time_of(revision), part(revision, "metadata", "id")) for revision in found) == sorted(wanted)


_STATEMENTS = {"put": "UPDATE T SET n = 1 WHERE k = ?", "drop": "DELETE FROM T WHERE k = ?"}


def moment(at_ms: Fraction, offset_minutes: int) -> Timestamp:
    """A moment to the microsecond, as a clock with that offset shows it."""
    microseconds = int(at_ms * 1000)
    local = from_epoch_ms(microseconds // 1000 + offset_minutes * 60_000)
    return replace(local, fraction=(microseconds % 1_000_000, 6), offset_minutes=offset_minutes)


def latest(commits: list[tuple[int, str]], moment: Fraction) -> list[tuple[int, str]]:
    """For each document the time of its last change until a moment."""
    return list({document_id: (at, document_id) for at, document_id in commits if at <= moment}.values())


def time_of(revision: Struct) -> int:
    time = part(revision, "metadata", "txTime")
    assert isinstance(time, Timestamp)
    return epoch_ms(time)


def part(struct: Any, *path: str) -> Any:
    for name in path:
        struct = struct[name]
    return struct


def test_the_views_show_one_document_in_their_ways(desk: Desk) -> None:
    """The user view has the document, the committed view its newest revision, history all of them."""
    document_id = desk.id_of("INSERT INTO T {'a': 1}")
    desk.run("UPDATE T SET a = 2")

    assert desk.run("SELECT * FROM T") == [Struct([("a", 2)])]
    (committed,) = desk.run("SELECT * FROM _ql_committed_T")
    assert names(committed) == REVISION
    assert names(committed["metadata"]) == ["id", "version", "txTime", "txId"]
    assert (part(committed, "metadata", "id"), part(committed, "metadata", "version")) == (document_id, 1)
    history = desk.run("SELECT * FROM history(T)")
    assert sorted(part(each, "metadata", "version") for each in history) == [0, 1]
    assert committed in history


def test_a_deleted_document_is_in_history_alone(desk: Desk) -> None:
    """Its last revision has no data, and the views of what is current do not have it."""
    desk.run("INSERT INTO T {'a': 1}")
    desk.run("DELETE FROM T")

    assert desk.run("SELECT * FROM T") == desk.run("SELECT * FROM _ql_committed_T") == []
    history = sorted(desk.run("SELECT * FROM history(T)"), key=lambda each: part(each, "metadata", "version"))
    assert [names(each) for each in history] == [REVISION, DELETION]


@pytest.mark.parametrize(
    ("bounds", "versions"),
    [
        ("`2000T`", [0, 1]),
        ("`2000T`, `2000T`", []),
        ("`2000-01-01`, `2001-02-03T04:05Z`", []),
        ("?", [1]),
        ("?, ?", [1]),
    ],
)
def test_bounds_have_any_precision(desk: Desk, bounds: str, versions: list[int]) -> None:
    """The range of a history is given by timestamps of any precision, written down or as parameters."""
    for statement in ("INSERT INTO T {'a': 1}", "UPDATE T SET a = 2"):
        desk.clock.advance(1000)
        desk.run(statement)

    moment = from_epoch_ms(desk.clock.now_ms())
    found = desk.run(f"SELECT h.metadata.version FROM history(T, {bounds}) AS h", *[moment] * bounds.count("?"))

    assert sorted(row["version"] for row in found) == versions


def test_history_ends_now(desk: Desk) -> None:
    """The end of a range may be the present moment, and not a millisecond later."""
    now = desk.clock.now_ms()

    assert desk.run("SELECT * FROM history(T, ?, ?)", from_epoch_ms(now), from_epoch_ms(now)) == []
    with pytest.raises(BadRequestException, match="must not be in the future"):
        desk.run("SELECT * FROM history(T, ?, ?)", from_epoch_ms(now), from_epoch_ms(now + 1))


def test_a_dropped_table_has_a_history_by_id(desk: Desk) -> None:
    """After a drop the name leads nowhere, also in history; the id leads to the history still."""
    desk.run("INSERT INTO T {'a': 1}")
    table_id = desk.id_of("DROP TABLE T")

    for source in ("T", "_ql_committed_T", "history(T)", f'history("{table_id}")'):
        with pytest.raises(BadRequestException, match="No such variable named"):
            desk.run(f"SELECT * FROM {source}")
    assert desk.run(f"SELECT VALUE h.data.a FROM history('{table_id}') AS h") == [1]


def test_a_name_can_be_used_again(desk: Desk) -> None:
    """A new table under the name of a dropped one is another table, and history by name is its own."""
    desk.run("INSERT INTO T {'a': 1}")
    old = desk.id_of("DROP TABLE T")
    new = desk.id_of("CREATE TABLE T")

    assert old != new
    assert desk.run("SELECT * FROM history(T)") == []
    states = desk.run("SELECT t.tableId, t.status FROM information_schema.user_tables AS t WHERE t.name = 'T'")
    assert {row["tableId"]: row["status"] for row in states} == {old: "INACTIVE", new: "ACTIVE"}


def test_the_catalog_shows_tables_and_indexes(desk: Desk) -> None:
    """A row for each table, dropped or not, with its indexes and their states."""
    index_ids = set()
    desk.run("CREATE INDEX ON T (a)")
    desk.run('CREATE INDEX ON T ("two words")')
    desk.run("CREATE TABLE U")
    desk.run("DROP TABLE U")
    desk.clock.advance(60_000)

    rows = {row["name"]: row for row in desk.run("SELECT * FROM information_schema.user_tables")}

    assert [names(row) for row in rows.values()] == [["tableId", "name", "indexes", "status"]] * 2
    assert {name: row["status"] for name, row in rows.items()} == {"T": "ACTIVE", "U": "INACTIVE"}
    assert rows["U"]["indexes"] == []
    for index in rows["T"]["indexes"]:
        assert names(index) == ["indexId", "expr", "status"]
        index_ids.add(index["indexId"])
    assert [index["expr"] for index in rows["T"]["indexes"]] == ["[a]", "[two words]"]
    assert [index["status"] for index in rows["T"]["indexes"]] == ["ONLINE", "ONLINE"]
    assert all(len(each) == 22 for each in index_ids)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE _ql_committed_T SET data.a = 1",
        "DELETE FROM _ql_committed_T",
        "INSERT INTO _ql_committed_T {'a': 1}",
        "FROM history(T) AS h REMOVE h",
        "DELETE FROM information_schema.user_tables",
        "DROP TABLE _ql_committed_T",
        "CREATE INDEX ON _ql_committed_T (a)",
        "CREATE TABLE _ql_committed_U",
    ],
)
def test_only_tables_are_changed(desk: Desk, statement: str) -> None:
    """No statement writes to a view."""
    with pytest.raises(BadRequestException, match="Semantic Error: at line 1"):
        desk.run(statement)
