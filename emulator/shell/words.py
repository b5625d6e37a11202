"""What went wrong, in plain words, and the exit status a script gets for it."""

from __future__ import annotations

import re
import ssl

from emulator.client.driver import Committed, is_expired, is_passing
from emulator.client.session import INVALID_SESSION, OCC_CONFLICT, CommitUnknown, Costs
from emulator.client.transport import ServerError
from emulator.shell.table import columns, printable

REFUSED, USAGE, UNREACHED, PASSING = 1, 2, 3, 4
"""Exit statuses: a statement or a commit was refused; the command was used wrongly; the server was not reached, or said
nothing that can be understood; it was a conflict or the like, so that the same may succeed later."""

_PLACE = re.compile(r"at line (\d+), column (\d+)")
_SHOWN_COLUMNS = 100


def status_of(error: ServerError | OSError) -> int:
    """The exit status for an error."""
    if isinstance(error, OSError):
        return UNREACHED
    return PASSING if is_passing(error) else REFUSED


def told(error: ServerError | OSError, url: str) -> str:
    """An error in a sentence or two. `url` is where the server is looked for."""
    if isinstance(error, ServerError):
        return _refusal(error)
    if isinstance(error, CommitUnknown):
        return f"No word came of the commit ({printable(str(error))}): it may have been done, or not."
    return _silence(error, url)


def costs_of(committed: Committed) -> list[str]:
    """What a transaction brought and took, a line for each statement; a commit of several has a line of its own."""
    results, commit = committed.results, committed.costs
    if len(results) == 1:
        return [cost(len(results[0].rows), results[0].costs + commit)]
    lines = [cost(len(result.rows), result.costs) for result in results]
    return [*lines, f"commit: {cost_of_commit(commit)}"]


def cost_of_commit(costs: Costs) -> str:
    """What it wrote and took."""
    return f"{counted(costs.write_ios, 'write IO')}, {costs.milliseconds} ms in the server"


def cost(rows: int, costs: Costs) -> str:
    """What a statement brought and took."""
    written = f", {counted(costs.write_ios, 'write IO')}" if costs.write_ios else ""
    return (
        f"{counted(rows, 'row')}, {counted(costs.read_ios, 'read IO')}{written}, {costs.milliseconds} ms in the server"
    )


def counted(count: int, what: str) -> str:
    """A number of things, which are called `what`."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def says_what_became(error: ServerError | OSError) -> bool:
    """Whether `told` says already that nothing of a transaction was kept."""
    return isinstance(error, ServerError) and (error.code == OCC_CONFLICT or is_expired(error))


def pointed_at(message: str, text: str) -> list[str]:
    """The line of a statement that a message names, and a mark below its column; nothing where it names none."""
    found = _PLACE.search(message)
    lines = text.splitlines()
    if not found or not 1 <= int(found[1]) <= len(lines):
        return []
    line, offset = lines[int(found[1]) - 1], int(found[2]) - 1
    start = max(0, offset - _SHOWN_COLUMNS // 2)
    before = printable(line[start:offset].replace("\t", " "))
    return [before + printable(line[offset : start + _SHOWN_COLUMNS].replace("\t", " ")), " " * columns(before) + "^"]


def _refusal(error: ServerError) -> str:
    if error.code == OCC_CONFLICT:
        return (
            "Conflict: another transaction changed what this one has read. "
            f"Nothing of this one was kept; run it again. ({error.code})"
        )
    if is_expired(error):
        return f"The transaction was open for too long and has expired. Nothing of it was kept. ({error.code})"
    if error.code == INVALID_SESSION:
        return f"The session is over: {printable(error.message)}. ({error.code})"
    return printable(str(error))


def _silence(error: OSError, url: str) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return (
            f"The certificate of {url} is not accepted: {error.verify_message}. "
            "Name the one to trust with --ca-bundle or AWS_CA_BUNDLE."
        )
    if isinstance(error, TimeoutError):
        return f"No answer came from {url} in time."
    why = printable(error.strerror or str(error) or type(error).__name__)
    return (
        f"No server is reached at {url}: {why}. `qldb-emulator serve` starts one, --endpoint names another place, "
        "`qldb-emulator doctor` finds out what is wrong."
    )
