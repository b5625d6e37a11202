"""What a ledger says when it refuses what a statement asks for, all in one table.

The service's own words are known where it says so; the rest are plain sentences that name what came and what was
wanted.
"""

from __future__ import annotations

from collections.abc import Mapping

from emulator import limits
from emulator.errors import BadRequestException

MESSAGES: Mapping[str, str] = {
    # Limits
    # Seen with the service (amazon-qldb-driver-nodejs issue 14).
    "total_tables": "Exceeded tables limit: Ledger has {limit} total tables, and cannot create another",
    "active_tables": "Exceeded tables limit: Ledger has {limit} active tables, and cannot have another",
    "indexes": "Exceeded indexes limit: Table '{table}' has {limit} indexes, and cannot have another",
    "documents": "Exceeded documents limit: a transaction can insert, update or delete {limit} documents, this would "
    "be one more",
    "document_size": "Exceeded document size limit: a document can have {limit} bytes of Ion binary, this one has "
    "{came}",
    "transaction_size": "Exceeded transaction size limit: a transaction can hold {limit} bytes, this one has {came}",
    # Documents
    "document": "A document must be a struct, got a value of type {came}",
    "document_ion": "A document must be a value that Ion can hold: {reason}",
    # The catalog
    # Seen by the makers of the Go driver, who quote it in statement_execution_test.go.
    "table_exists": "Table with name: USER.{table} already exists",
    "table_dropped": "Table '{table}' with id '{table_id}' is already dropped",
    "table_not_dropped": "Table '{table}' with id '{table_id}' is not dropped",
    "unknown_table_id": "No table has the id '{table_id}'",
    "index_exists": "Table '{table}' already has an index on '{field}'",
    "unknown_index": "Table '{table}' has no index with id '{index_id}'",
    "index_dropped": "The index with id '{index_id}' of table '{table}' is already being deleted",
    # Redaction
    "second_redaction": "A transaction can redact one revision, this one redacts one of document '{document_id}' "
    "already",
    "redact_strand": "The block address names the strand '{strand_id}', the ledger's is '{wanted}'",
    "redact_unknown": "Document '{document_id}' has no revision in block {sequence_no}",
    "redact_table": "Document '{document_id}' is not in the table with id '{table_id}' but in that with id '{wanted}'",
    "redact_active": "Revision {version} of document '{document_id}' is its newest and cannot be redacted; update or "
    "delete the document first, and commit that",
    "redact_deletion": "Revision {version} of document '{document_id}' deletes the document, and has no data to redact",
    "redact_again": "Revision {version} of document '{document_id}' is redacted already, or is about to be",
}

_LIMITS = {
    "total_tables": limits.TOTAL_TABLES,
    "active_tables": limits.ACTIVE_TABLES,
    "indexes": limits.INDEXES_PER_TABLE,
    "documents": limits.DOCUMENTS_PER_TRANSACTION,
    "document_size": limits.DOCUMENT_BYTES,
    "transaction_size": limits.TRANSACTION_BYTES,
}

_CODES = {"table_exists": "412"}
"""The `Code` of a refusal, as far as one was seen."""


def refusal(name: str, /, **details: object) -> BadRequestException:
    """The message of that name."""
    text = MESSAGES[name].format(**details, limit=_LIMITS.get(name))
    return BadRequestException(text, error_code=_CODES.get(name))
