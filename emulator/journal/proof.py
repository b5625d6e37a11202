"""Proofs: what to join a block's or a revision's hash with to reach a digest of the ledger.

No node says whether it belongs left or right, because `dot` orders by itself (developer guide, `verification.results`).
"""

from collections.abc import Iterable
from functools import reduce

from emulator.journal.block import Block
from emulator.journal.hash_chain import dot, revision_hashes, root
from emulator.journal.merkle import Tree, list_path, path


def block_proof(sequence_no: int, tip_sequence_no: int, tree: Tree) -> list[bytes]:
    """From the hash of a block to the digest at a tip; ValueError when the tip is before the block."""
    return path(sequence_no, tip_sequence_no + 1, tree)


def revision_proof(block: Block, revision_hash: bytes, tip_sequence_no: int, tree: Tree) -> list[bytes]:
    """From the hash of one of the block's revisions to the digest at a tip; ValueError when it is not in the block.

    Up through the block's revisions and its entries, past the previous block's hash, and on as the block's own proof.
    """
    return [*proof_in_block(block, revision_hash), *block_proof(block.address.sequence_no, tip_sequence_no, tree)]


def proof_in_block(block: Block, revision_hash: bytes) -> list[bytes]:
    """From the hash of a revision to the hash of its block; ValueError when the block does not hold it."""
    revisions = revision_hashes(block.draft)
    entries = block.entries_hash_list
    return [
        *list_path(revisions, revisions.index(revision_hash)),
        *list_path(entries, entries.index(root(revisions))),
        *filter(None, [block.previous_block_hash]),
    ]


def verify(leaf: bytes, proof: Iterable[bytes], digest: bytes) -> bool:
    """Whether the proof leads from the leaf to the digest."""
    return reduce(dot, proof, leaf) == digest
