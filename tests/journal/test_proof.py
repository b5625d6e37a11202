"""Proofs of blocks and revisions."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.journal.block import Block, Draft, Metadata, Revision, Statement, SystemRevision
from emulator.journal.hash_chain import data_hash, root
from emulator.journal.proof import block_proof, proof_in_block, revision_proof, verify
from emulator.journal.redaction import redacted
from tests.journal import reference
from tests.journal.builders import chain, document, first, following, tree_over


def draft_with(system_revisions: int, revisions: int) -> Draft:
    """A transaction with so many revisions of the catalog and of documents."""
    hash_of = [data_hash(document(number=number)) for number in range(system_revisions + revisions)]
    return Draft(
        "T" * 22,
        (Statement("SELECT 1", 0, bytes(32)),),
        system_revisions=tuple(SystemRevision(b"", hash_) for hash_ in hash_of[:system_revisions]),
        revisions=tuple(Revision("", Metadata("", 0, 0, ""), hash_, None) for hash_ in hash_of[system_revisions:]),
    )


@given(st.lists(st.builds(draft_with, st.integers(0, 3), st.integers(0, 6)), max_size=9), st.data())
def test_every_revision_is_proven_at_every_tip(drafts: list[Draft], data: st.DataObject) -> None:
    """From a revision in any block its proof leads to the digest of any tip at or after the block."""
    blocks = [first(), *following(first(), *drafts)]
    leaves = [block.block_hash for block in blocks]
    tree = tree_over(leaves)
    tip = data.draw(st.integers(0, len(blocks) - 1))
    digest = reference.root(leaves[: tip + 1])
    for block in blocks[: tip + 1]:
        for revision in block.draft.revisions:
            proof = revision_proof(block, revision.hash, tip, tree)
            assert verify(revision.hash, proof, digest)


def test_block_is_proven_by_its_neighbours() -> None:
    """A block's proof starts at its hash and is the path of its leaf."""
    blocks = chain(13)
    leaves = [block.block_hash for block in blocks]
    tree = tree_over(leaves)
    proof = block_proof(6, 12, tree)
    assert proof == reference.path(leaves, 6)
    assert verify(leaves[6], proof, root(leaves))


def test_changed_block_is_not_proven() -> None:
    """A proof does not lead from another hash to the digest."""
    blocks = chain(5)
    leaves = [block.block_hash for block in blocks]
    tree = tree_over(leaves)
    proof = block_proof(3, 4, tree)
    assert not verify(leaves[2], proof, root(leaves))


def test_odd_block_shows_the_previous_hash_twice() -> None:
    """In an odd block the previous hash links the chain and is the neighbouring leaf, as in real proofs."""
    blocks = chain(4)
    tree = tree_over([block.block_hash for block in blocks])
    hash_ = blocks[3].draft.revisions[0].hash
    proof = revision_proof(blocks[3], hash_, 3, tree)
    assert proof[2] == proof[3] == blocks[2].block_hash


def test_single_revision_has_two_nodes_before_the_chain(block: Block) -> None:
    """With one revision and four entries the proof goes through entry 0 and the join of entries 2 and 3."""
    entries = block.entries_hash_list
    proof = proof_in_block(block, block.draft.revisions[0].hash)
    assert proof == [entries[0], reference.dot(entries[2], entries[3]), block.previous_block_hash]


def test_redaction_keeps_the_proof(block: Block) -> None:
    """A redacted revision has the hash and the proof it had before."""
    revision = block.draft.revisions[0]
    after = redacted(block, revision.metadata.document_id, revision.metadata.version)
    assert proof_in_block(after, after.draft.revisions[0].hash) == proof_in_block(block, revision.hash)


def test_hash_that_is_not_in_the_block_is_refused(block: Block) -> None:
    """No proof is made for a revision of another block."""
    with pytest.raises(ValueError, match="not in"):
        proof_in_block(replace(block, draft=Draft("T")), block.draft.revisions[0].hash)


@pytest.fixture
def block() -> Block:
    return chain(2)[1]
