"""The worked examples of the dialect, from session to journal: statements and parameters as bytes, rows as bytes."""

from __future__ import annotations

import pytest

from emulator.clock import ManualClock
from emulator.ion.values import Struct, Value
from emulator.ledger.ledger import Ledger
from emulator.session.sessions import Sessions
from tests.partiql.case_files import member
from tests.partiql.example_scripts import EXAMPLES, play
from tests.session.conversation import Conversation, values


class SessionStage:
    def __init__(self, conversation: Conversation, clock: ManualClock) -> None:
        self.conversation = conversation
        self.clock = clock

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


@pytest.fixture
def stage(sessions: Sessions, ledger: Ledger, clock: ManualClock) -> SessionStage:
    return SessionStage(Conversation(sessions.start(ledger, "ledger", "examples")), clock)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: str(member(example, "id")))
def test_example(stage: SessionStage, example: Struct) -> None:
    """The example gives the rows it shows, or an error of the class it names."""
    play(example, stage)
