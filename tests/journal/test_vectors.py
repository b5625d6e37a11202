"""Hashes and proofs of real ledgers, recomputed. `tests/vectors/README.md` says where each comes from."""

from collections import defaultdict
from collections.abc import Callable, Iterator

import pytest

from emulator.ion.hashing import ion_hash
from emulator.ion.text import write_text
from emulator.ion.values import Struct
from emulator.journal.hash_chain import data_hash, dot, revision_hash, root, statement_digest
from emulator.journal.merkle import path
from emulator.journal.presentation import block_struct
from emulator.journal.proof import proof_in_block, verify
from emulator.journal.struct_hashes import transaction_info_hash
from tests.journal import reference
from tests.journal.builders import CompleteTree
from tests.journal.published import (
    address_of,
    at,
    blob,
    blobs,
    block_in,
    block_of,
    metadata_of,
    named,
    revision_of,
    revisions_in,
    statements_in,
    struct,
    text,
    vectors,
)

# Each check of a vector yields whether a published hash comes out, once for every hash it concerns.


def revision_hashes(vector: Struct) -> Iterator[bool]:
    for shown in revisions_in(vector):
        hash_ = ion_hash(shown["metadata"])
        yield blob(shown["hash"]) == (dot(hash_, ion_hash(shown["data"])) if shown.get("data", None) else hash_)


def revisions_root(vector: Struct) -> Iterator[bool]:
    hashes = [blob(shown["hash"]) for shown in revisions_in(vector)]
    yield root(hashes) == block_of(block_in(vector)).entries_hash_list[1]


def transaction_info(vector: Struct) -> Iterator[bool]:
    block = block_of(block_in(vector))
    yield transaction_info_hash(block.draft) == block.entries_hash_list[3]
    yield ion_hash(block_in(vector)["transactionInfo"]) == block.entries_hash_list[3]


def statement_digests(vector: Struct) -> Iterator[bool]:
    for shown in statements_in(vector):
        yield statement_digest(text(shown["statement"])) == blob(shown["statementDigest"])


def folded_statement_digests(vector: Struct) -> Iterator[bool]:
    for shown in statements_in(vector):
        if (parameters := shown.get("parameters", None)) is not None:
            assert isinstance(parameters, list)
            digest = statement_digest(text(shown["statement"]), map(ion_hash, parameters))
            yield digest == blob(shown["statementDigest"])


def entries_hash(vector: Struct) -> Iterator[bool]:
    block = block_of(block_in(vector))
    yield root(block.entries_hash_list) == block.entries_hash


def block_hash(vector: Struct) -> Iterator[bool]:
    block = block_of(block_in(vector))
    yield dot(block.entries_hash, block.previous_block_hash) == block.block_hash


def block_proof(vector: Struct) -> Iterator[bool]:
    block = block_of(block_in(vector))
    yield verify(block.block_hash, blobs(vector["blockProof"]), blob(vector["digest"]))


def revision_proof(vector: Struct) -> Iterator[bool]:
    hash_ = vector.get("revisionHash", None)
    leaf = blob(revisions_in(vector)[0]["hash"] if hash_ is None else hash_)
    yield verify(leaf, blobs(vector["revisionProof"]), blob(vector["digest"]))


def proof_decomposition(vector: Struct) -> Iterator[bool]:
    block = block_of(block_in(vector))
    in_block = proof_in_block(block, block.draft.revisions[0].hash)
    yield [*in_block, *blobs(vector["blockProof"])] == blobs(vector["revisionProof"])


CHECKS: dict[str, Callable[[Struct], Iterator[bool]]] = {
    "revisionHash": revision_hashes,
    "revisionsRoot": revisions_root,
    "transactionInfoHash": transaction_info,
    "statementDigest": statement_digests,
    "statementDigestPlain": statement_digests,
    "statementDigestFold": folded_statement_digests,
    "entriesHash": entries_hash,
    "blockHash": block_hash,
    "blockProof": block_proof,
    "revisionProof": revision_proof,
    "proofDecomposition": proof_decomposition,
}

EXPECTATIONS = [
    pytest.param(text(vector["name"]), check, expected, id=f"{text(vector['name'])}-{check}")
    for vector in vectors()
    for check, expected in struct(vector["expect"])
]


@pytest.mark.parametrize(("name", "check", "expected"), EXPECTATIONS)
def test_published_hash(name: str, check: str, expected: bool) -> None:
    """Every hash that is known to come out does, and no hash that is known not to."""
    outcomes = list(CHECKS[check](named(name)))
    assert outcomes
    assert all(outcome is expected for outcome in outcomes)


SOUND_REVISIONS = [
    pytest.param(shown, id=f"{text(vector['name'])}-{position}")
    for vector in vectors()
    if struct(vector["expect"]).get("revisionHash", False)
    for position, shown in enumerate(revisions_in(vector))
]


@pytest.mark.parametrize("shown", SOUND_REVISIONS)
def test_published_revision_as_it_is_stored(shown: Struct) -> None:
    """From milliseconds and Ion binary, as the journal keeps them, the published revision hash comes out."""
    revision = revision_of(shown)
    document_hash = None if revision.data is None else data_hash(revision.data)
    assert revision_hash(metadata_of(struct(shown["metadata"])), document_hash) == revision.hash


def test_published_block_is_shown_as_it_was() -> None:
    """A block read from a real answer is presented as that answer, field by field."""
    shown = block_in(named("cli-vehicle-registration"))
    assert write_text(block_struct(block_of(shown))) == write_text(shown)


def name_of(vector: Struct) -> str:
    return text(vector["name"])


PROOFS = [vector for vector in vectors() if vector.get("revisionProof", None) is not None]
PROOFS_TO_A_TIP = [vector for vector in PROOFS if vector.get("digestTipAddress", None) is not None]


@pytest.mark.parametrize("vector", PROOFS_TO_A_TIP, ids=name_of)
def test_length_of_published_proof(vector: Struct) -> None:
    """A published proof has the nodes in the block, the previous hash, and the path of the block's leaf."""
    tip = vector["digestTipAddress"]
    in_block = vector.get("inBlockNodes", 2)
    assert isinstance(in_block, int)
    any_tree = CompleteTree(defaultdict(lambda: bytes(32)))
    siblings = path(sequence_no_of(vector), address_of(struct(tip)).sequence_no + 1, any_tree)
    assert len(blobs(vector["revisionProof"])) == in_block + 1 + len(siblings)


@pytest.mark.parametrize("vector", PROOFS, ids=name_of)
def test_published_proof_of_an_odd_block_repeats_the_previous_hash(vector: Struct) -> None:
    """The previous block of an odd one is its neighbour in the tree as well, so its hash comes twice in a row."""
    in_block = vector.get("inBlockNodes", 2)
    assert isinstance(in_block, int)
    proof = blobs(vector["revisionProof"])
    assert (proof[in_block] == proof[in_block + 1]) == (sequence_no_of(vector) % 2 == 1)


def sequence_no_of(vector: Struct) -> int:
    shown = vector.get("blockAddress", None) or at(vector, "block", "blockAddress")
    return address_of(struct(shown)).sequence_no


def test_reference_agrees_with_real_blocks() -> None:
    """The slow version of a block's hash gives the published one."""
    block = block_of(block_in(named("cli-vehicle-registration")))
    assert reference.block_hash(block) == block.block_hash
