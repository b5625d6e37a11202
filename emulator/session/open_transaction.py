"""What a session keeps of its open transaction: the ledger's transaction, the commit digest, the open cursors."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Generator, Sequence
from functools import partial, reduce
from time import perf_counter
from typing import Any, cast

from emulator.errors import AwsError, BadRequestException
from emulator.ion.values import Value
from emulator.journal.hash_chain import commit_digest_after, commit_digest_start
from emulator.ledger.catalog import Catalog
from emulator.ledger.committing import Commit, Receipt
from emulator.ledger.transaction import Transaction
from emulator.partiql.compiler import LONGEST_CACHED, Plan, compile
from emulator.partiql.host import Host
from emulator.session import messages
from emulator.session.aside import AT_ONCE_BYTES, Aside, aside
from emulator.session.commands import ConsumedIOs, PageRead, Parameter
from emulator.session.conflicts import conflicting_read, few
from emulator.session.pages import Cursor, Page, PageSize
from emulator.session.parameters import read_and_hash, read_parameters, size
from emulator.session.statement_facts import (
    Conflict,
    DigestMismatch,
    Outcome,
    Progress,
    StatementFacts,
    TransactionFacts,
)
from emulator.session.statement_log import StatementLog
from emulator.session.tokens import new_token

Steps = Generator[Aside[Any] | None, None, PageRead]
"""The work of a statement or a page; a turn wherever others may go first."""


class OpenTransaction:
    """A transaction between StartTransaction and its end. A statement that fails leaves it open."""

    def __init__(
        self, transaction: Transaction, expires_at_ms: int, page_size: PageSize, log: StatementLog, session_id: str
    ) -> None:
        self.transaction = transaction
        self.transaction_id = transaction.transaction_id
        self.facts = TransactionFacts(transaction.transaction_id, session_id)
        self._expires_at_ms = expires_at_ms
        self._page_size = page_size
        self._cursors: dict[str, tuple[Cursor, StatementFacts]] = {}
        self._log = log
        self._readers: list[tuple[int, StatementFacts]] = []
        """Which statement read, from which of the transaction's reads on."""
        self._is_closed = False

    def has_expired(self, now_ms: int) -> bool:
        """Whether its time is over; once closed it stays so, even when the clock is set back."""
        return self._is_closed or now_ms >= self._expires_at_ms

    def abort(self, outcome: Outcome = Outcome.ABORTED) -> None:
        """End it without a trace, unless it has ended."""
        if not self._is_closed:
            self.facts.outcome = outcome
            self.transaction.abort()
            self.release()

    def expire(self) -> None:
        """As `abort`, because its time is over."""
        self.abort(Outcome.EXPIRED)

    def release(self) -> None:
        """Let go of everything but the id; the ledger's transaction is somebody else's now, or nobody's."""
        self._is_closed = True
        for cursor, _ in self._cursors.values():
            cursor.close()
        self._cursors.clear()
        del self.transaction

    @property
    def texts(self) -> tuple[str, ...]:
        """Of its statements so far; none once it is closed."""
        return () if self._is_closed else tuple(statement.text for statement in self.transaction.statements)

    def work_ahead(self) -> None:
        """Do what its commit will need done, unless that takes long."""
        if not self._is_closed and not self.transaction.is_large:
            self.transaction.hash_ahead()

    def commit_digest(self) -> bytes:
        """What the client has to come to as well: the transaction's id and its statements, hashed."""
        digests = (statement.digest for statement in self.transaction.statements)
        return reduce(commit_digest_after, digests, commit_digest_start(self.transaction_id))

    def execute(self, text: str, parameters: Sequence[Parameter], now_ms: int) -> Steps:
        """Run a statement up to its first page.

        BadRequestException when it cannot be run. Only a statement that did not fail enters the commit digest.
        """
        facts = self._log.begin(self.facts, text, now_ms)
        return (yield from self._noted(facts, self._execute(facts, text, parameters)))

    def _execute(self, facts: StatementFacts, text: str, parameters: Sequence[Parameter]) -> Steps:
        if size(parameters) <= AT_ONCE_BYTES:
            values, digest = read_parameters(parameters), None
        else:
            values, digest = yield from aside(lambda: read_and_hash(text, parameters))
        plan = compile(text, self.transaction.catalog) if len(text) <= LONGEST_CACHED else (yield from self._plan(text))
        facts.steps = plan.steps
        return (yield from self._first_page(facts, plan, text, values, digest))

    def _plan(self, text: str) -> Generator[Aside[Any], None, Plan]:
        """The plan of a long statement, for the catalog as it stands when the plan is made."""
        while True:
            catalog = self.transaction.catalog
            plan = yield from aside(partial(compile, text, catalog))
            if self.transaction.catalog is catalog:
                return plan

    def fetch(self, next_page_token: str) -> Steps:
        """The page a token stands for; BadRequestException when none waits under it."""
        waiting = self._cursors.pop(next_page_token, None)
        if waiting is None:
            raise BadRequestException(messages.PAGE_TOKEN_NOT_VALID)
        cursor, facts = waiting
        return (yield from self._noted(facts, self._next_page(facts, cursor)))

    def _next_page(self, facts: StatementFacts, cursor: Cursor) -> Steps:
        read_before = self._reads(facts)
        page = yield from cursor.next_page()
        return self._page_read(facts, cursor, page, read_before)

    def _first_page(
        self, facts: StatementFacts, plan: Plan, text: str, parameters: Sequence[Value], digest: bytes | None
    ) -> Steps:
        """Begin the statement and run it up to its first page; where it fails, it was never begun."""
        read_before = self._reads(facts)
        self.transaction.begin_statement(text, parameters, digest)
        try:
            # A host for any catalog's tables, to the eye; the plan has only those of this transaction's catalog.
            host = cast("Host", self.transaction)
            cursor = Cursor(plan.run(host, parameters), self._page_size)
            writes_before = self.transaction.writes
            page = yield from cursor.next_page()
            if self.transaction.writes is not writes_before:
                # What a statement writes must not depend on how many of its pages are fetched.
                yield from cursor.run_to_the_end()
                facts.documents_written = self.transaction.documents_written
            return self._page_read(facts, cursor, page, read_before)
        except AwsError:
            self.transaction.undo_statement()
            raise

    def _reads(self, facts: StatementFacts) -> int:
        """From now on it is this statement that reads; how many documents have been read before."""
        if not self._readers or self._readers[-1][1] is not facts:
            self._readers.append((len(self.transaction.reads), facts))
        return self.transaction.read_ios

    def _page_read(self, facts: StatementFacts, cursor: Cursor, page: Page, read_before: int) -> PageRead:
        token = None if page.is_last else self._keep(cursor, facts)
        facts.progress = Progress.DONE if page.is_last else Progress.MORE_PAGES
        facts.pages += 1
        facts.rows += len(page.values)
        read_ios = self.transaction.read_ios - read_before
        facts.documents_read += read_ios
        return PageRead(page.values, token, ConsumedIOs(read_ios, 0))

    def _keep(self, cursor: Cursor, facts: StatementFacts) -> str:
        token = new_token()
        self._cursors[token] = (cursor, facts)
        return token

    # What is told of it

    def _noted(self, facts: StatementFacts, steps: Steps) -> Steps:
        """The same steps, with how they went noted."""
        facts.progress = Progress.RUNNING
        started = perf_counter()
        try:
            return (yield from steps)
        except AwsError as error:
            facts.progress, facts.error = Progress.FAILED, f"{error.code}: {error.message}"
            raise
        finally:
            if facts.progress is Progress.RUNNING:
                facts.progress = Progress.BROKEN_OFF
            seconds = perf_counter() - started
            facts.seconds += seconds
            self._log.tell(facts, seconds)

    def committed(self, receipt: Receipt) -> None:
        """What became of it."""
        self.facts.outcome, self.facts.write_ios = Outcome.COMMITTED, receipt.write_ios
        if receipt.block_address is not None:
            self.facts.sequence_no = receipt.block_address.sequence_no

    def refused(self, commit: Commit, catalog: Catalog, now_ms: int) -> None:
        """As `committed`, after a conflict."""
        self.facts.outcome = Outcome.CONFLICT
        places = {key: place for place, key in enumerate(commit.transaction.reads)}
        reads = [conflicting_read(each, self._reader_of(places[each.key]), catalog) for each in commit.collisions]
        self._log.add_conflict(Conflict(self.facts, now_ms, tuple(reads)))

    def mismatched(self, expected: bytes, came: bytes, now_ms: int) -> None:
        """A commit digest came that is not the expected one; the transaction stays open."""
        texts = self.texts
        self._log.add_mismatch(DigestMismatch(self.facts, now_ms, expected, came, few(texts), len(texts)))

    def _reader_of(self, place: int) -> str:
        """The text of the statement that was the first to read what stands at a place of all reads."""
        at = bisect_right(self._readers, place, key=lambda reader: reader[0])
        return self._readers[at - 1][1].text
