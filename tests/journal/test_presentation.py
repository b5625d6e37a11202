"""The public shape of blocks and revisions."""

from dataclasses import replace

from emulator.ion.values import Struct
from emulator.journal.block import BlockAddress, Draft, Redaction, Statement, SystemRevision
from emulator.journal.hash_chain import seal
from emulator.journal.presentation import block_struct, revision_struct
from emulator.journal.redaction import redacted
from tests.journal.builders import START_MS, STRAND, chain, document, first, following, insert_of


def names(struct: object) -> list[str]:
    assert isinstance(struct, Struct)
    return [name for name, _ in struct]


def test_first_block_has_seven_fields() -> None:
    """Block 0 shows neither a transaction's information nor revisions, not even as null."""
    assert names(block_struct(first())) == [
        "blockAddress",
        "transactionId",
        "blockTimestamp",
        "blockHash",
        "entriesHash",
        "previousBlockHash",
        "entriesHashList",
    ]


def test_fields_come_in_the_order_of_real_answers() -> None:
    """What a block has beyond the first seven fields follows in a fixed order."""
    redaction = Redaction(BlockAddress(STRAND, 1), "table", "document", 0)
    draft = replace(insert_of(document(a=1), 1), redactions=(redaction,))
    shown = block_struct(seal(draft, first(), STRAND, START_MS))
    assert names(shown)[7:] == ["transactionInfo", "redactionInfo", "revisions"]
    assert names(shown["transactionInfo"]) == ["statements", "documents"]
    info = shown["redactionInfo"]
    assert isinstance(info, Struct)
    requests = info["revisions"]
    assert isinstance(requests, list)
    assert [names(request) for request in requests] == [["blockAddress", "tableId", "documentId", "version"]]


def test_reading_transaction_shows_no_documents() -> None:
    """A block of a transaction that only read has statements and nothing else."""
    draft = Draft("T" * 22, (Statement("SELECT 1", START_MS, bytes(32)),))
    shown = block_struct(seal(draft, first(), STRAND, START_MS))
    assert names(shown)[7:] == ["transactionInfo"]
    assert names(shown["transactionInfo"]) == ["statements"]


def test_revision_fields() -> None:
    """A revision shows where it is, its hash, its data and its metadata, in this order."""
    block = chain(2)[1]
    shown = revision_struct(block.address, block.draft.revisions[0])
    assert names(shown) == ["blockAddress", "hash", "data", "metadata"]
    assert names(shown["metadata"]) == ["id", "version", "txTime", "txId"]


def test_deleted_revision_has_no_data() -> None:
    """A deletion shows no data at all."""
    (block,) = following(first(), insert_of(None, 1, version=1))
    assert names(revision_struct(block.address, block.draft.revisions[0])) == ["blockAddress", "hash", "metadata"]


def test_redacted_revision_shows_the_hash_of_its_data() -> None:
    """Redaction puts `dataHash` where the data was."""
    block = chain(2)[1]
    described = block.draft.revisions[0].metadata
    (revision,) = redacted(block, described.document_id, described.version).draft.revisions
    assert names(revision_struct(block.address, revision)) == ["blockAddress", "hash", "dataHash", "metadata"]


def test_catalog_revision_shows_its_hash_alone() -> None:
    """Of a revision of the catalog clients see the hash, ahead of the documents' revisions."""
    draft = replace(insert_of(document(a=1), 1), system_revisions=(SystemRevision(document(table="x"), bytes(32)),))
    revisions = block_struct(seal(draft, first(), STRAND, START_MS))["revisions"]
    assert isinstance(revisions, list)
    assert revisions[0] == Struct([("hash", bytes(32))])
    assert names(revisions[1])[:2] == ["blockAddress", "hash"]
