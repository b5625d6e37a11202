"""What fault rules see of the session protocol."""

from __future__ import annotations

from emulator.faults.rules import Call
from emulator.session.commands import Command, ExecuteStatement, StartSession
from emulator.session.session import Session


def session_call(command: Command | StartSession, session: Session | None) -> Call:
    """What a command is to a rule."""
    if isinstance(command, StartSession):
        return Call("StartSession", command.ledger_name)
    assert session is not None
    statements = (command.statement,) if isinstance(command, ExecuteStatement) else session.open_statements
    return Call(type(command).__name__, session.ledger_name, statements)
