"""Whatever is sent to a session, in whatever order, it answers as its protocol says."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from emulator.api.session import SessionApplication, session_app
from emulator.clock import ManualClock
from emulator.ion.hashing import ion_hash
from emulator.runtime import Emulator
from emulator.settings import Settings
from tests.api.session_sending import Answered, send
from tests.session.conversation import dot

STATEMENTS = [
    "SELECT * FROM People",
    "INSERT INTO People {'name': 'Ada'}",
    "DELETE FROM People WHERE name = 'Ada'",
    "SELECT * FROM Nowhere",
    "no statement",
]
ONLY_SMALL_WAITS = st.sampled_from([0, 0, 0, 1, 29_999, 30_000, 15 * 60_000])


@dataclass
class Model:
    """What a client must expect of one session: nothing but its states, and the digest."""

    token: str
    expires_at_ms: int
    has_ended: bool = False
    transaction_id: str | None = None
    opened_at_ms: int = 0
    digest: bytes = b""
    refused: list[str] = field(default_factory=list)

    def expect(self, now_ms: int) -> str | None:
        """The end of the message that any command gets now, if time has run out."""
        if self.has_ended:
            return "No such session"
        if self.transaction_id is not None and now_ms >= self.opened_at_ms + 30_000:
            self.has_ended = True
            return f"Transaction {self.transaction_id} has expired"
        if now_ms >= self.expires_at_ms:
            self.has_ended = True
            return "has expired"
        return None


class Run:
    """One session under test."""

    def __init__(self, app: SessionApplication, clock: ManualClock, model: Model) -> None:
        self.app, self.clock, self.model = app, clock, model

    async def send(self, name: str, **members: object) -> dict[str, Any] | None:
        """The result of a command; None where it was refused, with the message the model wants if it wants one."""
        expected = self.model.expect(self.clock.now_ms())
        answered = await send(self.app, {"SessionToken": self.model.token, name: members})
        assert answered.status in (200, 400), answered
        if expected is not None:
            assert message(answered).endswith(expected)
        if answered.status == 200:
            result: dict[str, Any] = answered.body[name]
            return result
        self.model.refused.append(message(answered))
        return None

    async def start(self) -> None:
        result = await self.send("StartTransaction")
        if result is not None:
            assert self.model.transaction_id is None
            self.model.transaction_id = result["TransactionId"]
            self.model.opened_at_ms = self.clock.now_ms()
            self.model.digest = ion_hash(self.model.transaction_id)
        elif not self.model.has_ended:
            assert self.model.refused[-1] == "Transaction already open"

    async def execute(self, statement: str) -> None:
        result = await self.send("ExecuteStatement", TransactionId=self._named(), Statement=statement, Parameters=[])
        if result is not None:
            self.model.digest = dot(self.model.digest, ion_hash(statement))
        elif self.model.transaction_id is None and not self.model.has_ended:
            assert self.model.refused[-1] == "No open transaction"

    async def fetch(self) -> None:
        assert await self.send("FetchPage", TransactionId=self._named(), NextPageToken="AAAA") is None

    async def commit(self, *, right: bool) -> None:
        digest = self.model.digest if right else b"\x01" * 32
        result = await self.send(
            "CommitTransaction", TransactionId=self._named(), CommitDigest=b64encode(digest).decode()
        )
        if result is not None:
            assert right
            assert result["CommitDigest"] == b64encode(digest).decode()
            self.model.transaction_id = None
        elif not self.model.has_ended:
            wanted = "No open transaction" if self.model.transaction_id is None else "Digests don't match"
            assert self.model.refused[-1] == wanted

    async def abort(self) -> None:
        if await self.send("AbortTransaction") is not None:
            self.model.transaction_id = None

    async def end(self) -> None:
        if await self.send("EndSession") is not None:
            self.model.has_ended = True

    def _named(self) -> str:
        return self.model.transaction_id or "x" * 22


Step = Callable[[Run], Coroutine[Any, Any, None]]
steps: st.SearchStrategy[Step] = st.one_of(
    st.just(Run.start),
    st.sampled_from(STATEMENTS).map(lambda text: lambda run: run.execute(text)),
    st.just(Run.fetch),
    st.booleans().map(lambda right: lambda run: run.commit(right=right)),
    st.just(Run.abort),
    st.just(Run.end),
)


def message(answered: Answered) -> str:
    text: str = answered.body.get("Message", "")
    return text


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(steps, ONLY_SMALL_WAITS), max_size=25))
def test_any_sequence_of_commands_follows_the_protocol(sequence: list[tuple[Step, int]]) -> None:
    """Results come in the states that allow them, refusals in the others, and nothing fails."""

    async def play() -> None:
        clock = ManualClock()
        emulator = Emulator(Settings(in_memory=True), clock)
        emulator.account().ledgers.create("ledger", "ALLOW_ALL")
        app = session_app(emulator)
        try:
            await with_table(app)
            run = Run(app, clock, Model(await new_session(app), clock.now_ms() + 15 * 60_000))
            for step, wait_ms in sequence:
                clock.advance(wait_ms)
                await step(run)
        finally:
            await app.close()
            emulator.close()

    asyncio.run(play())


async def new_session(app: SessionApplication) -> str:
    token: str = (await send(app, {"StartSession": {"LedgerName": "ledger"}})).body["StartSession"]["SessionToken"]
    return token


async def with_table(app: SessionApplication) -> None:
    run = Run(app, ManualClock(), Model(await new_session(app), 1 << 62))
    await run.start()
    await run.execute("CREATE TABLE People")
    await run.commit(right=True)
