"""The language from session to journal: statements and parameters go in as bytes, rows come out as bytes."""

from __future__ import annotations

from itertools import count

import pytest

from emulator.clock import ManualClock
from emulator.ion.codec import read_text
from emulator.ion.hashing import ion_hash
from emulator.ion.values import Struct, Value
from emulator.ledger.ledger import Ledger
from emulator.session.sessions import Sessions
from emulator.settings import Settings
from tests.partiql.case_files import is_expression, member
from tests.partiql.example_scripts import EXAMPLES, play
from tests.partiql.language_cases import CASES, check
from tests.session.conversation import Conversation, dot, values

STATEMENT_CASES = [(name, case) for name, case in CASES if not is_expression(str(member(case, "statement")))]


class CountedIds:
    """Ids as the little host has them: 1 for the first transaction, and so on."""

    def __init__(self) -> None:
        self.numbers = count(1)

    def new_id(self) -> str:
        return f"{next(self.numbers):022d}"

    def branch(self, *path: str) -> CountedIds:
        return self


class SessionStage:
    """A session on a ledger in memory: a transaction for each statement, read to its last page."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        ids = CountedIds()
        ledger = Ledger.open(None, self.clock, ids)
        ids.numbers = count(1)
        self.conversation = Conversation(Sessions(Settings(), self.clock).start(ledger, "ledger", "session"))

    def transact(self, statement: str, parameters: list[Value]) -> list[Value]:
        self.conversation.start()
        page = self.conversation.execute(statement, *parameters)
        rows = values(page)
        while page.next_page_token:
            page = self.conversation.fetch(page.next_page_token)
            rows += values(page)
        self.conversation.commit()
        self.clock.advance(1000)
        return rows

    def now_ms(self) -> int:
        return self.clock.now_ms()

    def sleep(self, milliseconds: int) -> None:
        self.clock.advance(milliseconds)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: str(member(example, "id")))
def test_example(example: Struct) -> None:
    """The example gives the rows it shows, or an error of the class it names."""
    play(example, SessionStage())


@pytest.mark.parametrize("case", [pytest.param(case, id=name) for name, case in STATEMENT_CASES])
def test_case(case: Struct) -> None:
    """A ledger answers a case as the little host does."""
    check(case, SessionStage())


@pytest.mark.parametrize("text", ["{a: 1, a: x::2}", "x::{a: 1}", "x::y::{a: {b: z::(c)}}"])
def test_revision_shows_what_was_hashed(text: str) -> None:
    """The hash of a revision is that of its data and metadata as they are shown, annotations included."""
    stage, document = SessionStage(), read_text(text)
    stage.transact("CREATE TABLE T", [])
    stage.transact("INSERT INTO T ?", [document])

    (revision,) = stage.transact("SELECT * FROM _ql_committed_T", [])
    assert isinstance(revision, Struct)
    assert revision["data"] == document
    assert revision["hash"] == dot(ion_hash(revision["data"]), ion_hash(revision["metadata"]))
