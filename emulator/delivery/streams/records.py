"""What a stream says of the journal: records in binary Ion, each in the same envelope.

CREATED comes first. Then each block is a summary, followed by one record for each revision of a document in it.
COMPLETED comes last, when the stream has an end and reaches it; a stream that is cancelled just stops. Replacing the
summaries of revisions by their records, matched by hash, gives the journal's block again (developer guide
`streams.records`; field orders as in the published records of the streams sample, `tests/vectors/dmv-stream.ion`).
"""

from __future__ import annotations

import logging
from collections.abc import Iterator

from emulator import limits
from emulator.ion.binary import encode
from emulator.ion.values import Struct, Value
from emulator.journal.block import Block, BlockAddress, Revision
from emulator.journal.presentation import block_summary_fields, revision_struct

CREATED, COMPLETED = "CREATED", "COMPLETED"
LONGEST_BYTES = limits.KINESIS_RECORD_BYTES - 128
"""Of a record that still fits into one of Kinesis, with its key and aggregated."""

_log = logging.getLogger(__name__)


def control_record(stream_arn: str, control_record_type: str) -> bytes:
    """The record that begins a stream (CREATED), or ends it (COMPLETED)."""
    return _record(stream_arn, "CONTROL", Struct([("controlRecordType", control_record_type)]))


def block_records(stream_arn: str, block: Block) -> Iterator[bytes]:
    """The records of one block, its summary first; none of a block that no transaction of a user made.

    The genesis of a ledger has no statements; the service did not stream such blocks (the Java sample counts two
    summaries after one transaction that creates tables and one that fills them).
    """
    if not block.draft.statements:
        return
    yield _summary_record(stream_arn, block)
    table_names = {document.document_id: document.table_name for document in block.draft.documents}
    for revision in block.draft.revisions:
        table_name = table_names[revision.metadata.document_id]
        yield _record(stream_arn, "REVISION_DETAILS", _details(block.address, revision, table_name))


def _record(stream_arn: str, record_type: str, payload: Struct) -> bytes:
    return encode(Struct([("qldbStreamArn", stream_arn), ("recordType", record_type), ("payload", payload)]))


def _summary_record(stream_arn: str, block: Block) -> bytes:
    """The summary of a block. Kinesis would never take one whose statements are too long: it goes without them."""
    record = _record(stream_arn, "BLOCK_SUMMARY", _summary(block))
    if len(record) <= LONGEST_BYTES:
        return record
    _log.warning("the summary of block %d goes without its statements: they are too long", block.address.sequence_no)
    shortened = Struct(field for field in _summary(block).fields() if field[0] != "transactionInfo")
    return _record(stream_arn, "BLOCK_SUMMARY", shortened)


def _summary(block: Block) -> Struct:
    summaries: list[Value] = [
        *(Struct([("hash", revision.hash)]) for revision in block.draft.system_revisions),
        *(
            Struct([("hash", revision.hash), ("documentId", revision.metadata.document_id)])
            for revision in block.draft.revisions
        ),
    ]
    return Struct([*block_summary_fields(block), *([("revisionSummaries", summaries)] if summaries else [])])


def _details(address: BlockAddress, revision: Revision, table_name: str) -> Struct:
    table_info = Struct([("tableName", table_name), ("tableId", revision.table_id)])
    return Struct([("tableInfo", table_info), ("revision", revision_struct(address, revision))])
