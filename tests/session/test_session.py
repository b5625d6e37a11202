"""The protocol of a session: what each command does in each state, and when a session is over."""

import base64
import logging
import re

import pytest

from emulator.clock import ManualClock
from emulator.errors import BadRequestException, InvalidSessionException, OccConflictException
from emulator.ion.values import Struct
from emulator.ledger.ledger import Ledger
from emulator.session.aside import AT_ONCE_BYTES, Aside
from emulator.session.commands import (
    AbortTransaction,
    Command,
    CommitTransaction,
    EndSession,
    ExecuteStatement,
    FetchPage,
    StartTransaction,
)
from emulator.session.session import PROTOCOL, State
from tests.session.conftest import Talk
from tests.session.conversation import Conversation, finish, values

COMMANDS: list[Command] = [
    StartTransaction(),
    ExecuteStatement("x" * 22, "SELECT * FROM People"),
    FetchPage("x" * 22, "token"),
    CommitTransaction("x" * 22, bytes(32)),
    AbortTransaction(),
    EndSession(),
]


def test_protocol_has_an_answer_for_every_command_in_every_state() -> None:
    """The table leaves no cell empty."""
    assert set(PROTOCOL) == {(type(command), state) for command in COMMANDS for state in State}


def test_transaction_commits_what_it_wrote(session: Conversation) -> None:
    """An insert is there for the next transaction, and the commit echoes id and digest."""
    session.start()
    session.execute("INSERT INTO People ?", Struct([("name", "Ada")]))
    committed = session.commit()
    session.start()
    assert values(session.execute("SELECT name FROM People")) == [Struct([("name", "Ada")])]
    assert committed.commit_digest != session.digest
    assert committed.consumed_ios.write_ios > 0


def test_empty_transaction_commits(session: Conversation) -> None:
    """The digest of a transaction without statements is the hash of its id."""
    transaction_id = session.start()
    assert session.commit().transaction_id == transaction_id


def test_second_start_is_refused_and_leaves_the_first_open(session: Conversation) -> None:
    """StartTransaction with one open says so, and the open one goes on."""
    session.start()
    with pytest.raises(BadRequestException, match=r"^Transaction already open$"):
        session.run(StartTransaction())
    session.commit()


@pytest.mark.parametrize("command", COMMANDS[1:4], ids=lambda command: type(command).__name__)
def test_command_of_a_transaction_needs_an_open_one(session: Conversation, command: Command) -> None:
    """Execute, fetch and commit are refused when nothing is open."""
    with pytest.raises(BadRequestException, match=r"^No open transaction$"):
        session.run(command)


@pytest.mark.parametrize("command", COMMANDS[1:4], ids=lambda command: type(command).__name__)
def test_command_for_another_transaction_is_refused(session: Conversation, command: Command) -> None:
    """A transaction id other than the open one's is no open transaction, and the open one stays."""
    session.start()
    with pytest.raises(BadRequestException, match=r"^No open transaction$"):
        session.run(command)
    session.commit()


def test_abort_forgets_what_was_written(session: Conversation) -> None:
    """After an abort nothing was inserted, and the session starts the next transaction."""
    session.start()
    session.execute("INSERT INTO People {'name': 'Ada'}")
    session.abort()
    session.start()
    assert values(session.execute("SELECT * FROM People")) == []


def test_abort_without_transaction_succeeds(session: Conversation) -> None:
    """Drivers drop a session whose abort fails, so there is nothing to fail about."""
    session.abort()
    session.abort()
    session.start()


def test_conflict_closes_the_transaction(session: Conversation, talk: Talk) -> None:
    """A read-only transaction conflicts with a later write, and its session is free for a new transaction."""
    other = talk()
    session.start()
    session.execute("SELECT * FROM People")
    other.transact("INSERT INTO People {'name': 'Ada'}")
    words = "Optimistic concurrency control (OCC) failure encountered while committing the transaction"
    with pytest.raises(OccConflictException, match=f"^{re.escape(words)}$"):
        session.commit()
    session.start()
    session.commit()


def test_wrong_digest_is_refused_until_abort(session: Conversation) -> None:
    """The transaction stays open, uncommitted, and can even commit with the right digest."""
    session.start()
    session.execute("INSERT INTO People {'name': 'Ada'}")
    with pytest.raises(BadRequestException, match=r"^Digests don't match$"):
        session.commit(bytes(32))
    with pytest.raises(BadRequestException, match=r"^Transaction already open$"):
        session.run(StartTransaction())
    session.commit()


def test_wrong_digest_is_explained_in_the_log(session: Conversation, caplog: pytest.LogCaptureFixture) -> None:
    """Whoever writes a client finds both digests and the statements behind the expected one."""
    session.start()
    session.execute("SELECT * FROM People")
    with caplog.at_level(logging.WARNING), pytest.raises(BadRequestException):
        session.commit(bytes(32))
    assert base64.b64encode(session.digest).decode() in caplog.text
    assert base64.b64encode(bytes(32)).decode() in caplog.text
    assert "SELECT * FROM People" in caplog.text


def test_long_statements_are_shortened_in_the_log(session: Conversation, caplog: pytest.LogCaptureFixture) -> None:
    """The log stays readable."""
    session.start()
    session.execute(f"SELECT * FROM People WHERE name = '{'x' * 10_000}'")
    with pytest.raises(BadRequestException):
        session.commit(bytes(32))

    assert "SELECT * FROM People WHERE name = 'xxx" in caplog.text
    assert len(caplog.text) < 2_000


def test_failed_statement_leaves_the_transaction_open(session: Conversation) -> None:
    """It is as if it had not been sent: not in the digest, not in the journal."""
    session.start()
    digest = session.digest
    with pytest.raises(BadRequestException):
        session.execute("SELECT * FROM Nowhere")
    session.digest = digest
    session.execute("INSERT INTO People {'name': 'Ada'}")
    session.commit()
    assert [statement.text for statement in session.session.ledger.tip.draft.statements] == [
        "INSERT INTO People {'name': 'Ada'}"
    ]


def test_statement_that_fails_half_way_writes_nothing(session: Conversation) -> None:
    """The documents before the one that cannot be inserted are taken back."""
    session.start()
    digest = session.digest
    with pytest.raises(BadRequestException):
        session.execute("INSERT INTO People ?", [Struct([("name", "Ada")]), 5])
    session.digest = digest
    assert values(session.execute("SELECT * FROM People")) == []
    session.commit()


def test_driver_that_swallows_a_failure_cannot_commit(session: Conversation) -> None:
    """Drivers hash a statement before sending it; one that failed makes the digests differ."""
    session.start()
    with pytest.raises(BadRequestException):
        session.execute("SELECT * FROM Nowhere")
    with pytest.raises(BadRequestException, match=r"^Digests don't match$"):
        session.commit()


def test_ended_session_is_gone(session: Conversation) -> None:
    """Everything after EndSession is refused, EndSession too."""
    session.end()
    for command in COMMANDS:
        with pytest.raises(InvalidSessionException, match=r"^No such session$"):
            session.run(command)


def test_end_aborts_the_open_transaction(session: Conversation, talk: Talk) -> None:
    """What an ended session wrote is not there."""
    session.start()
    session.execute("INSERT INTO People {'name': 'Ada'}")
    session.end()
    other = talk()
    other.start()
    assert values(other.execute("SELECT * FROM People")) == []


# Time


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: type(command).__name__)
def test_transaction_expires_and_takes_its_session_along(
    session: Conversation, clock: ManualClock, command: Command
) -> None:
    """At 30 seconds any command is told so, in the words drivers look for; then the session is gone."""
    transaction_id = session.start()
    clock.advance(30_000)
    with pytest.raises(InvalidSessionException, match=f"^Transaction {transaction_id} has expired$"):
        session.run(command)
    with pytest.raises(InvalidSessionException, match=r"^No such session$"):
        session.run(command)


def test_transaction_lives_until_its_limit(session: Conversation, clock: ManualClock) -> None:
    """A millisecond before 30 seconds it still commits."""
    session.start()
    clock.advance(29_999)
    session.commit()


def test_statement_is_cut_off_when_its_transaction_expires(session: Conversation, clock: ManualClock) -> None:
    """The time is looked at between the rows of a statement, not only before it."""
    session.transact(f"INSERT INTO People << {', '.join(['{}'] * 40)} >>")
    transaction_id = session.start()
    steps = session.session.run(ExecuteStatement(transaction_id, "SELECT * FROM People"))
    next(steps)
    clock.advance(30_000)
    with pytest.raises(InvalidSessionException, match=f"^Transaction {transaction_id} has expired$"):
        list(steps)


def test_session_expires(session: Conversation, clock: ManualClock) -> None:
    """After 15 minutes the first command is told that the session has expired, the next that there is none."""
    clock.advance(15 * 60_000)
    with pytest.raises(InvalidSessionException, match=f"^Session {session.session.session_id} has expired$"):
        session.start()
    with pytest.raises(InvalidSessionException, match=r"^No such session$"):
        session.start()


def test_closed_ledger_ends_its_sessions(session: Conversation, ledger: Ledger) -> None:
    """When a ledger is deleted its sessions are no more, with or without a transaction."""
    session.start()
    ledger.close()
    with pytest.raises(InvalidSessionException, match=r"^No such session$"):
        session.execute("SELECT * FROM People")


def test_abandoned_command_leaves_an_idle_session(session: Conversation) -> None:
    """After a command was cut off in the middle its transaction is aborted and the session can be used."""
    session.transact("INSERT INTO People << {'name': 'Ada'}, {'name': 'Bob'} >>")
    steps = session.session.run(ExecuteStatement(session.start(), "DELETE FROM People"))
    next(steps)
    steps.close()
    session.session.abandon()
    session.start()
    assert len(session.execute("SELECT * FROM People").values) == 2


def test_commit_that_nobody_waits_for_frees_the_session(session: Conversation) -> None:
    """A client that goes away while its commit is written leaves a session that can be used."""
    session.start()
    session.execute("INSERT INTO People {'name': 'Ada'}")
    steps = session.session.run(CommitTransaction(session.transaction_id, session.digest))
    assert next(steps) is not None
    steps.close()
    session.session.ledger.write()
    session.start()
    assert len(session.execute("SELECT * FROM People").values) == 1


def test_long_statement_is_planned_for_the_newest_catalog(session: Conversation, talk: Talk) -> None:
    """A table that is dropped while the statement is planned, aside, is not there."""
    statement = "INSERT INTO People {'name': 'Ada'}" + " " * AT_ONCE_BYTES
    steps = session.session.run(ExecuteStatement(session.start(), statement))
    step = next(steps)
    assert isinstance(step, Aside)
    step.run()
    talk().transact("DROP TABLE People")

    with pytest.raises(BadRequestException, match="People"):
        finish(steps, session.session.ledger)


def test_transaction_that_expires_aside_ends_its_session(session: Conversation, clock: ManualClock) -> None:
    """Time is looked at when a statement goes on."""
    steps = session.session.run(ExecuteStatement(session.start(), "SELECT * FROM People" + " " * AT_ONCE_BYTES))
    assert isinstance(next(steps), Aside)
    clock.advance(30_000)

    with pytest.raises(InvalidSessionException, match="has expired"):
        next(steps)


def test_what_looks_at_a_transaction_finds_none_once_it_has_expired(
    session: Conversation, talk: Talk, clock: ManualClock
) -> None:
    """Another session's start ends it, and only its own next command says so; until then nothing of it is left."""
    session.start()
    session.execute("INSERT INTO People {'name': 'Ada'}")
    assert len(session.session.open_statements) == 1
    clock.advance(30_000)
    talk().start()

    session.session.work_ahead()
    assert len(session.session.open_statements) == 0
