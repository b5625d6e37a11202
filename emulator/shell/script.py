"""Statements run for a script: in one transaction or each in its own, results out once they are committed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from emulator.client.driver import Call, Committed, Driver, StatementError
from emulator.client.transport import ServerError
from emulator.errors import BadRequestException
from emulator.frozen import frozen
from emulator.ion.values import Value
from emulator.shell.statements import Statement, split


@frozen
class Source:
    """A text with statements, and what to call it in complaints."""

    name: str
    text: str


@frozen
class Step:
    """One statement to run, and where it came from."""

    call: Call
    source: str
    line: int


class NotStatements(Exception):
    """A text has something in it that is no token of the language."""

    def __init__(self, source: Source, message: str) -> None:
        super().__init__(message)
        self.source = source
        self.message = message


class WrongParameters(Exception):
    """There are more or fewer parameters than places for them."""


class Stopped(Exception):
    """A script did not come to its end: the step where it stopped, where one is to blame, and how many are done."""

    def __init__(self, error: ServerError | OSError, step: Step | None, done: int, total: int) -> None:
        super().__init__(str(error))
        self.error = error
        self.step = step
        self.done = done
        self.total = total


def steps(sources: Iterable[Source], parameters: Sequence[Value]) -> list[Step]:
    """What to run: each `?` takes the next parameter, from one statement to the next.

    NotStatements, WrongParameters when it cannot be that.
    """
    placed = [(source, statement) for source in sources for statement in _statements(source)]
    places = sum(statement.placeholders for _, statement in placed)
    if places != len(parameters):
        raise WrongParameters(f"wanted a parameter (-p) for each of {places} question marks, got {len(parameters)}")
    waiting = iter(parameters)
    return [
        Step(Call(statement.text, tuple(islice(waiting, statement.placeholders))), source.name, statement.line)
        for source, statement in placed
    ]


def _statements(source: Source) -> list[Statement]:
    try:
        return split(source.text)
    except BadRequestException as error:
        raise NotStatements(source, error.message) from error


def play(driver: Driver, plan: Sequence[Step], *, as_one: bool) -> Iterator[Committed]:
    """Run the steps, and give what is committed; Stopped at the first that is refused."""
    done = 0
    for part in [plan] if as_one else [[step] for step in plan]:
        try:
            committed = driver.transact([step.call for step in part])
        except (ServerError, OSError) as error:
            step = part[error.place] if isinstance(error, StatementError) else None
            raise Stopped(error, step, done, len(plan)) from error
        yield committed
        committed.close()
        done += len(part)
