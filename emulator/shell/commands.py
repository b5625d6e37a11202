"""What can be said to the shell itself, beside statements."""

from __future__ import annotations

from collections.abc import Mapping

from emulator.frozen import frozen
from emulator.shell.statements import ends


@frozen
class Command:
    """What it does, and whether it takes a word more: `argument` is what that is."""

    does: str
    argument: str = ""


COMMANDS: Mapping[str, Command] = {
    "start transaction": Command("begin a transaction; it lives {lifetime}"),
    "commit": Command("commit it"),
    "abort": Command("forget it"),
    "show tables": Command("list the tables with their indexes"),
    "format": Command("show results as table, ion, json or csv", "NAME"),
    "use": Command("go to another ledger", "LEDGER"),
    "help": Command("show this"),
    "quit": Command("leave; Ctrl-D does too"),
}

_ALSO = {
    "start": "start transaction",
    "begin": "start transaction",
    "rollback": "abort",
    "exit": "quit",
    "q": "quit",
    "d": "show tables",
    "?": "help",
    "h": "help",
}
"""Words that people bring from elsewhere."""


@frozen
class Order:
    """A command that somebody gave, with the rest of the line."""

    name: str
    argument: str


def order(text: str) -> Order | None:
    """The command that a text is, in any case, with a backslash before or a semicolon after it; None if it is none."""
    words = text.strip().removeprefix("\\").rstrip("; \t\n").split()
    for count in (2, 1):
        said = " ".join(words[:count]).lower()
        name, rest = _ALSO.get(said, said), words[count:]
        if name in COMMANDS and len(rest) <= (1 if COMMANDS[name].argument else 0):
            return Order(name, " ".join(rest))
    return None


def is_whole(text: str) -> bool:
    """Whether nothing more need be typed: it is a command, or ends with a semicolon or an empty line."""
    last = text.rpartition("\n")[2]
    return not last.strip() or ends(text) or (text == last and order(text) is not None)
