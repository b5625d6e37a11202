"""Scripts that read a table: lookups by its index, and queries that look at every document."""

from __future__ import annotations

import json
import random
from collections.abc import Generator
from dataclasses import dataclass
from time import perf_counter

from bench.conversation import Again, Prepared, Script, Session, opened, prepare
from bench.documents import SELECT, TABLE
from emulator.ion.binary import encode

SCANS = (
    f"SELECT COUNT(*) FROM {TABLE}",
    f"SELECT * FROM {TABLE} WHERE note = 'of no document'",
    f"SELECT * FROM {TABLE}",
)


@dataclass(frozen=True, slots=True)
class Lookup:
    """How long a lookup took: its SELECT alone, and its whole transaction."""

    statement_seconds: float
    transaction_seconds: float


def lookups(ledger: str, documents: int, again: Again, done: list[Lookup]) -> Script:
    """A session that looks up one random document after the other, and adds each lookup to a list."""
    session = yield from opened(ledger)
    chosen = random.Random(7)
    while again():
        statement = prepare(session.token, SELECT, [encode(chosen.randrange(documents))])
        waits: list[float] = []
        yield from timed(session.transaction([statement]), waits)
        done.append(Lookup(statement_seconds=waits[1], transaction_seconds=sum(waits)))


def timed(requests: Generator[bytes, bytes, object], waits: list[float]) -> Script:
    """The same requests; how long each was waited for goes to a list."""
    try:
        request = next(requests)
        while True:
            started = perf_counter()
            answer = yield request
            waits.append(perf_counter() - started)
            request = requests.send(answer)
    except StopIteration:
        return


def scans(ledger: str, again: Again) -> Script:
    """A session that reads whole tables, to the last page, in one way after the other."""
    session = yield from opened(ledger)
    prepared = [prepare(session.token, text) for text in SCANS]
    while again():
        for statement in prepared:
            yield from _scan(session, statement)


def _scan(session: Session, statement: Prepared) -> Generator[bytes, bytes, None]:
    transaction_id = json.loads((yield session.start))["StartTransaction"]["TransactionId"]
    page = json.loads((yield statement.request(transaction_id.encode())))["ExecuteStatement"]["FirstPage"]
    while token := page.get("NextPageToken"):
        page = json.loads((yield session.fetch(transaction_id, token)))["FetchPage"]["Page"]
    yield session.abort
