"""The session application as a server sees it: one ASGI request after the other, or several at once."""

import asyncio
import json
import re
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import pytest

from emulator import limits
from emulator.api.session import SessionApplication, session_app
from emulator.clock import ManualClock
from emulator.runtime import Emulator
from emulator.session.session import Session
from emulator.settings import Settings
from tests.api.session_sending import TARGET, Answered, Client, send, send_messages

Scenario = Callable[[SessionApplication], Coroutine[Any, Any, None]]
START_SESSION = {"StartSession": {"LedgerName": "ledger"}}


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def here(clock: ManualClock) -> Iterator[Emulator]:
    """An emulator in memory with a ledger named `ledger`."""
    emulator = Emulator(Settings(in_memory=True), clock)
    emulator.account().ledgers.create("ledger", "ALLOW_ALL", deletion_protection=False)
    yield emulator
    emulator.close()


@pytest.fixture
def play(here: Emulator) -> Callable[[Scenario], None]:
    """Runs a scenario on an event loop of its own."""

    async def run(scenario: Scenario) -> None:
        app = session_app(here)
        try:
            await scenario(app)
        finally:
            await app.close()

    return lambda scenario: asyncio.run(run(scenario))


Play = Callable[[Scenario], None]


def error(answered: Answered) -> tuple[int, str, str]:
    """Status, name and message; the name must stand in header and body alike."""
    assert answered.headers["x-amzn-errortype"] == answered.body["__type"]
    message = answered.body["Message"] if "Message" in answered.body else answered.body["message"]
    return answered.status, answered.body["__type"], message


def test_transaction_from_start_to_commit(play: Play) -> None:
    """Every answer has the members the service model names, and at least a millisecond."""

    async def scenario(app: SessionApplication) -> None:
        client = await Client.start_session(app)
        await client.transact("CREATE TABLE People")
        await client.start()
        await client.execute("INSERT INTO People {'name': 'Ada'}")
        selected = (await client.execute("SELECT name FROM People")).body["ExecuteStatement"]
        committed = (await client.commit()).body["CommitTransaction"]
        assert set(selected) == {"FirstPage", "TimingInformation", "ConsumedIOs"}
        assert set(selected["FirstPage"]) == {"Values"}
        assert selected["TimingInformation"]["ProcessingTimeMilliseconds"] >= 1
        assert selected["ConsumedIOs"] == {"ReadIOs": 1, "WriteIOs": 0}
        assert set(committed) == {"TransactionId", "CommitDigest", "TimingInformation", "ConsumedIOs"}
        assert committed["TransactionId"] == client.transaction_id
        assert committed["ConsumedIOs"]["WriteIOs"] > 0

    play(scenario)


def test_ddl_has_a_first_page(play: Play) -> None:
    """Drivers read `Values` of every statement."""

    async def scenario(app: SessionApplication) -> None:
        client = await Client.start_session(app)
        await client.start()
        page = (await client.execute("CREATE TABLE People")).body["ExecuteStatement"]["FirstPage"]
        assert len(page["Values"]) == 1
        assert "NextPageToken" not in page

    play(scenario)


def test_aborting_and_ending_answer_with_timing_alone(play: Play) -> None:
    """AbortTransaction and EndSession have nothing else to say."""

    async def scenario(app: SessionApplication) -> None:
        client = await Client.start_session(app)
        for name in ("AbortTransaction", "EndSession"):
            body = (await client.command(name)).body
            took = body[name]["TimingInformation"]["ProcessingTimeMilliseconds"]
            assert body == {name: {"TimingInformation": {"ProcessingTimeMilliseconds": took}}}
            assert took >= 1

    play(scenario)


def test_every_answer_has_its_request_id(play: Play) -> None:
    """Errors too; it has 22 Base62 characters and is never the same."""

    async def scenario(app: SessionApplication) -> None:
        answers = [await send(app, body) for body in (START_SESSION, START_SESSION, b"{", {})]
        ids = {answered.headers["x-amzn-requestid"] for answered in answers}
        assert len(ids) == 4
        assert all(re.fullmatch("[0-9A-Za-z]{22}", request_id) for request_id in ids)
        assert {answered.headers["content-type"] for answered in answers} == {"application/x-amz-json-1.0"}

    play(scenario)


def test_session_is_named_for_the_request_that_started_it(play: Play, clock: ManualClock) -> None:
    """Drivers log that request id as the session's, so messages call it by it."""

    async def scenario(app: SessionApplication) -> None:
        started = await send(app, START_SESSION)
        clock.advance(15 * 60_000)
        token = started.body["StartSession"]["SessionToken"]
        refused = await send(app, {"SessionToken": token, "StartTransaction": {}})
        session_id = started.headers["x-amzn-requestid"]
        assert error(refused) == (400, "InvalidSessionException", f"Session {session_id} has expired")

    play(scenario)


@pytest.mark.parametrize(
    ("body", "name"),
    [
        (b"{", "SerializationException"),
        (b"\xff", "SerializationException"),
        ({"StartTransaction": {}}, "BadRequestException"),
        ({"StartSession": {"LedgerName": "unknown"}}, "BadRequestException"),
        ({"StartSession": {"LedgerName": "../../etc"}}, "BadRequestException"),
        ({"SessionToken": "no token", "StartTransaction": {}}, "BadRequestException"),
        ({"SessionToken": "unknown+", "StartTransaction": {}}, "InvalidSessionException"),
    ],
)
def test_bad_request_is_an_error_in_aws_form(play: Play, body: object, name: str) -> None:
    """The name is in `__type`, where botocore looks, and in the header, where the Go SDK does."""

    async def scenario(app: SessionApplication) -> None:
        assert error(await send(app, body))[:2] == (400, name)

    play(scenario)


def test_unknown_ledger_is_named(play: Play) -> None:
    """StartSession says which ledger there is not; case matters."""

    async def scenario(app: SessionApplication) -> None:
        refused = await send(app, {"StartSession": {"LedgerName": "Ledger"}})
        assert error(refused) == (400, "BadRequestException", "The Ledger with name Ledger is not found")

    play(scenario)


def test_ledger_belongs_to_the_region_of_the_signature(play: Play) -> None:
    """A request signed for another Region finds other ledgers."""

    async def scenario(app: SessionApplication) -> None:
        for region, status in (("us-east-1", 200), ("eu-west-1", 400)):
            credential = f"AWS4-HMAC-SHA256 Credential=AK/20250101/{region}/qldb/aws4_request, SignedHeaders=host"
            answered = await send(app, START_SESSION, headers={"authorization": credential})
            assert answered.status == status

    play(scenario)


def test_deleted_ledger_ends_its_sessions(play: Play, here: Emulator) -> None:
    """The token of a session on a ledger that was deleted is no session's."""

    async def scenario(app: SessionApplication) -> None:
        client = await Client.start_session(app)
        here.account().ledgers.delete("ledger")
        assert error(await client.command("StartTransaction")) == (400, "InvalidSessionException", "No such session")

    play(scenario)


@pytest.mark.parametrize("target", ["QLDBSession.Other", "QLDBSession.", "Q" * 1000])
def test_other_operation_is_unknown(play: Play, target: str) -> None:
    """The service has one operation."""

    async def scenario(app: SessionApplication) -> None:
        assert error(await send(app, START_SESSION, target=target))[1] == "UnknownOperationException"

    play(scenario)


def test_content_type_does_not_matter(play: Play) -> None:
    """What a body is, its target says."""

    async def scenario(app: SessionApplication) -> None:
        assert (await send(app, START_SESSION, headers={"content-type": "text/plain"})).status == 200

    play(scenario)


def test_body_may_come_in_pieces(play: Play) -> None:
    """However it is cut."""

    async def scenario(app: SessionApplication) -> None:
        body = json.dumps(START_SESSION).encode()
        messages = [{"type": "http.request", "body": body[i : i + 1], "more_body": True} for i in range(len(body))]
        messages.append({"type": "http.request", "body": b""})
        assert (await send_messages(app, messages, {"x-amz-target": TARGET})).status == 200

    play(scenario)


def test_body_over_the_limit_is_not_read(play: Play) -> None:
    """The answer comes as soon as it is known to be too large."""

    async def scenario(app: SessionApplication) -> None:
        endless = [{"type": "http.request", "body": bytes(1 << 20), "more_body": True}] * 1000
        assert error(await send_messages(app, endless, {"x-amz-target": TARGET}))[0] == 413
        length = str(limits.REQUEST_BODY_BYTES + 1)
        assert error(await send_messages(app, [], {"x-amz-target": TARGET, "content-length": length}))[0] == 413

    play(scenario)


def test_client_that_leaves_gets_no_answer(play: Play) -> None:
    """A connection closed in the middle of a request is nobody's error."""

    async def scenario(app: SessionApplication) -> None:
        messages: list[dict[str, Any]] = [
            {"type": "http.request", "body": b"{", "more_body": True},
            {"type": "http.disconnect"},
        ]
        assert (await send_messages(app, messages, {"x-amz-target": TARGET})).status == 0

    play(scenario)


def test_unforeseen_failure_is_logged_and_closes_the_transaction(
    play: Play, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The client gets a 500 of AWS form that tells nothing, and the session can be used again."""

    async def scenario(app: SessionApplication) -> None:
        client = await Client.start_session(app)
        await client.start()
        with monkeypatch.context() as patch:
            patch.setattr(Session, "_refuse_when_over", lambda self: 1 / 0)
            status, name, message = error(await client.execute("SELECT * FROM People"))
        assert (status, name) == (500, "InternalFailure")
        assert "division" not in message
        assert "division" in caplog.text
        await client.start()

    play(scenario)


def test_commands_of_one_session_run_one_after_the_other(play: Play) -> None:
    """Read-ahead: a driver fetches pages while it executes another statement, however long that takes."""

    async def scenario(app: SessionApplication) -> None:
        client = await Client.start_session(app)
        await client.transact("CREATE TABLE Numbers")
        for _ in range(4):
            await client.transact(f"INSERT INTO Numbers << {', '.join(['{}'] * 40)} >>")
        await client.start()
        first = await client.execute("SELECT * FROM Numbers a, Numbers b")
        token = first.body["ExecuteStatement"]["FirstPage"]["NextPageToken"]
        long = "SELECT COUNT(*) FROM Numbers a, Numbers b"
        answers = await asyncio.gather(client.fetch(token), client.execute(long), client.commit(), client.start())
        assert [answered.status for answered in answers[:3] if answered] == [200, 200, 200]

    play(scenario)


def test_long_scan_leaves_turns_to_others(play: Play) -> None:
    """While one session counts a large product, the answer to another does not wait for it."""

    async def scenario(app: SessionApplication) -> None:
        busy, other = await Client.start_session(app), await Client.start_session(app)
        await busy.transact("CREATE TABLE Numbers")
        await busy.transact(f"INSERT INTO Numbers << {', '.join(['{}'] * 40)} >>")
        await busy.start()
        counting = asyncio.create_task(busy.execute("SELECT COUNT(*) FROM Numbers a, Numbers b, Numbers c"))
        await asyncio.sleep(0)
        await other.start()
        assert not counting.done()
        value = (await counting).body["ExecuteStatement"]["FirstPage"]["Values"][0]["IonBinary"]
        assert value

    play(scenario)


@pytest.mark.parametrize("statement", ["SELECT * FROM Numbers WHERE a IN ?", f"SELECT * FROM Numbers{' ' * 50_000}"])
def test_long_reading_leaves_turns_to_others(play: Play, statement: str) -> None:
    """While a large parameter or a long statement is read, on a thread, others are answered."""

    async def scenario(app: SessionApplication) -> None:
        busy, other = await Client.start_session(app), await Client.start_session(app)
        await busy.transact("CREATE TABLE Numbers")
        await busy.start()
        parameters = [f"[{'1, ' * 20_000}2]"] if "?" in statement else []
        reading = asyncio.create_task(busy.execute(statement, *parameters))
        await asyncio.sleep(0)
        await other.start()
        assert not reading.done()
        assert (await reading).status == 200

    play(scenario)


def test_request_that_is_cancelled_frees_its_session(play: Play) -> None:
    """When a server gives up on a request, its transaction is aborted and the session goes on."""

    async def scenario(app: SessionApplication) -> None:
        client = await Client.start_session(app)
        await client.transact("CREATE TABLE Numbers")
        await client.transact(f"INSERT INTO Numbers << {', '.join(['{}'] * 40)} >>")
        await client.start()
        counting = asyncio.create_task(client.execute("SELECT COUNT(*) FROM Numbers a, Numbers b, Numbers c"))
        await asyncio.sleep(0.02)
        counting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await counting
        await client.start()

    play(scenario)
