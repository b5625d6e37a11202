"""Digests, blocks and revisions with their proofs, as clients ask for them."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest

from emulator.errors import InvalidParameterException
from emulator.ion.codec import read_text
from emulator.ion.values import Struct, Value
from emulator.journal.block import Block, BlockAddress, Redaction
from emulator.journal.hash_chain import root
from emulator.journal.merkle import Tree
from emulator.journal.proof import verify
from emulator.journal.stores import JournalStore
from emulator.journal.stores.sqlite import SqliteJournal
from emulator.ledger.verification import get_block, get_digest, get_revision, parse_address
from tests.journal.builders import STRAND, chain, document, following, insert_of, redaction_of, tree_over


@dataclass
class KeptJournal:
    """A ledger as far as verification is concerned."""

    blocks: list[Block]
    journal: JournalStore = field(default_factory=lambda: SqliteJournal(None))
    strand_id: str = STRAND

    def __post_init__(self) -> None:
        self.journal.append(self.blocks, 0)
        self._tree = tree_over([block.block_hash for block in self.blocks])

    def block(self, sequence_no: int) -> Block:
        return next(self.journal.read(sequence_no, sequence_no + 1))

    @property
    def tip(self) -> Block:
        return self.blocks[-1]

    def merkle_tree(self) -> Tree:
        return self._tree


@pytest.fixture
def ledger() -> KeptJournal:
    """Eleven blocks, of which the last deletes a document."""
    blocks = chain(10)
    return KeptJournal([*blocks, *following(blocks[-1], insert_of(None, 10, version=1))])


def at(sequence_no: int, strand_id: str = STRAND) -> BlockAddress:
    return BlockAddress(strand_id, sequence_no)


def document_in(ledger: KeptJournal, sequence_no: int) -> str:
    return ledger.blocks[sequence_no].draft.revisions[0].metadata.document_id


def nodes_of(proof: str | None) -> list[bytes]:
    assert proof is not None
    nodes = read_text(proof)
    assert isinstance(nodes, list)
    return nodes


def struct_of(text: str) -> Struct:
    value = read_text(text)
    assert isinstance(value, Struct)
    return value


def hash_in(shown: Struct, name: str) -> bytes:
    value: Value = shown[name]
    assert isinstance(value, bytes)
    return value


# Answers


def test_digest_covers_all_blocks(ledger: KeptJournal) -> None:
    """The digest is the root over all block hashes, with the address of the latest block."""
    digest = get_digest(ledger)
    assert digest.digest == root(block.block_hash for block in ledger.blocks)
    assert digest.digest_tip_address == f'{{strandId:"{STRAND}",sequenceNo:10}}'


def test_new_ledger_has_a_digest() -> None:
    """Of a ledger with nothing but its first block, the digest is that block's hash."""
    ledger = KeptJournal(chain(1))
    assert get_digest(ledger).digest == ledger.tip.block_hash


@pytest.mark.parametrize("tip", range(11))
def test_blocks_are_proven_at_every_tip(ledger: KeptJournal, tip: int) -> None:
    """A proof asked for an older tip leads to the digest of that time."""
    digest = root(block.block_hash for block in ledger.blocks[: tip + 1])
    for sequence_no in range(tip + 1):
        answer = get_block(ledger, at(sequence_no), at(tip))
        assert verify(hash_in(struct_of(answer.block), "blockHash"), nodes_of(answer.proof), digest)


@pytest.mark.parametrize("sequence_no", range(1, 11))
def test_revisions_are_proven(ledger: KeptJournal, sequence_no: int) -> None:
    """Every revision, the deletion in the last block included, is proven to the digest."""
    answer = get_revision(ledger, at(sequence_no), document_in(ledger, sequence_no), at(10))
    assert verify(hash_in(struct_of(answer.revision), "hash"), nodes_of(answer.proof), get_digest(ledger).digest)


def test_redacted_revision_is_proven(ledger: KeptJournal) -> None:
    """A revision redacted since shows the hash of its data, and its proof still leads to the digest."""
    ledger.journal.redact([redaction_of(ledger.blocks[4])])
    answer = get_revision(ledger, at(4), document_in(ledger, 4), at(10))
    shown = struct_of(answer.revision)
    assert [name for name, _ in shown] == ["blockAddress", "hash", "dataHash", "metadata"]
    assert verify(hash_in(shown, "hash"), nodes_of(answer.proof), get_digest(ledger).digest)


def test_without_a_tip_there_is_no_proof(ledger: KeptJournal) -> None:
    """A block or revision asked for without a digest tip address comes alone."""
    assert get_block(ledger, at(3), None).proof is None
    assert get_revision(ledger, at(3), document_in(ledger, 3), None).proof is None


def test_first_block_at_its_own_tip_has_an_empty_proof(ledger: KeptJournal) -> None:
    """The digest over one block is that block's hash, so the proof has no nodes, but there is one."""
    assert get_block(ledger, at(0), at(0)).proof == "[]"


def test_texts_are_compact(ledger: KeptJournal) -> None:
    """Ion text comes without white space between tokens and without a version marker."""
    answer = get_block(ledger, at(3), at(10))
    assert answer.block.startswith(f'{{blockAddress:{{strandId:"{STRAND}",sequenceNo:3}},transactionId:"')
    assert answer.proof is not None
    assert answer.proof.startswith("[{{")


def test_redaction_request_is_shown() -> None:
    """The block of a redaction request shows which revision it asks for."""
    blocks = chain(3)
    draft = replace(insert_of(document(a=1), 3), redactions=(Redaction(at(1), "table", "document", 0),))
    ledger = KeptJournal([*blocks, *following(blocks[-1], draft)])
    assert ",redactionInfo:{revisions:[{blockAddress:{" in get_block(ledger, at(3), None).block


# Refusals

Ask = Callable[[KeptJournal, BlockAddress, BlockAddress | None], object]


def ask_for_revision(ledger: KeptJournal, address: BlockAddress, tip: BlockAddress | None) -> object:
    return get_revision(ledger, address, "0" * 22, tip)


REFUSALS = [
    (at(1, "elsewhere"), None, "The Strand ID of the provided block address is not valid.", "BlockAddress"),
    (at(11), None, "The sequence number of the provided block address is beyond", "BlockAddress"),
    (at(1), at(11), "The sequence number of the provided digest tip address is beyond", "DigestTipAddress"),
    (at(1), at(2, "elsewhere"), "must match the Strand ID of the provided digest tip address.", "DigestTipAddress"),
    (at(5), at(4), "must not be greater than the sequence number of the provided digest tip", "BlockAddress"),
]
Refusal = tuple[BlockAddress, BlockAddress | None, str, str]


@pytest.mark.parametrize("ask", [get_block, ask_for_revision])
@pytest.mark.parametrize("refusal", REFUSALS)
def test_addresses_are_checked(ledger: KeptJournal, ask: Ask, refusal: Refusal) -> None:
    """An address that names no block, or a block after the tip, is refused in the documented words."""
    address, tip, message, parameter = refusal
    with pytest.raises(InvalidParameterException) as raised:
        ask(ledger, address, tip)
    assert message in raised.value.message
    assert raised.value.members == {"ParameterName": parameter}


def test_document_of_another_block_is_refused(ledger: KeptJournal) -> None:
    """A document that the block does not touch has no revision there."""
    with pytest.raises(InvalidParameterException, match="was not found in the block") as refusal:
        get_revision(ledger, at(3), document_in(ledger, 4), None)
    assert refusal.value.members == {"ParameterName": "DocumentId"}


# Addresses


@pytest.mark.parametrize(
    "text",
    [
        '{strandId:"s",sequenceNo:7}',
        '{ sequenceNo : 7, strandId : "s" }',
        "{strandId:s,sequenceNo:7}",
        "{'strandId':'s','sequenceNo':7,another:[1,2]}",
        '{"strandId":"s","sequenceNo":7}',
        '$ion_1_0 {strandId:"s",sequenceNo:7} // seven',
    ],
)
def test_addresses_are_read_leniently(text: str) -> None:
    """Spacing, order, quoting and further fields do not matter, and a symbol is as good as a string."""
    assert parse_address(text, "BlockAddress") == BlockAddress("s", 7)
    assert type(parse_address(text, "BlockAddress").strand_id) is str


@pytest.mark.parametrize("text", ["", "{", '{strandId:"s",sequenceNo:7', "{strandId:}", "1 2", "]", '"\\q"'])
def test_unreadable_text_is_refused(text: str) -> None:
    """What is not one Ion value cannot be parsed."""
    with pytest.raises(InvalidParameterException, match="not valid and cannot be parsed"):
        parse_address(text, "BlockAddress")


@pytest.mark.parametrize(
    "text",
    [
        "7",
        "null",
        "null.struct",
        "[]",
        "{}",
        '{strandId:"s"}',
        "{sequenceNo:7}",
        "{strandId:5,sequenceNo:7}",
        "{strandId:null.string,sequenceNo:7}",
        '{strandId:"s",sequenceNo:-1}',
        '{strandId:"s",sequenceNo:true}',
        '{strandId:"s",sequenceNo:7.}',
        '{strandId:"s",sequenceNo:"7"}',
    ],
)
def test_other_values_are_no_address(text: str) -> None:
    """An Ion value that is not an address is refused, naming the parameter it came in."""
    with pytest.raises(InvalidParameterException, match="block address is not valid") as refusal:
        parse_address(text, "DigestTipAddress")
    assert refusal.value.members == {"ParameterName": "DigestTipAddress"}
