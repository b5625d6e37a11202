"""The prompt: text is typed at it until it is whole, and handed to the conversation."""

from __future__ import annotations

from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.styles import Style

from emulator.shell.commands import is_whole
from emulator.shell.conversation import Conversation, Quit
from emulator.shell.terminal.completion import WordCompleter
from emulator.shell.terminal.highlighting import StatementLexer

_REFRESH_SECONDS = 0.5
_HURRY_SECONDS = 10

_STYLE = Style.from_dict(
    {
        "keyword": "bold",
        "string": "ansigreen",
        "number": "ansicyan",
        "comment": "italic",
        "open": "ansiyellow",
        "hurry": "bold ansired",
        "continuation": "ansibrightblack",
    }
)


def converse(conversation: Conversation, history: Path | None) -> None:
    """Prompt and answer until somebody leaves. `history` is a file that keeps what was typed, where it can."""
    session: PromptSession[str] = PromptSession(
        multiline=True,
        key_bindings=_bindings(),
        completer=WordCompleter(conversation.seen),
        lexer=StatementLexer(),
        history=_history(history),
        style=_STYLE,
        prompt_continuation=_continuation,
        refresh_interval=_REFRESH_SECONDS,
    )
    while True:
        try:
            text = session.prompt(lambda: prompt_of(conversation))
            conversation.take(text)
        except KeyboardInterrupt:
            continue
        except Quit:
            return
        except EOFError:
            conversation.leave()
            return


def prompt_of(conversation: Conversation) -> StyleAndTextTuples:
    """The ledger, and the seconds that an open transaction has left."""
    left = conversation.seconds_left
    if left is None:
        return [("", f"{conversation.ledger_name}> ")]
    countdown = f"*{left:>2}s" if left else "*expired"
    style = "class:hurry" if left <= _HURRY_SECONDS else "class:open"
    return [("", f"{conversation.ledger_name} "), (style, countdown), ("", "> ")]


def _continuation(width: int, line_number: int, wrap_count: int) -> StyleAndTextTuples:
    return [("class:continuation", "… ".rjust(width))]


def _bindings() -> KeyBindings:
    bindings = KeyBindings()

    @bindings.add("enter")
    def _enter(event: KeyPressEvent) -> None:
        """Take the completion that is chosen; else hand over a text that is whole, or begin another line of it."""
        buffer = event.current_buffer
        if buffer.complete_state and buffer.complete_state.current_completion:
            buffer.complete_state = None
        elif is_whole(buffer.text):
            buffer.validate_and_handle()
        else:
            buffer.newline(copy_margin=True)

    @bindings.add("escape", "enter")
    def _line(event: KeyPressEvent) -> None:
        event.current_buffer.newline(copy_margin=True)

    return bindings


def _history(path: Path | None) -> History:
    """In a file that is its owner's alone, for there are values in it; in memory where that cannot be."""
    try:
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            return FileHistory(str(path))
    except OSError:
        pass
    return InMemoryHistory()
