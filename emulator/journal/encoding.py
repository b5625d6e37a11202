"""The stored form of a block.

A block is its text and numbers, as one JSON array, followed by its byte strings one after the other; the array ends
with their lengths. Documents are byte strings like hashes: they are stored as the bytes that were hashed. Both halves
are handled by compiled code, so that a commit spends its time on the disk.

    format version (1 byte) | length of the JSON (4 bytes, big endian) | JSON | byte strings | zeros

There are zeros at the end where documents are shorter than a hash, so that no redaction makes a block longer: a store
can then write over the old bytes, in their place.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

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
from emulator.journal.errors import JournalError

FORMAT_VERSION = 1
_PREFIX_BYTES = 5
_DATA, _DATA_HASH = 1, 2
"""Bits that say which byte strings a revision has besides its hash."""
_REDACTED_BYTES = 34
"""What a redacted revision has in place of its data: a hash, and up to two digits for its length."""


def encode_block(block: Block) -> bytes:
    """The stored form; `decode_block` gives the same block again."""
    draft, strings = block.draft, list(_byte_strings(block))
    header = _to_json(
        [
            [*_address(block.address), block.timestamp_ms, draft.transaction_id, len(block.entries_hash_list)],
            [(statement.text, statement.start_time_ms) for statement in draft.statements],
            [(it.document_id, it.table_name, it.table_id, it.statements) for it in draft.documents],
            len(draft.system_revisions),
            [_revision(revision) for revision in draft.revisions],
            [(*_address(it.block_address), it.table_id, it.document_id, it.version) for it in draft.redactions],
            list(map(len, strings)),
        ]
    ).encode()
    return b"".join((bytes([FORMAT_VERSION]), len(header).to_bytes(4, "big"), header, *strings, bytes(_spare(draft))))


def _spare(draft: Draft) -> int:
    return sum(max(0, _REDACTED_BYTES - len(it.data)) for it in draft.revisions if it.data is not None)


def decode_block(data: bytes) -> Block:
    """The block of a stored form; JournalError when the bytes are none, or of another format version."""
    if data[:1] != bytes([FORMAT_VERSION]):
        _refuse(data)
    try:
        return _decode(data)
    except (ValueError, TypeError, IndexError, StopIteration, RecursionError) as error:
        raise JournalError(f"A stored block is damaged: {error}.") from error


def _refuse(data: bytes) -> NoReturn:
    if not data:
        raise JournalError("A stored block is damaged: it is empty.")
    raise JournalError(f"A stored block has format {data[0]}, this version reads format {FORMAT_VERSION}.")


_to_json: Callable[[Any], str] = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode
_from_json: Callable[[str], Any] = json.JSONDecoder().decode


def _address(address: BlockAddress) -> tuple[str, int]:
    return address.strand_id, address.sequence_no


def _revision(revision: Revision) -> tuple[str, str, int, int, str, int]:
    metadata = revision.metadata
    content = (_DATA if revision.data is not None else 0) | (_DATA_HASH if revision.data_hash is not None else 0)
    return (
        revision.table_id,
        metadata.document_id,
        metadata.version,
        metadata.tx_time_ms,
        metadata.tx_id,
        content,
    )


def _byte_strings(block: Block) -> Iterator[bytes]:
    yield block.block_hash
    yield block.entries_hash
    yield block.previous_block_hash
    yield from block.entries_hash_list
    for statement in block.draft.statements:
        yield statement.digest
    for change in block.draft.system_revisions:
        yield change.change
        yield change.hash
    for revision in block.draft.revisions:
        yield revision.hash
        if revision.data is not None:
            yield revision.data
        if revision.data_hash is not None:
            yield revision.data_hash


def _decode(data: bytes) -> Block:
    end = _PREFIX_BYTES + int.from_bytes(data[1:_PREFIX_BYTES], "big")
    head, statements, documents, system_revisions, revisions, redactions, lengths = _from_json(
        data[_PREFIX_BYTES:end].decode()
    )
    strand_id, sequence_no, timestamp_ms, transaction_id, entries = head
    following = iter(_split(data, end, lengths)).__next__
    return Block(
        address=BlockAddress(strand_id, sequence_no),
        timestamp_ms=timestamp_ms,
        block_hash=following(),
        entries_hash=following(),
        previous_block_hash=following(),
        entries_hash_list=tuple([following() for _ in range(entries)]),
        draft=Draft(
            transaction_id,
            tuple([Statement(text, start_time_ms, following()) for text, start_time_ms in statements]),
            tuple([TouchedDocument(i, name, table_id, tuple(touching)) for i, name, table_id, touching in documents]),
            tuple([SystemRevision(following(), following()) for _ in range(system_revisions)]),
            tuple([_decode_revision(following, fields) for fields in revisions]),
            tuple([Redaction(BlockAddress(*fields[:2]), *fields[2:]) for fields in redactions]),
        ),
    )


def _decode_revision(following: Callable[[], bytes], fields: list[Any]) -> Revision:
    table_id, document_id, version, tx_time_ms, tx_id, content = fields
    return Revision(
        table_id,
        Metadata(document_id, version, tx_time_ms, tx_id),
        following(),
        following() if content & _DATA else None,
        following() if content & _DATA_HASH else None,
    )


def _split(data: bytes, start: int, lengths: list[int]) -> list[bytes]:
    strings = []
    for length in lengths:
        strings.append(data[start : start + length])
        start += length
    if start != len(data) and (start > len(data) or any(data[start:])):
        raise ValueError(f"its lengths add up to {start} bytes of {len(data)}")
    return strings
