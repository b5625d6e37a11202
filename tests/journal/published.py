"""Published blocks and revisions, read back into the values of the journal package."""

from pathlib import Path
from typing import cast

from emulator.ion.binary import encode
from emulator.ion.codec import read_text
from emulator.ion.timestamps import epoch_ms
from emulator.ion.values import Struct, Timestamp, Value
from emulator.journal.block import (
    Block,
    BlockAddress,
    Draft,
    Metadata,
    Revision,
    Statement,
    TouchedDocument,
)

FOLDER = Path(__file__).parent.parent / "vectors"


def vectors() -> list[Struct]:
    """Every vector of every file."""
    return [vector for file in sorted(FOLDER.glob("*.ion")) for vector in in_file(file)]


def in_file(file: Path) -> list[Struct]:
    # An S-expression takes values without commas, so it reads a file of several.
    return structs(read_text("(" + file.read_text(encoding="utf-8") + "\n)"))


def named(name: str) -> Struct:
    return next(vector for vector in vectors() if vector["name"] == name)


def block_in(vector: Struct) -> Struct:
    """The block of a vector as GetBlock shows it; from a stream's records it is put together."""
    if (block := vector.get("block", None)) is not None:
        return struct(block)
    summary = struct(at(vector, "blockSummaryRecord", "payload"))
    revision = at(vector, "revisionDetailsRecord", "payload", "revision")
    return Struct(
        [*((name, value) for name, value in summary if name != "revisionSummaries"), ("revisions", [revision])]
    )


def revisions_in(vector: Struct) -> list[Struct]:
    if (revision := vector.get("revision", None)) is not None:
        return [struct(revision)]
    return structs(block_in(vector)["revisions"])


def statements_in(vector: Struct) -> list[Struct]:
    if (statements := vector.get("statements", None)) is not None:
        return structs(statements)
    return structs(at(block_in(vector), "transactionInfo", "statements"))


def block_of(shown: Struct) -> Block:
    """The block that is shown; which tables the revisions belong to is not."""
    info = shown.get("transactionInfo", None)
    draft = (
        Draft(text(shown["transactionId"])) if info is None else draft_of(text(shown["transactionId"]), struct(info))
    )
    revisions = tuple(revision_of(struct(revision)) for revision in structs(shown["revisions"]))
    return Block(
        address_of(struct(shown["blockAddress"])),
        epoch_ms(cast(Timestamp, shown["blockTimestamp"])),
        blob(shown["blockHash"]),
        blob(shown["entriesHash"]),
        blob(shown["previousBlockHash"]),
        tuple(blobs(shown["entriesHashList"])),
        Draft(draft.transaction_id, draft.statements, draft.documents, revisions=revisions),
    )


def draft_of(transaction_id: str, info: Struct) -> Draft:
    return Draft(
        transaction_id,
        tuple(statement_of(statement) for statement in structs(info["statements"])),
        tuple(touched_document_of(document_id, struct(it)) for document_id, it in struct(info["documents"])),
    )


def statement_of(shown: Struct) -> Statement:
    return Statement(
        text(shown["statement"]), epoch_ms(cast(Timestamp, shown["startTime"])), blob(shown["statementDigest"])
    )


def touched_document_of(document_id: str, shown: Struct) -> TouchedDocument:
    statements = tuple(cast(list[int], shown["statements"]))
    return TouchedDocument(document_id, text(shown["tableName"]), text(shown["tableId"]), statements)


def revision_of(shown: Struct) -> Revision:
    data = shown.get("data", None)
    return Revision(
        "", metadata_of(struct(shown["metadata"])), blob(shown["hash"]), None if data is None else encode(data)
    )


def metadata_of(shown: Struct) -> Metadata:
    return Metadata(
        text(shown["id"]),
        cast(int, shown["version"]),
        epoch_ms(cast(Timestamp, shown["txTime"])),
        text(shown["txId"]),
    )


def address_of(shown: Struct) -> BlockAddress:
    return BlockAddress(text(shown["strandId"]), cast(int, shown["sequenceNo"]))


# Values of known types


def at(value: Value, *names: str) -> Value:
    for name in names:
        value = struct(value)[name]
    return value


def struct(value: Value) -> Struct:
    assert isinstance(value, Struct)
    return value


def structs(value: Value) -> list[Struct]:
    assert isinstance(value, list)
    return [struct(element) for element in value]


def text(value: Value) -> str:
    assert isinstance(value, str)
    return value


def blob(value: Value) -> bytes:
    assert isinstance(value, bytes)
    return value


def blobs(value: Value) -> list[bytes]:
    assert isinstance(value, list)
    return [blob(element) for element in value]
