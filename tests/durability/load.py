"""Clients that write without pause, and remember what became of each transaction.

Every transaction raises one of a few counters that all clients share, and inserts entries that say which counter and
to which value: so a counter must be worth as many entries as it counts, each value once.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from emulator.ion.values import Struct
from tests.durability.client import LostError, RefusedError, Session

COUNTERS = ("first", "second", "third", "fourth")
CLIENTS = 4
SET_UP = (
    "CREATE TABLE Counter",
    "CREATE INDEX ON Counter (name)",
    "CREATE TABLE Entry",
    "CREATE INDEX ON Entry (round)",
)


class Outcome(Enum):
    ACKNOWLEDGED = "acknowledged"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Attempt:
    """A transaction as its client knows it."""

    name: str
    round_no: int
    counter: str
    value: int
    parts: int
    transaction_id: str
    outcome: Outcome

    def entries(self) -> list[Struct]:
        """What it inserted, if it was committed."""
        return _entries(self.name, self.round_no, self.counter, self.value, self.parts)


def set_up(session: Session) -> None:
    """Make the tables and the counters."""
    for text in SET_UP:
        session.run(text)
    for counter in COUNTERS:
        session.run("INSERT INTO Counter ?", Struct([("name", counter), ("value", 0)]))


class Load:
    """Clients at work in threads, from the beginning of the context to its end or that of the server."""

    def __init__(self, port: int, round_no: int, seed: object) -> None:
        self.attempts: list[Attempt] = []
        self.failures: list[Exception] = []
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._work, args=(port, round_no, client, random.Random(f"{seed} {client}")))
            for client in range(CLIENTS)
        ]

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def _work(self, port: int, round_no: int, client: int, chosen: random.Random) -> None:
        try:
            session = Session(port)
            number = 0
            while not self._stopping.is_set():
                number += 1
                self.attempts.append(_attempt(session, f"{round_no}-{client}-{number}", round_no, chosen))
        except LostError:
            return
        except Exception as error:
            self.failures.append(error)


def _attempt(session: Session, name: str, round_no: int, chosen: random.Random) -> Attempt:
    """One transaction. LostError when the server went away before it was asked to commit."""
    counter, parts = chosen.choice(COUNTERS), chosen.randrange(1, 4)
    session.begin()
    (row,) = session.execute('SELECT c."value" FROM Counter AS c WHERE c.name = ?', counter)
    value = row["value"]
    assert isinstance(value, int)
    for entry in _entries(name, round_no, counter, value + 1, parts):
        session.execute("INSERT INTO Entry ?", entry)
    session.execute('UPDATE Counter AS c SET c."value" = ? WHERE c.name = ?', value + 1, counter)
    return Attempt(name, round_no, counter, value + 1, parts, session.transaction_id, _commit(session))


def _commit(session: Session) -> Outcome:
    try:
        session.commit()
    except RefusedError as refusal:
        assert "OccConflictException" in str(refusal), refusal
        return Outcome.REFUSED
    except LostError:
        return Outcome.UNKNOWN
    return Outcome.ACKNOWLEDGED


def _entries(name: str, round_no: int, counter: str, value: int, parts: int) -> list[Struct]:
    padding = "." * (value * 37 % 1500)
    return [
        Struct(
            [
                ("name", name),
                ("round", round_no),
                ("counter", counter),
                ("value", value),
                ("part", part),
                ("padding", padding),
            ]
        )
        for part in range(parts)
    ]


def acknowledged(attempts: Sequence[Attempt]) -> list[Attempt]:
    return [attempt for attempt in attempts if attempt.outcome is Outcome.ACKNOWLEDGED]
