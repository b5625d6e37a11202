"""GetDigest, GetBlock and GetRevision: what the ledger's state is, and proof that something belongs to it.

Messages are those of the developer guide's page `verification.errors`; the API reference names their exception.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol

from emulator.errors import InvalidParameterException
from emulator.frozen import frozen
from emulator.ion.codec import read_text
from emulator.ion.errors import IonError
from emulator.ion.text import blobs_text, write_text
from emulator.ion.values import Struct, Value
from emulator.journal import merkle
from emulator.journal.block import Block, BlockAddress, Revision
from emulator.journal.presentation import address_struct, block_struct, revision_struct
from emulator.journal.proof import block_proof, revision_proof

BLOCK_ADDRESS = "BlockAddress"
DIGEST_TIP_ADDRESS = "DigestTipAddress"
DOCUMENT_ID = "DocumentId"

_UNREADABLE = "The provided Ion value is not valid and cannot be parsed."
_NO_ADDRESS = "The provided block address is not valid."
_WRONG_STRAND = "The Strand ID of the provided block address is not valid."
_BLOCK_BEYOND = "The sequence number of the provided block address is beyond the strand's latest committed record."
_TIP_BEYOND = "The sequence number of the provided digest tip address is beyond the strand's latest committed record."
_STRANDS_DIFFER = (
    "The Strand ID of the provided block address must match the Strand ID of the provided digest tip address."
)
_BLOCK_AFTER_TIP = (
    "The sequence number of the provided block address must not be greater than the sequence number "
    "of the provided digest tip address."
)
_NO_DOCUMENT = "The provided Document ID was not found in the block at the specified block address."


class Verifiable(Protocol):
    """What verification asks of a ledger."""

    @property
    def strand_id(self) -> str: ...

    @property
    def tip(self) -> Block: ...

    def block(self, sequence_no: int) -> Block:
        """A block up to the tip, without the data of revisions that are redacted."""

    def merkle_tree(self) -> merkle.Tree:
        """The tree over all blocks up to the tip."""


@frozen
class Digest:
    """The state of a ledger up to a tip, whose address is Ion text."""

    digest: bytes
    digest_tip_address: str


@frozen
class ProvenBlock:
    """Ion text of a block and, when a tip was given, of its proof."""

    block: str
    proof: str | None


@frozen
class ProvenRevision:
    """Ion text of a revision and, when a tip was given, of its proof."""

    revision: str
    proof: str | None


@lru_cache(maxsize=64)  # whoever verifies a journal asks for every proof with the same tip
def parse_address(ion_text: str, parameter_name: str) -> BlockAddress:
    """The address a client wrote as `{strandId:"…",sequenceNo:0}`; further fields are ignored.

    InvalidParameterException, naming the parameter, when the text is no Ion or no address.
    """
    try:
        value = read_text(ion_text)
    except IonError as error:
        raise InvalidParameterException(_UNREADABLE, parameter_name) from error
    address = _address(value)
    if address is None:
        raise InvalidParameterException(_NO_ADDRESS, parameter_name)
    return address


def _address(value: Value) -> BlockAddress | None:
    if not isinstance(value, Struct):
        return None
    strand_id, sequence_no = value.get("strandId", None), value.get("sequenceNo", None)
    # A symbol is a `str` here and as good as a string; a bool is an `int` and is not.
    if isinstance(strand_id, str) and type(sequence_no) is int and sequence_no >= 0:
        return BlockAddress(str(strand_id), sequence_no)
    return None


def get_digest(ledger: Verifiable) -> Digest:
    """The digest over all blocks up to the present tip."""
    tip = ledger.tip.address
    return Digest(merkle.root(tip.sequence_no + 1, ledger.merkle_tree().node), write_text(address_struct(tip)))


def get_block(ledger: Verifiable, address: BlockAddress, tip: BlockAddress | None) -> ProvenBlock:
    """A block and, with a tip, the proof that the digest at that tip covers it.

    InvalidParameterException when either address names no block of the ledger, or the block comes after the tip.
    """
    _check(ledger, address, tip)
    block = ledger.block(address.sequence_no)
    text = write_text(block_struct(block))
    if tip is None:
        return ProvenBlock(text, None)
    return ProvenBlock(text, _proof_text(block_proof(address.sequence_no, tip.sequence_no, ledger.merkle_tree())))


def get_revision(
    ledger: Verifiable, address: BlockAddress, document_id: str, tip: BlockAddress | None
) -> ProvenRevision:
    """The revision of a document in a block and, with a tip, the proof that the digest at that tip covers it.

    Deleted and redacted revisions are given and proven as well. InvalidParameterException as in `get_block`, and when
    the block has no revision of the document.
    """
    _check(ledger, address, tip)
    block = ledger.block(address.sequence_no)
    revision = _revision_of(block, document_id)
    text = write_text(revision_struct(address, revision))
    if tip is None:
        return ProvenRevision(text, None)
    return ProvenRevision(
        text, _proof_text(revision_proof(block, revision.hash, tip.sequence_no, ledger.merkle_tree()))
    )


def _check(ledger: Verifiable, address: BlockAddress, tip: BlockAddress | None) -> None:
    latest = ledger.tip.address.sequence_no
    _require(address.strand_id == ledger.strand_id, _WRONG_STRAND, BLOCK_ADDRESS)
    _require(address.sequence_no <= latest, _BLOCK_BEYOND, BLOCK_ADDRESS)
    if tip is not None:
        _require(tip.strand_id == address.strand_id, _STRANDS_DIFFER, DIGEST_TIP_ADDRESS)
        _require(tip.sequence_no <= latest, _TIP_BEYOND, DIGEST_TIP_ADDRESS)
        _require(address.sequence_no <= tip.sequence_no, _BLOCK_AFTER_TIP, BLOCK_ADDRESS)


def _require(condition: bool, message: str, parameter_name: str) -> None:
    if not condition:
        raise InvalidParameterException(message, parameter_name)


def _revision_of(block: Block, document_id: str) -> Revision:
    for revision in block.draft.revisions:
        if revision.metadata.document_id == document_id:
            return revision
    raise InvalidParameterException(_NO_DOCUMENT, DOCUMENT_ID)


def _proof_text(proof: Sequence[bytes]) -> str:
    return blobs_text(proof)
