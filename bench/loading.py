"""A server full of documents."""

from __future__ import annotations

from bench.connections import play
from bench.conversation import Script, opened, prepare, statements
from bench.documents import DOCUMENTS_EACH, INSERT_MANY, SET_UP_INDEXED, document
from bench.servers import Server, create_ledger

_CONNECTIONS = 4


def load(server: Server, ledger: str, documents: int) -> None:
    """Create a ledger and load it with so many documents, forty in each transaction."""
    create_ledger(server, ledger)
    play(server.port, [statements(ledger, *SET_UP_INDEXED)])
    starts = range(0, documents, DOCUMENTS_EACH)
    play(server.port, [_inserts(ledger, starts[at::_CONNECTIONS]) for at in range(_CONNECTIONS)])


def _inserts(ledger: str, starts: range) -> Script:
    session = yield from opened(ledger)
    for start in starts:
        lot = [document(number) for number in range(start, start + DOCUMENTS_EACH)]
        yield from session.transaction([prepare(session.token, INSERT_MANY, lot)])
