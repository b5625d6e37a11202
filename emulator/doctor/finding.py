"""What a check finds: all is well, something to know, something that one command mends, or that it cannot tell."""

from __future__ import annotations

from typing import Literal

from emulator.frozen import frozen

Status = Literal["ok", "note", "problem", "skipped"]


@frozen
class Finding:
    """One finding. `says` is a sentence or less; `fix` is a line for the user's shell."""

    status: Status
    says: str
    fix: str | None = None


def ok(says: str) -> Finding:
    return Finding("ok", says)


def note(says: str, fix: str | None = None) -> Finding:
    """Something that works, and may surprise."""
    return Finding("note", says, fix)


def problem(says: str, fix: str) -> Finding:
    return Finding("problem", says, fix)


def skipped(says: str) -> Finding:
    """The check needs what another check found missing."""
    return Finding("skipped", says)
