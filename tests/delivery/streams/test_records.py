"""What a stream says of a block, beside real records and as a law."""

from dataclasses import replace

from emulator.delivery.streams.records import COMPLETED, CREATED, block_records, control_record
from emulator.ion.binary import decode
from emulator.ion.text import write_text
from emulator.ion.values import Struct, Value
from emulator.journal.block import Block
from emulator.journal.presentation import block_struct
from tests.journal.builders import chain
from tests.journal.published import at, block_in, block_of, named, struct, structs

ARN = "arn:aws:qldb:us-east-1:466800022684:stream/vehicle-registration/17CR7ArZ1AMHgHOeOk6G9C"


def records(block: Block) -> list[Struct]:
    return [struct(decode(record)) for record in block_records(ARN, block)]


def with_tables(block: Block) -> Block:
    """A block as shown does not say which table a revision is in, but its list of documents does."""
    tables = {document.document_id: document.table_id for document in block.draft.documents}
    revisions = tuple(replace(it, table_id=tables[it.metadata.document_id]) for it in block.draft.revisions)
    return replace(block, draft=replace(block.draft, revisions=revisions))


def rebuilt(summary: Struct, details: list[Struct]) -> Struct:
    """The block, with each summary of a revision replaced by the revision of that hash, as consumers do."""
    by_hash = {at(detail, "payload", "revision", "hash"): at(detail, "payload", "revision") for detail in details}
    payload = struct(summary["payload"])
    revisions: list[Value] = [by_hash.get(it["hash"], it) for it in structs(payload["revisionSummaries"])]
    common = [(name, value) for name, value in payload.fields() if name != "revisionSummaries"]
    return Struct([*common, ("revisions", revisions)])


def test_records_are_those_the_service_wrote() -> None:
    """Of a real block, the summary and the revision's record come out as the service streamed them."""
    vector = named("dmv-stream")

    summary, details = records(with_tables(block_of(block_in(vector))))

    assert write_text(summary) == write_text(vector["blockSummaryRecord"])
    assert write_text(details) == write_text(vector["revisionDetailsRecord"])


def test_summary_and_details_make_the_block_again() -> None:
    """A consumer who puts revisions in the place of their summaries has the journal's block."""
    for block in chain(4)[1:]:
        summary, *details = records(block)

        assert write_text(rebuilt(summary, details)) == write_text(block_struct(block))


def test_blocks_of_the_system_are_not_streamed() -> None:
    """The genesis of a ledger has no record."""
    assert records(chain(1)[0]) == []


def test_control_records_mark_both_ends() -> None:
    """A stream's first and last record say so in the same envelope."""
    assert [write_text(decode(control_record("arn", kind))) for kind in (CREATED, COMPLETED)] == [
        f'{{qldbStreamArn:"arn",recordType:"CONTROL",payload:{{controlRecordType:"{kind}"}}}}'
        for kind in ("CREATED", "COMPLETED")
    ]
