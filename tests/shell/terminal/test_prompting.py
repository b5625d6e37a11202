"""The terminal, with keys from a pipe."""

import io
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import to_plain_text
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output import DummyOutput

from emulator.shell.conversation import Conversation
from emulator.shell.terminal.completion import WordCompleter
from emulator.shell.terminal.highlighting import styled
from emulator.shell.terminal.prompting import converse, prompt_of
from emulator.testing.controls import Clock

Type = Callable[[str], str]

CTRL_C, CTRL_D, ENTER, ALT_ENTER = "\x03", "\x04", "\r", "\x1b\r"


@pytest.fixture
def type_in(conversation: Conversation, said: io.StringIO, tmp_path: Path) -> Type:
    """What the shell says to keys. They must end with leaving it."""

    def type_in(keys: str) -> str:
        said.seek(0)
        said.truncate()
        with create_pipe_input() as pipe, create_app_session(input=pipe, output=DummyOutput()):
            pipe.send_text(keys)
            converse(conversation, tmp_path / "state/history")
        return said.getvalue()

    return type_in


def test_statement_of_several_lines_is_one(type_in: Type) -> None:
    """Until its semicolon."""
    said = type_in(f"SELECT 'a;b'{ENTER}FROM Person{ENTER}AS p;{ENTER}{CTRL_D}")

    assert said.startswith("(0 rows")
    assert said.count("\n") == 1


def test_empty_line_ends_a_statement(type_in: Type) -> None:
    """For those who type no semicolons."""
    assert type_in(f"SELECT * FROM Person{ENTER}{ENTER}{CTRL_D}").startswith("(0 rows")


def test_empty_text_is_nothing(type_in: Type) -> None:
    """Enter alone is a new prompt."""
    assert type_in(f"{ENTER}{ENTER}{CTRL_D}") == ""


def test_line_can_be_begun_after_a_semicolon(type_in: Type) -> None:
    """With Alt-Enter, so that two statements are typed before either runs."""
    said = type_in(f"SELECT * FROM Person;{ALT_ENTER}SELECT * FROM Nowhere;{ENTER}{CTRL_D}")

    assert said.startswith("(0 rows")
    assert "No such variable named 'Nowhere'" in said


def test_interrupt_forgets_the_text_and_not_the_transaction(type_in: Type) -> None:
    """Ctrl-C at the prompt is for whoever mistyped."""
    said = type_in(f"start transaction{ENTER}SELECT * FROM{CTRL_C}commit{ENTER}{CTRL_D}")

    assert said.startswith("Committed")


@pytest.mark.parametrize("end", [CTRL_D, f"quit{ENTER}", f"exit;{ENTER}", f"\\q{ENTER}"])
def test_shell_is_left(type_in: Type, end: str) -> None:
    """With a key or a word; what is open is not committed."""
    assert type_in(f"start transaction{ENTER}{end}") == "The transaction is gone, and nothing of it was kept.\n"


def test_word_is_completed(conversation: Conversation) -> None:
    """In place of what was typed of it; while somebody types, nothing is offered for nothing."""
    completer = WordCompleter(conversation.seen)

    def offered(text: str, *, requested: bool) -> list[tuple[str, int]]:
        event = CompleteEvent(text_inserted=not requested, completion_requested=requested)
        found = completer.get_completions(Document(text), event)
        return [(completion.text, completion.start_position) for completion in found]

    assert offered("SELECT * FROM Pers", requested=False) == [("Person", -4)]
    assert offered("SELECT * FROM ", requested=True)[0] == ("Person", 0)
    assert offered("SELECT * FROM ", requested=False) == []


def test_what_was_typed_is_there_again(type_in: Type, tmp_path: Path) -> None:
    """In the next shell too, and for nobody else: there are values in it."""
    type_in(f"SELECT *{ENTER}FROM Person;{ENTER}{CTRL_D}")

    up = "\x10"
    assert type_in(f"{up}{ENTER}{CTRL_D}").startswith("(0 rows")
    assert stat.S_IMODE((tmp_path / "state/history").stat().st_mode) == 0o600


def test_shell_without_a_history_file_is_one(conversation: Conversation, said: io.StringIO, tmp_path: Path) -> None:
    """Where the file cannot be made."""
    (tmp_path / "file").touch()
    with create_pipe_input() as pipe, create_app_session(input=pipe, output=DummyOutput()):
        pipe.send_text(f"show tables{ENTER}{CTRL_D}")
        converse(conversation, tmp_path / "file/history")

    assert "Person" in said.getvalue()


def test_prompt_counts_down(conversation: Conversation, clock: Clock) -> None:
    """The ledger, and what the open transaction has left."""
    shown = [to_plain_text(prompt_of(conversation))]
    conversation.take("start transaction")
    for milliseconds in (0, 21_000, 10_000):
        clock.advance(milliseconds)
        shown.append(to_plain_text(prompt_of(conversation)))

    assert shown == ["first> ", "first *30s> ", "first * 9s> ", "first *expired> "]


@pytest.mark.parametrize("text", ["SELECT 'a', 1 -- so\nFROM T", "SELECT 'open", "", "SELECT `{a:1}`\n\n"])
def test_colours_change_no_text(text: str) -> None:
    """Whatever is typed, and open still, is shown."""
    assert to_plain_text(styled(text)) == text


def test_words_have_their_colours() -> None:
    """By what they are in the language."""
    styles = {part[1]: part[0] for part in styled("SELECT name, 'a', 1 -- so\n FROM `b`")}

    assert (styles["SELECT"], styles["name"], styles["'a'"]) == ("class:keyword", "", "class:string")
    assert (styles["1"], styles["`b`"]) == ("class:number", "class:string")
