"""What a session keeps of its open transaction: the ledger's transaction, the commit digest, the open cursors."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from functools import partial, reduce
from typing import Any, cast

from emulator.errors import AwsError, BadRequestException
from emulator.ion.values import Value
from emulator.journal.hash_chain import commit_digest_after, commit_digest_start
from emulator.ledger.transaction import Transaction
from emulator.partiql.compiler import Plan, compile
from emulator.partiql.host import Host
from emulator.session import messages
from emulator.session.aside import AT_ONCE_BYTES, Aside, aside
from emulator.session.commands import ConsumedIOs, PageRead, Parameter
from emulator.session.pages import Cursor, Page, PageSize
from emulator.session.parameters import read_and_hash, read_parameters, size
from emulator.session.tokens import new_token

Steps = Generator[Aside[Any] | None, None, PageRead]
"""The work of a statement or a page; a turn wherever others may go first."""


class OpenTransaction:
    """A transaction between StartTransaction and its end. A statement that fails leaves it open."""

    def __init__(self, transaction: Transaction, expires_at_ms: int, page_size: PageSize) -> None:
        self.transaction = transaction
        self.transaction_id = transaction.transaction_id
        self._expires_at_ms = expires_at_ms
        self._page_size = page_size
        self._cursors: dict[str, Cursor] = {}
        self._is_closed = False

    def has_expired(self, now_ms: int) -> bool:
        """Whether its time is over; once closed it stays so, even when the clock is set back."""
        return self._is_closed or now_ms >= self._expires_at_ms

    def abort(self) -> None:
        """End it without a trace, unless it has ended."""
        if not self._is_closed:
            self.transaction.abort()
            self.release()

    def release(self) -> None:
        """Let go of everything but the id; the ledger's transaction is somebody else's now, or nobody's."""
        self._is_closed = True
        for cursor in self._cursors.values():
            cursor.close()
        self._cursors.clear()
        del self.transaction

    def commit_digest(self) -> bytes:
        """What the client has to come to as well: the transaction's id and its statements, hashed."""
        digests = (statement.digest for statement in self.transaction.statements)
        return reduce(commit_digest_after, digests, commit_digest_start(self.transaction_id))

    def execute(self, text: str, parameters: Sequence[Parameter]) -> Steps:
        """Run a statement up to its first page.

        BadRequestException when it cannot be run. Only a statement that did not fail enters the commit digest.
        """
        if size(parameters) <= AT_ONCE_BYTES:
            values, digest = read_parameters(parameters), None
        else:
            values, digest = yield from aside(lambda: read_and_hash(text, parameters))
        plan = compile(text, self.transaction.catalog) if len(text) <= AT_ONCE_BYTES else (yield from self._plan(text))
        return (yield from self._first_page(plan, text, values, digest))

    def _plan(self, text: str) -> Generator[Aside[Any], None, Plan]:
        """The plan of a long statement, for the catalog as it stands when the plan is made."""
        while True:
            catalog = self.transaction.catalog
            plan = yield from aside(partial(compile, text, catalog))
            if self.transaction.catalog is catalog:
                return plan

    def fetch(self, next_page_token: str) -> Steps:
        """The page a token stands for; BadRequestException when none waits under it."""
        cursor = self._cursors.pop(next_page_token, None)
        if cursor is None:
            raise BadRequestException(messages.PAGE_TOKEN_NOT_VALID)
        read_before = self.transaction.read_ios
        page = yield from cursor.next_page()
        return self._page_read(cursor, page, read_before)

    def _first_page(self, plan: Plan, text: str, parameters: Sequence[Value], digest: bytes | None) -> Steps:
        """Begin the statement and run it up to its first page; where it fails, it was never begun."""
        read_before = self.transaction.read_ios
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
            return self._page_read(cursor, page, read_before)
        except AwsError:
            self.transaction.undo_statement()
            raise

    def _page_read(self, cursor: Cursor, page: Page, read_before: int) -> PageRead:
        token = None if page.is_last else self._keep(cursor)
        return PageRead(page.values, token, ConsumedIOs(self.transaction.read_ios - read_before, 0))

    def _keep(self, cursor: Cursor) -> str:
        token = new_token()
        self._cursors[token] = cursor
        return token
