"""A seed: what is done to a ledger, step by step, so that it has what a file says."""

from __future__ import annotations

from collections.abc import Sequence

from emulator.errors import StartError
from emulator.frozen import frozen
from emulator.ion.values import Value
from emulator.seeding.complaints import visible


class SeedError(StartError):
    """A seed is wrong; the message is one sentence, with the file and the place in it."""

    def __init__(self, message: str) -> None:
        super().__init__(visible(message))


@frozen
class Statement:
    """A statement, a transaction of its own. `place` is where it comes from, for whoever wrote it.

    Where that is a file of statements, it `begins` there at a line and a column.
    """

    place: str
    text: str
    begins: tuple[int, int] | None = None


@frozen
class Documents:
    """Documents of a table, inserted in as many transactions as it takes."""

    place: str
    table: str
    documents: Sequence[Value]


@frozen
class Reference:
    """Stands in a document for the id of another: the `number`th, from 0, of a table that comes before."""

    table: str
    number: int


@frozen
class Seed:
    """`ledger` is the one that the file itself names."""

    source: str
    ledger: str | None
    steps: Sequence[Statement | Documents]


def quoted(name: str) -> str:
    """A name as statements have it, whatever it is."""
    return '"' + name.replace('"', '""') + '"'
