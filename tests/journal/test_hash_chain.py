"""The hashes of blocks, against the slow and obvious version."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.ion.hashing import ion_hash, ion_hash_string
from emulator.journal.block import Block, BlockAddress, Draft, Metadata
from emulator.journal.hash_chain import (
    commit_digest_after,
    commit_digest_start,
    commit_dot,
    data_hash,
    dot,
    revision_hash,
    revision_hashes,
    root,
    seal,
    statement_digest,
)
from emulator.journal.presentation import metadata_struct, redaction_info_struct, transaction_info_struct
from emulator.journal.struct_hashes import metadata_hash, redaction_info_hash, transaction_info_hash
from tests.journal import reference
from tests.journal.builders import (
    START_MS,
    STRAND,
    blocks,
    document,
    documents,
    drafts,
    first,
    hashes,
    insert_of,
    metadata,
    redactions,
    some,
    statements,
    times,
)

LOW, HIGH = bytes(31) + b"\x80", bytes(31) + b"\x7f"  # -128 and 127 in the byte that is compared first


@given(hashes, hashes)
def test_dot_equals_the_reference(one: bytes, other: bytes) -> None:
    """Any two hashes are joined as the spelled-out comparison joins them, from either side."""
    assert dot(one, other) == dot(other, one) == reference.dot(one, other)


@given(hashes, st.integers(0, 31), st.integers(0, 255))
def test_dot_of_hashes_that_share_their_end(one: bytes, position: int, byte: int) -> None:
    """Where the last bytes are equal, the ones before them decide."""
    other = one[:position] + bytes([byte]) + one[position + 1 :]
    assert dot(one, other) == reference.dot(one, other)


def test_dot_compares_signed_bytes() -> None:
    """A last byte of 0x80 is less than one of 0x7f."""
    assert dot(HIGH, LOW) == sha256(LOW + HIGH).digest()


def test_dot_with_nothing_changes_nothing() -> None:
    """The empty hash is the neutral element of the verifier's join."""
    assert dot(LOW, b"") == dot(b"", LOW) == LOW
    assert dot(b"", b"") == b""


@pytest.mark.parametrize("join", [dot, commit_dot])
@pytest.mark.parametrize("length", [1, 31, 33])
def test_other_lengths_are_refused(join: object, length: int) -> None:
    """A hash has 32 bytes or none."""
    assert callable(join)
    for one, other in [(LOW, bytes(length)), (bytes(length), LOW), (b"", bytes(length))]:
        with pytest.raises(ValueError, match=str(length)):
            join(one, other)


def test_commit_dot_hashes_an_empty_side_too() -> None:
    """The drivers' join runs SHA-256 over whatever there is."""
    assert commit_dot(LOW, b"") == commit_dot(b"", LOW) == sha256(LOW).digest()
    assert commit_dot(LOW, HIGH) == dot(LOW, HIGH)


@given(st.lists(hashes, max_size=40))
def test_root_equals_the_reference(leaves: list[bytes]) -> None:
    """The root of any list of hashes is that of the tree built level by level."""
    assert root(leaves) == reference.root(leaves)


# Structs


@given(metadata)
def test_metadata_hash_is_the_ion_hash_of_what_is_shown(described: Metadata) -> None:
    """Hashing metadata directly gives the Ion hash of the public struct."""
    assert metadata_hash(described) == ion_hash(metadata_struct(described))


@pytest.mark.parametrize("milliseconds", [0, 1, 127, 128, 255, 256, 830, 999])
def test_times_are_hashed_with_three_digits(milliseconds: int) -> None:
    """Whatever the milliseconds, the hashed timestamp has exactly three fraction digits."""
    described = Metadata("d", 0, START_MS + milliseconds, "t")
    assert metadata_hash(described) == ion_hash(metadata_struct(described))


@given(drafts)
def test_transaction_info_hash_is_the_ion_hash_of_what_is_shown(draft: Draft) -> None:
    """Hashing a transaction's information directly gives the Ion hash of the public struct."""
    assert transaction_info_hash(draft) == ion_hash(transaction_info_struct(draft))


@given(some(redactions))
def test_redaction_info_hash_is_the_ion_hash_of_what_is_shown(asked: tuple[object, ...]) -> None:
    """Hashing redaction requests directly gives the Ion hash of the public struct."""
    assert redaction_info_hash(asked) == ion_hash(redaction_info_struct(asked))  # type: ignore[arg-type]


# Revisions and statements


@given(metadata, documents)
def test_revision_hash_joins_metadata_and_data(described: Metadata, data: bytes) -> None:
    """A revision's hash is the join of the Ion hashes of its metadata and its data."""
    expected = reference.dot(ion_hash(metadata_struct(described)), data_hash(data))
    assert revision_hash(described, data_hash(data)) == expected


@given(metadata)
def test_deletion_is_hashed_by_metadata_alone(described: Metadata) -> None:
    """A revision without data has the hash of its metadata."""
    assert revision_hash(described, None) == ion_hash(metadata_struct(described))


def test_statement_without_parameters_has_the_hash_of_its_text() -> None:
    """The digest of a statement without parameters is the Ion hash of its text."""
    assert statement_digest("SELECT 1") == ion_hash_string("SELECT 1")


def test_parameters_are_folded_in_order() -> None:
    """Each parameter's hash is joined to the digest, first one first."""
    expected = reference.dot(reference.dot(ion_hash("SELECT ?, ?"), ion_hash(1)), ion_hash(2))
    assert statement_digest("SELECT ?, ?", [ion_hash(1), ion_hash(2)]) == expected


def test_commit_digest_folds_statements_over_the_transaction_id() -> None:
    """The commit digest starts from the transaction's id and joins one statement after the other."""
    digest = commit_digest_after(commit_digest_start("T"), statement_digest("SELECT 1"))
    assert digest == reference.dot(ion_hash("T"), ion_hash("SELECT 1"))


# Blocks


@given(drafts)
def test_block_hash_follows_from_what_is_shown(draft: Draft) -> None:
    """A verifier that sees the public block computes the same block hash."""
    block = seal(draft, first(), STRAND, START_MS)
    assert block.block_hash == reference.block_hash(block)


def test_blocks_are_chained() -> None:
    """A block carries on the numbering and holds the hash of the block before it."""
    previous = first()
    block = seal(insert_of(document(a=1), 1), previous, STRAND, START_MS)
    assert block.address == BlockAddress(STRAND, 1)
    assert block.previous_block_hash == previous.block_hash


def test_first_block_has_no_predecessor() -> None:
    """Block 0 has an empty previous hash and two internal entries, so its hash is that of its entries."""
    block = first()
    assert block.address.sequence_no == 0
    assert block.previous_block_hash == b""
    assert block.block_hash == block.entries_hash
    assert len(block.entries_hash_list) == 2


def test_data_block_has_four_entries() -> None:
    """Revisions are entry 1 and the transaction's information entry 3, as in real blocks."""
    draft = insert_of(document(a=1), 1)
    entries = seal(draft, first(), STRAND, START_MS).entries_hash_list
    assert len(entries) == 4
    assert entries[1] == draft.revisions[0].hash
    assert entries[3] == ion_hash(transaction_info_struct(draft))


@given(statements, redactions)
def test_redaction_info_is_the_last_entry(statement: object, redaction: object) -> None:
    """A redaction request adds an entry behind the transaction's information."""
    draft = Draft("T" * 22, (statement,), redactions=(redaction,))  # type: ignore[arg-type]
    entries = seal(draft, first(), STRAND, START_MS).entries_hash_list
    assert entries[-1] == redaction_info_hash(draft.redactions)
    assert entries[-2] == transaction_info_hash(draft)


def test_internal_entries_differ_from_block_to_block() -> None:
    """Two blocks with the same statements at the same time share no internal entry."""
    one = seal(Draft("A" * 22), first(), STRAND, START_MS)
    other = seal(Draft("B" * 22), first(), STRAND, START_MS)
    assert not set(one.entries_hash_list) & set(other.entries_hash_list)


@given(drafts)
def test_catalog_revisions_come_first(draft: Draft) -> None:
    """In a block's order of revisions the hash-only ones precede the documents'."""
    shown = revision_hashes(draft)
    assert shown[: len(draft.system_revisions)] == [change.hash for change in draft.system_revisions]


@given(blocks, times)
def test_block_timestamps_never_decrease(previous: Block, now_ms: int) -> None:
    """A clock that was set back repeats the time of the previous block."""
    assert seal(Draft("T"), previous, STRAND, now_ms).timestamp_ms == max(now_ms, previous.timestamp_ms)
