"""Facts about statements and transactions, noted while they run; `explaining` puts them in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from emulator.frozen import frozen


class Outcome(Enum):
    """Where a transaction stands."""

    OPEN = "open"
    COMMITTING = "committing"
    COMMITTED = "committed"
    CONFLICT = "conflict"
    ABORTED = "aborted"
    EXPIRED = "expired"
    FAILED = "failed"


class Progress(Enum):
    """Where a statement stands. `BROKEN_OFF` is one whose transaction ended while it ran."""

    RUNNING = "running"
    MORE_PAGES = "more pages"
    DONE = "done"
    FAILED = "failed"
    BROKEN_OFF = "broken off"


@dataclass(slots=True)
class TransactionFacts:
    """`sequence_no` is that of its block, once it has one."""

    transaction_id: str
    session_id: str
    outcome: Outcome = Outcome.OPEN
    sequence_no: int | None = None
    write_ios: int = 0


@dataclass(slots=True)
class StatementFacts:
    """One run of a statement; `steps` are its plan's, `seconds` are what its pages took, turns of others included."""

    transaction: TransactionFacts
    text: str
    started_at_ms: int
    steps: Sequence[str] = ()
    documents_read: int = 0
    documents_written: int = 0
    rows: int = 0
    pages: int = 0
    seconds: float = 0.0
    progress: Progress = Progress.RUNNING
    error: str | None = None


@frozen
class Write:
    """What met a read: the transaction of a block, with the statements and documents in question."""

    transaction_id: str
    strand_id: str
    sequence_no: int
    statements: tuple[str, ...]
    document_ids: tuple[str, ...]


@frozen
class ConflictingRead:
    """What was read, by which statement, with the newest block it could see; and what was written since."""

    read: str
    statement: str
    seen_sequence_no: int
    write: Write


@frozen
class Conflict:
    """Without reads it was another writer that appended to the journal first."""

    transaction: TransactionFacts
    at_ms: int
    reads: tuple[ConflictingRead, ...]


@frozen
class DigestMismatch:
    """A commit digest that is not the client's; the transaction's id and all statements went into it, in order.

    `statements` are the first of `statement_count`.
    """

    transaction: TransactionFacts
    at_ms: int
    expected: bytes
    came: bytes
    statements: tuple[str, ...]
    statement_count: int
