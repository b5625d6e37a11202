"""What the shell does, without its terminal."""

import io
import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from emulator.client.transport import HttpTransport, ServerError
from emulator.clock import ManualClock
from emulator.shell.commands import COMMANDS, Order, is_whole, order
from emulator.shell.conversation import Conversation, Place, Quit, lifetime_ms
from emulator.shell.output import Output
from emulator.testing.controls import Clock

Answer = Callable[[str], str]

SELECT = "SELECT name FROM Person;"


def interrupted(*_: object) -> Any:
    """What Ctrl-C does to whatever runs."""
    raise KeyboardInterrupt


def test_statement_is_committed_at_once(answer: Answer, place: Place) -> None:
    """Its result is shown with what it cost, and everybody sees what it did."""
    said = answer("INSERT INTO Person {'name': 'Ada'};")

    assert re.fullmatch(r"\(1 row, 0 read IOs, 2 write IOs, \d+ ms in the server, 0 ms in all\)", said.splitlines()[-1])
    assert answer(SELECT).splitlines()[:3] == ["name", "----", "Ada"]


def test_several_statements_run_up_to_the_first_that_is_refused(answer: Answer) -> None:
    """The place of the mistake is shown below the statement it is in."""
    said = answer("INSERT INTO Person {'name': 'Ada'}; SELECT * FROM Nowhere; INSERT INTO Person {'name': 'Bob'}")

    assert "    SELECT * FROM Nowhere\n                  ^\n" in said
    assert answer(SELECT).count("Ada") == 1
    assert "Bob" not in answer(SELECT)


def test_text_that_is_no_statement_is_refused_before_anything_runs(answer: Answer) -> None:
    """With the place in the text."""
    said = answer("INSERT INTO Person {'name': 'Ada'}; SELECT 'open")

    assert said.startswith("Lexer Error: at line 1, column 44")
    assert answer(SELECT).startswith("(0 rows")


def test_question_mark_is_explained(answer: Answer) -> None:
    """There is nobody to bring a parameter."""
    assert "write the value itself" in answer("SELECT * FROM Person WHERE name = ?;")


def test_started_transaction_is_kept_or_not(answer: Answer, conversation: Conversation) -> None:
    """Nothing is kept of what is aborted; all of what is committed."""
    for end, count in (("abort", 0), ("COMMIT;", 2)):
        answer("start transaction")
        answer("INSERT INTO Person {'name': 'Ada'};")
        answer("INSERT INTO Person {'name': 'Grace'};")
        assert answer(end).startswith(("Aborted", "Committed as transaction "))
        assert conversation.seconds_left is None

        assert answer(SELECT).splitlines()[-1].startswith(f"({count} rows")


def test_commands_may_stand_among_statements(answer: Answer) -> None:
    """A whole transaction on one line, as it is pasted from somewhere."""
    said = answer("start; INSERT INTO Person {'name': 'Ada'}; INSERT INTO Person {'name': 'Bob'}; commit;")

    assert said.splitlines()[-1].startswith("Committed as transaction ")
    assert answer(SELECT).splitlines()[-1].startswith("(2 rows")


def test_seconds_are_counted_down(answer: Answer, conversation: Conversation, clock: Clock) -> None:
    """From thirty to none; then the transaction is gone, which is told in plain words."""
    assert conversation.seconds_left is None
    answer("begin")
    assert conversation.seconds_left == 30
    clock.advance(12_400)
    assert conversation.seconds_left == 18
    clock.advance(17_601)
    assert conversation.seconds_left == 0

    assert "open for too long and has expired. Nothing of it was kept." in answer(SELECT)

    assert conversation.seconds_left is None
    assert answer(SELECT).startswith("(0 rows")


@pytest.mark.qldb(transaction_lifetime_ms=5000)
def test_server_says_how_long_transactions_live(answer: Answer, conversation: Conversation) -> None:
    """The countdown is that of the server, not of the service."""
    answer("start transaction")

    assert conversation.seconds_left == 5
    assert "it lives 5 s" in answer("help")


def test_server_that_says_nothing_has_the_lifetime_of_the_service() -> None:
    """An older server, or a proxy that hides the page."""

    class Silent(HttpTransport):
        def request(self, *_: object) -> Any:
            raise ServerError("HTTP 404", "", 404, {})

    assert lifetime_ms(Silent("http://127.0.0.1:1")) == 30_000


def test_refused_statement_leaves_the_transaction_open(answer: Answer) -> None:
    """It is committed without that statement."""
    answer("start transaction")
    answer("INSERT INTO Person {'name': 'Ada'};")
    assert "The transaction is still open, without this statement." in answer("SELECT * FROM Nowhere;")

    assert answer("commit").startswith("Committed")
    assert "Ada" in answer(SELECT)


def test_conflict_is_told_at_the_commit(answer: Answer, place: Place) -> None:
    """In plain words, and the next statement works."""
    answer("start transaction")
    answer(SELECT)
    answer("INSERT INTO Person {'name': 'Ada'};")
    other = Conversation(place, "first", ManualClock(), Output(io.StringIO()))
    other.take("INSERT INTO Person {'name': 'Grace'};")

    assert answer("commit").startswith("Conflict: another transaction changed what this one has read.")

    assert answer(SELECT).splitlines()[2] == "Grace"


def test_conflict_of_a_statement_alone_is_tried_again(answer: Answer, http: httpx.Client) -> None:
    """And mentioned."""
    rule = {"command": "CommitTransaction", "fault": "OccConflictException", "times": 2}
    http.post("/_qldb/faults", json=rule).raise_for_status()

    assert answer("INSERT INTO Person {'name': 'Ada'};").endswith(", at attempt 3)\n")


@pytest.mark.parametrize("fault", ["ConnectionReset", "InternalFailure"])
def test_broken_connection_ends_the_transaction(answer: Answer, http: httpx.Client, fault: str) -> None:
    """Whether the statement was run is not known, so that the transaction cannot be committed any more."""
    answer("start transaction")
    rule = {"command": "ExecuteStatement", "fault": fault, "times": 1}
    http.post("/_qldb/faults", json=rule).raise_for_status()

    assert "The transaction is gone, and nothing of it was kept." in answer(SELECT)

    assert answer(SELECT).startswith("(0 rows")


@pytest.mark.parametrize("is_started", [True, False])
def test_interrupt_stops_a_statement_and_not_the_shell(
    answer: Answer, monkeypatch: pytest.MonkeyPatch, is_started: bool
) -> None:
    """A transaction is gone with it, for nobody knows how far it came."""
    if is_started:
        answer("start transaction")
    with monkeypatch.context() as patched:
        patched.setattr("http.client.HTTPConnection.getresponse", interrupted)
        said = answer(SELECT)

    assert said.startswith("Stopped.")
    assert ("The transaction is gone" in said) is is_started
    assert answer(SELECT).startswith("(0 rows")


def test_interrupt_of_a_commit_leaves_open_what_became_of_it(answer: Answer, monkeypatch: pytest.MonkeyPatch) -> None:
    """It may have been done already, and here it was."""
    answer("start transaction")
    answer("INSERT INTO Person {'name': 'Ada'};")
    with monkeypatch.context() as patched:
        patched.setattr("http.client.HTTPConnection.getresponse", interrupted)
        assert "it may have been done, or not" in answer("commit")


def test_interrupt_while_rows_are_shown_ends_the_showing(answer: Answer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The transaction goes on."""
    answer("start transaction")
    answer("INSERT INTO Person {'name': 'Ada'};")
    with monkeypatch.context() as patched:
        patched.setattr("emulator.shell.conversation.FORMATS", {"table": interrupted})
        answer(SELECT)

    assert answer("commit").startswith("Committed")


@pytest.mark.parametrize(
    ("name", "line"), [("ion", '{name:"Ada"}'), ("json", '{"name":"Ada"}'), ("csv", "Ada"), ("table", "Ada")]
)
def test_format_is_chosen(answer: Answer, name: str, line: str) -> None:
    """Of those there are."""
    answer("INSERT INTO Person {'name': 'Ada'};")
    answer(f"\\format {name}")

    assert line in answer(SELECT).splitlines()
    assert answer("format xml") == f"The format is {name}; there are table, ion, json, csv.\n"


def test_other_ledger_is_gone_to(answer: Answer, conversation: Conversation) -> None:
    """But not out of a transaction, and not to one that is not there."""
    assert "The Ledger with name nowhere is not found" in answer("use nowhere")
    assert conversation.ledger_name == "first"
    answer("start transaction")
    assert answer("use second") == "Commit or abort first.\n"
    answer("abort")

    assert answer("use second").startswith("Ledger second at http://127.0.0.1:")
    assert "No such variable named 'Person'" in answer(SELECT)


def test_tables_are_listed(answer: Answer) -> None:
    """With their indexes."""
    assert "Person  ACTIVE" in answer("show tables")


def test_commands_without_a_transaction_say_so(answer: Answer) -> None:
    """Nothing happens, and how to begin one is said."""
    for name in ("commit", "abort"):
        assert answer(name) == "No transaction is open: start transaction begins one.\n"
    answer("start transaction")
    assert answer("start transaction") == "There is a transaction already: commit it or abort it.\n"


def test_leaving_ends_what_is_open(answer: Answer, conversation: Conversation, said: io.StringIO) -> None:
    """A transaction is forgotten, and that is said."""
    answer("start transaction")

    with pytest.raises(Quit):
        conversation.take("quit")

    assert said.getvalue() == "The transaction is gone, and nothing of it was kept.\n"


def test_help_names_every_command(answer: Answer) -> None:
    """Each with what it does."""
    said = answer("help")

    assert [name for name in COMMANDS if name not in said] == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Start  Transaction ;", Order("start transaction", "")),
        ("\\q", Order("quit", "")),
        ("FORMAT Json", Order("format", "Json")),
        ("use first;", Order("use", "first")),
        ("commit now", None),
        ("SELECT * FROM help", None),
        ("", None),
    ],
)
def test_order(text: str, found: Order | None) -> None:
    """A command is one in any case, with a backslash or a semicolon; a statement is none."""
    assert order(text) == found


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("SELECT * FROM T", False),
        ("SELECT * FROM T;", True),
        ("SELECT * FROM T; -- done", True),
        ("SELECT 'a;", False),
        ("SELECT * FROM T\n", True),
        ("SELECT 'a\n  ", True),
        ("SELECT *\nhelp", False),
        ("help", True),
        ("", True),
    ],
)
def test_text_is_whole(text: str, whole: bool) -> None:
    """A statement ends with a semicolon or an empty line, a command with its line."""
    assert is_whole(text) is whole
