"""What a transaction wants to change: documents and catalog, kept apart until it commits.

All values are unchanging, so that a failed statement is undone by going back to the `Writes` before it.
"""

from __future__ import annotations

from dataclasses import field, replace

from emulator import limits
from emulator.frozen import frozen
from emulator.ion.document import Document
from emulator.journal.block import Redaction
from emulator.ledger.catalog import Catalog, Change, Table
from emulator.ledger.messages import refusal


@frozen
class PendingDocument:
    """A document as the transaction left it: `document` is None when deleted, `inserted` says that it is new.

    `statements` are those that touched it, 0-based. `replaced` is the data that indexes lead to until the commit, where
    it is so large that finding its keys takes time.
    """

    document_id: str
    table: Table
    inserted: bool
    document: Document | None
    statements: tuple[int, ...]
    replaced: bytes | None = None

    @property
    def data(self) -> tuple[bytes, ...]:
        """The document's, and what it replaces, as far as they are there."""
        document = () if self.document is None else (self.document.encoded,)
        return document if self.replaced is None else (*document, self.replaced)

    @property
    def leaves_no_trace(self) -> bool:
        """Inserted and deleted by one transaction: the journal never sees it."""
        return self.inserted and self.document is None


@frozen
class Writes:
    documents: dict[str, PendingDocument] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()
    redaction: Redaction | None = None
    size_bytes: int = 0
    replaced_bytes: int = 0
    """Of the large data that is replaced."""

    def with_document(self, pending: PendingDocument) -> Writes:
        """The writes with one document put in, or its newer state in place of the one before.

        BadRequestException when it is one document too many (DG limits: documents in a transaction).
        """
        before = self.documents.get(pending.document_id)
        if before is None and len(self.documents) >= limits.DOCUMENTS_PER_TRANSACTION:
            raise refusal("documents")
        if before is not None:
            statements = _merged(before, pending)
            pending = replace(pending, inserted=before.inserted, statements=statements, replaced=before.replaced)
        size = self.size_bytes + (len(pending.document.encoded) if pending.document else 0)
        replaced = self.replaced_bytes + (len(pending.replaced) if pending.replaced and before is None else 0)
        documents = {**self.documents, pending.document_id: pending}
        return Writes(documents, self.changes, self.redaction, size, replaced)

    def with_text(self, text: str) -> Writes:
        """The writes with a statement's text, which counts like documents."""
        return Writes(self.documents, self.changes, self.redaction, self.size_bytes + len(text), self.replaced_bytes)

    def with_change(self, change: Change) -> Writes:
        return replace(self, changes=(*self.changes, change))

    def with_redaction(self, redaction: Redaction) -> Writes:
        return replace(self, redaction=redaction)

    def of_table(self, table_id: str) -> list[PendingDocument]:
        return [pending for pending in self.documents.values() if pending.table.table_id == table_id]

    def apply_changes(self, catalog: Catalog, at_ms: int) -> Catalog:
        """The catalog as it is after the transaction's own changes."""
        for change in self.changes:
            catalog = change.apply(catalog, at_ms)
        return catalog


def _merged(before: PendingDocument, after: PendingDocument) -> tuple[int, ...]:
    new = (statement for statement in after.statements if statement not in before.statements)
    return (*before.statements, *new)
