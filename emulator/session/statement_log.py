"""What the statements of a ledger did, and why transactions were refused: for whoever asks why something is slow, or
why it conflicts.

The newest are kept, in memory alone and with long texts cut short. While a statement runs, facts are only noted, and
nothing is made of them before somebody asks; but refusals and slow statements have a line in the server's log.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from itertools import islice
from typing import Any, TypeVar

from emulator.session import explaining
from emulator.session.conflicts import shortened
from emulator.session.statement_facts import Conflict, DigestMismatch, StatementFacts, TransactionFacts

KEPT_CHARACTERS = 1_000
"""Of each statement's text."""
KEPT_REFUSALS = 100
"""Conflicts, and digest mismatches as many."""

_log = logging.getLogger(__name__)

F = TypeVar("F", StatementFacts, Conflict, DigestMismatch)


class StatementLog:
    """Of one ledger."""

    def __init__(self, kept_statements: int, slow_ms: int) -> None:
        self._statements: deque[StatementFacts] = deque(maxlen=kept_statements)
        self._conflicts: deque[Conflict] = deque(maxlen=KEPT_REFUSALS)
        self._mismatches: deque[DigestMismatch] = deque(maxlen=KEPT_REFUSALS)
        self._slow_seconds = slow_ms / 1000

    def begin(self, transaction: TransactionFacts, text: str, started_at_ms: int) -> StatementFacts:
        """Facts about a statement that is about to run, to be filled in."""
        facts = StatementFacts(transaction, shortened(text, KEPT_CHARACTERS), started_at_ms)
        self._statements.append(facts)
        return facts

    def tell(self, facts: StatementFacts, seconds: float) -> None:
        """A line about a statement whose page took so long; of a slow one, once it has become slow."""
        was_slow = facts.pages > 1 and facts.seconds - seconds >= self._slow_seconds
        if facts.seconds >= self._slow_seconds and not was_slow:
            _log.info("slow: %s", explaining.statement_line(facts))
        elif _log.isEnabledFor(logging.DEBUG):
            _log.debug("%s", explaining.statement_line(facts))

    def add_conflict(self, conflict: Conflict) -> None:
        self._conflicts.append(conflict)
        _log.info("%s", explaining.conflict_line(conflict))

    def add_mismatch(self, mismatch: DigestMismatch) -> None:
        self._mismatches.append(mismatch)
        _log.warning("%s", explaining.mismatch_line(mismatch))

    def newest(self, limit: int, transaction_id: str | None = None) -> dict[str, Any]:
        """The newest of each kind, of one transaction if it is named, as JSON has them."""
        return {
            "statements": _newest(self._statements, explaining.statement_json, limit, transaction_id),
            "conflicts": _newest(self._conflicts, explaining.conflict_json, limit, transaction_id),
            "digest_mismatches": _newest(self._mismatches, explaining.mismatch_json, limit, transaction_id),
        }


def _newest(
    facts: deque[F], to_json: Callable[[F], dict[str, Any]], limit: int, transaction_id: str | None
) -> list[dict[str, Any]]:
    wanted = (
        each for each in reversed(facts) if transaction_id is None or each.transaction.transaction_id == transaction_id
    )
    return list(map(to_json, islice(wanted, limit)))
