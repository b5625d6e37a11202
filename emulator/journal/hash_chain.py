"""How a block's hash comes about, and with it the chain.

Everything is built from one operation, `dot`, which joins two hashes without caring which is left and which right.
`root` folds a list of hashes by it. A revision's hash joins metadata and data; the revisions' root, the transaction's
information and two internal hashes are the block's entries; their root joined with the previous block's hash is the
block's hash. Formulas and their evidence: the journal contents page of the developer guide, and the vectors in
`tests/vectors`. Nothing here reads a clock or a store.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256

from emulator.ion.hashing import ion_hash_encoded, ion_hash_string
from emulator.journal.block import Block, BlockAddress, Draft, Metadata
from emulator.journal.struct_hashes import (
    metadata_hash,
    moment_hash,
    place_hash,
    redaction_info_hash,
    transaction_info_hash,
)

HASH_BYTES = 32
EMPTY = b""
"""The neutral element of `dot`: the hash of nothing."""

_SIGNED = bytes(byte ^ 0x80 for byte in range(256))


def dot(one: bytes, other: bytes) -> bytes:
    """The verifier's join of two hashes: the same whichever comes first; an empty hash leaves the other as it is.

    ValueError when a hash is neither empty nor 32 bytes.
    """
    if len(one) == HASH_BYTES == len(other):
        return _join(one, other)
    _check_length(one)
    _check_length(other)
    return one or other


def commit_dot(one: bytes, other: bytes) -> bytes:
    """The drivers' join, of their commit digest: as `dot`, but an empty hash is joined like any other.

    Source: `QldbHash` of the published drivers. ValueError as in `dot`.
    """
    _check_length(one)
    _check_length(other)
    return _join(one, other)


def _join(one: bytes, other: bytes) -> bytes:
    # Hashes are ordered as signed bytes, last byte first: the published verifiers and drivers do so. The last is nearly
    # always enough.
    last, others_last = one[-1:].translate(_SIGNED), other[-1:].translate(_SIGNED)
    if last != others_last:
        return sha256(one + other if last < others_last else other + one).digest()
    if one.translate(_SIGNED)[::-1] <= other.translate(_SIGNED)[::-1]:
        return sha256(one + other).digest()
    return sha256(other + one).digest()


def _check_length(hash_: bytes) -> None:
    if len(hash_) not in (0, HASH_BYTES):
        raise ValueError(f"a hash has {HASH_BYTES} bytes or none, got {len(hash_)}")


def root(hashes: Iterable[bytes]) -> bytes:
    """One hash for a list: neighbours are joined level by level, a lone last one goes up as it is; `EMPTY` of none."""
    level = list(hashes)
    while len(level) > 1:
        level = [*map(dot, level[::2], level[1::2]), *level[len(level) & ~1 :]]
    return level[0] if level else EMPTY


# Revisions and statements


def data_hash(data: bytes) -> bytes:
    """The Ion hash of a document, given as Ion binary."""
    return ion_hash_encoded(data)


def revision_hash(metadata: Metadata, document_hash: bytes | None) -> bytes:
    """The hash of a revision; `document_hash` is None for a deletion, whose hash is that of its metadata alone."""
    return dot(metadata_hash(metadata), document_hash or EMPTY)


def statement_digest(text: str, parameter_hashes: Iterable[bytes] = ()) -> bytes:
    """The digest of a statement: the hash of its text, joined with each parameter's hash in turn.

    Without parameters this is what the service computed. With parameters its formula is unknown; the drivers' own
    takes its place (`docs/decisions/0002-what-the-service-never-published.md`).
    """
    digest = ion_hash_string(text)
    for parameter_hash in parameter_hashes:
        digest = dot(digest, parameter_hash)
    return digest


def commit_digest_start(transaction_id: str) -> bytes:
    """The commit digest of a transaction without statements."""
    return ion_hash_string(transaction_id)


def commit_digest_after(digest: bytes, digest_of_statement: bytes) -> bytes:
    """The commit digest after one more statement, whose `statement_digest` is given."""
    return commit_dot(digest, digest_of_statement)


# Blocks


def seal(draft: Draft, previous: Block | None, strand_id: str, timestamp_ms: int) -> Block:
    """The block that follows `previous`; without one, the first.

    Block timestamps never decrease along a strand, so a clock set back repeats the time of the previous block.
    """
    if previous is not None:
        timestamp_ms = max(timestamp_ms, previous.timestamp_ms)
    address = BlockAddress(strand_id, 0 if previous is None else previous.address.sequence_no + 1)
    previous_block_hash = EMPTY if previous is None else previous.block_hash
    entries_hash_list = _entries_hash_list(address, timestamp_ms, draft)
    entries_hash = root(entries_hash_list)
    return Block(
        address=address,
        timestamp_ms=timestamp_ms,
        block_hash=dot(entries_hash, previous_block_hash),
        entries_hash=entries_hash,
        previous_block_hash=previous_block_hash,
        entries_hash_list=entries_hash_list,
        draft=draft,
    )


def genesis(strand_id: str, transaction_id: str, timestamp_ms: int) -> Block:
    """Block 0, written when a ledger is created: no statements, no revisions, no previous block."""
    return seal(Draft(transaction_id), None, strand_id, timestamp_ms)


def revision_hashes(draft: Draft) -> Sequence[bytes]:
    """The hashes of a block's revisions in the block's order: the catalog's hash-only ones, then the user's."""
    return [*(change.hash for change in draft.system_revisions), *(revision.hash for revision in draft.revisions)]


def _entries_hash_list(address: BlockAddress, timestamp_ms: int, draft: Draft) -> tuple[bytes, ...]:
    """Four entries, as real blocks have: internal, revisions, internal, transactionInfo; redactionInfo is the fifth.

    An entry without a source is left out. Verifiers look for an entry in the list, not at a position.
    """
    entries = (
        place_hash(address, draft.transaction_id),
        root(revision_hashes(draft)),
        moment_hash(draft.transaction_id, timestamp_ms),
        transaction_info_hash(draft) if draft.statements else EMPTY,
        redaction_info_hash(draft.redactions) if draft.redactions else EMPTY,
    )
    return tuple(filter(None, entries))
