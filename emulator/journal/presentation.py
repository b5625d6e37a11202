"""The public shape of blocks and revisions: what GetBlock, GetRevision, history, exports and streams show.

Fields come in the order real answers have them (AWS CLI examples of `get-block` and `get-revision`). What a block lacks
is absent, never null. Ids are strings, hashes blobs, times have exactly three fraction digits.
"""

from collections.abc import Iterator, Sequence

from emulator.ion.document import Document
from emulator.ion.timestamps import from_epoch_ms
from emulator.ion.values import Struct, Value
from emulator.journal.block import (
    Block,
    BlockAddress,
    Draft,
    Metadata,
    Redaction,
    Revision,
    Statement,
    SystemRevision,
    TouchedDocument,
)


def address_struct(address: BlockAddress) -> Struct:
    return Struct([("strandId", address.strand_id), ("sequenceNo", address.sequence_no)])


def block_struct(block: Block) -> Struct:
    """The whole block, as GetBlock and exports show it."""
    draft = block.draft
    revisions: list[Value] = [
        *map(system_revision_struct, draft.system_revisions),
        *(revision_struct(block.address, revision) for revision in draft.revisions),
    ]
    return Struct([*block_summary_fields(block), *([("revisions", revisions)] if revisions else [])])


def block_summary_fields(block: Block) -> Iterator[tuple[str, Value]]:
    """The fields that a block and its summary in a stream have in common: all but the revisions."""
    yield "blockAddress", address_struct(block.address)
    yield "transactionId", block.draft.transaction_id
    yield "blockTimestamp", from_epoch_ms(block.timestamp_ms)
    yield "blockHash", block.block_hash
    yield "entriesHash", block.entries_hash
    yield "previousBlockHash", block.previous_block_hash
    yield "entriesHashList", list(block.entries_hash_list)
    if block.draft.statements:
        yield "transactionInfo", transaction_info_struct(block.draft)
    if block.draft.redactions:
        yield "redactionInfo", redaction_info_struct(block.draft.redactions)


def revision_struct(address: BlockAddress, revision: Revision) -> Struct:
    """A revision of a document in the block at `address`: without `data` if deleted, with `dataHash` if redacted."""
    return Struct(
        [
            ("blockAddress", address_struct(address)),
            ("hash", revision.hash),
            *_content(revision),
            ("metadata", metadata_struct(revision.metadata)),
        ]
    )


def _content(revision: Revision) -> Iterator[tuple[str, Value]]:
    if revision.data is not None:
        yield "data", Document(revision.data).with_annotations()
    elif revision.data_hash is not None:
        yield "dataHash", revision.data_hash


def system_revision_struct(revision: SystemRevision) -> Struct:
    """A revision of the catalog, of which only the hash is public."""
    return Struct([("hash", revision.hash)])


def metadata_struct(metadata: Metadata) -> Struct:
    return Struct(
        [
            ("id", metadata.document_id),
            ("version", metadata.version),
            ("txTime", from_epoch_ms(metadata.tx_time_ms)),
            ("txId", metadata.tx_id),
        ]
    )


def transaction_info_struct(draft: Draft) -> Struct:
    """The statements of a transaction and, when it touched any, its documents."""
    documents = Struct((document.document_id, _touched_document_struct(document)) for document in draft.documents)
    return Struct(
        [
            ("statements", list(map(_statement_struct, draft.statements))),
            *([("documents", documents)] if draft.documents else []),
        ]
    )


def _statement_struct(statement: Statement) -> Struct:
    return Struct(
        [
            ("statement", statement.text),
            ("startTime", from_epoch_ms(statement.start_time_ms)),
            ("statementDigest", statement.digest),
        ]
    )


def _touched_document_struct(document: TouchedDocument) -> Struct:
    return Struct(
        [
            ("tableName", document.table_name),
            ("tableId", document.table_id),
            ("statements", list(document.statements)),
        ]
    )


def redaction_info_struct(redactions: Sequence[Redaction]) -> Struct:
    return Struct([("revisions", list(map(redaction_struct, redactions)))])


def redaction_struct(redaction: Redaction) -> Struct:
    """A request to redact, as it is journaled and as `REDACT_REVISION` answers it."""
    return Struct(
        [
            ("blockAddress", address_struct(redaction.block_address)),
            ("tableId", redaction.table_id),
            ("documentId", redaction.document_id),
            ("version", redaction.version),
        ]
    )
