"""Journals for tests: arbitrary blocks for hypothesis, and chains of ordinary ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from hypothesis import strategies as st

from emulator.ids import base62
from emulator.ion.binary import encode
from emulator.ion.values import Struct, Value
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
from emulator.journal.hash_chain import data_hash, genesis, revision_hash, seal, statement_digest
from emulator.journal.merkle import appended

STRAND = "KmA3ZZca7vAIiJAK9S5Iwl"
TABLE = "BFJKdXgzt9oF4wjMbuxy4G"
START_MS = 1_700_000_000_000

T = TypeVar("T")

# Arbitrary blocks


def some(element: st.SearchStrategy[T]) -> st.SearchStrategy[tuple[T, ...]]:
    """None to three: what holds of two neighbours and of the first and last holds of more."""
    return st.lists(element, max_size=3).map(tuple)


def document(**fields: Value) -> bytes:
    """One struct in Ion binary."""
    return encode(Struct(fields.items()))


ids = st.binary(min_size=16, max_size=16).map(base62)
hashes = st.binary(min_size=32, max_size=32)
times = st.integers(0, 4_102_444_800_000)  # until 2100
numbers = st.integers(0, 2**63 - 1)
texts = st.text(st.characters(exclude_categories=["Cs"]))
documents = st.dictionaries(texts, texts | st.integers() | st.booleans(), max_size=3).map(
    lambda fields: encode(Struct(fields.items()))
)
addresses = st.builds(BlockAddress, ids, numbers)
statements = st.builds(Statement, texts, times, hashes)
metadata = st.builds(Metadata, ids, numbers, times, ids)
touched_documents = st.builds(TouchedDocument, ids, texts, ids, st.lists(st.integers(0, 300)).map(tuple))
system_revisions = st.builds(SystemRevision, documents, hashes)
redactions = st.builds(Redaction, addresses, ids, ids, numbers)


@st.composite
def revisions(draw: st.DrawFn) -> Revision:
    """A revision with data, of a deletion, or redacted, with the hash it should have."""
    described, data, is_redacted = draw(metadata), draw(st.none() | documents), draw(st.booleans())
    hash_of_data = None if data is None else data_hash(data)
    revision = Revision(draw(ids), described, revision_hash(described, hash_of_data), data)
    return replace(revision, data=None, data_hash=hash_of_data) if is_redacted else revision


drafts = st.builds(
    Draft,
    ids,
    some(statements),
    some(touched_documents),
    some(system_revisions),
    some(revisions()),
    some(redactions),
).map(lambda draft: draft if draft.statements else replace(draft, documents=()))

blocks = st.builds(
    Block, addresses, times, hashes, hashes, st.just(b"") | hashes, some(hashes), drafts
)  # arbitrary hashes

# Ordinary chains


def insert_of(data: bytes | None, number: int, version: int = 0) -> Draft:
    """A transaction that gives document `number` of the table a revision; None deletes it."""
    transaction_id, document_id = f"{number:022}"[::-1], f"{number:022}"
    text = "INSERT INTO Person ?"
    described = Metadata(document_id, version, START_MS + number, transaction_id)
    hash_of_data = None if data is None else data_hash(data)
    return Draft(
        transaction_id,
        (Statement(text, START_MS + number, statement_digest(text, [data_hash(data)] if data else [])),),
        (TouchedDocument(document_id, "Person", TABLE, (0,)),),
        revisions=(Revision(TABLE, described, revision_hash(described, hash_of_data), data),),
    )


def redaction_of(block: Block, place: int = 0) -> Redaction:
    """A request to redact one of the revisions of a block."""
    revision = block.draft.revisions[place]
    metadata = revision.metadata
    return Redaction(block.address, revision.table_id, metadata.document_id, metadata.version)


def first() -> Block:
    return genesis(STRAND, "0" * 22, START_MS)


def following(previous: Block, *drafts_to_seal: Draft) -> list[Block]:
    """A block for each draft, chained to the previous one."""
    chained = []
    for draft in drafts_to_seal:
        previous = seal(draft, previous, STRAND, previous.timestamp_ms + 1)
        chained.append(previous)
    return chained


def chain(length: int) -> list[Block]:
    """The first block and as many ordinary ones as make `length`; block n inserts document n."""
    start = first()
    return [start, *following(start, *(insert_of(document(name=f"Ada {n}"), n) for n in range(1, length)))]


def complete_nodes(leaves: Sequence[bytes]) -> dict[tuple[int, int], bytes]:
    """The complete nodes of the tree over the leaves, as a view collects them block by block."""
    nodes: dict[tuple[int, int], bytes] = {}

    def node(level: int, position: int) -> bytes:
        return nodes[level, position]

    for position, leaf in enumerate(leaves):
        for level, place, hash_ in appended(position, leaf, node):
            nodes[level, place] = hash_
    return nodes


@dataclass(frozen=True)
class CompleteTree:
    """The complete nodes over some leaves, as `journal.merkle` asks for them."""

    nodes: Mapping[tuple[int, int], bytes]

    def node(self, level: int, position: int) -> bytes:
        return self.nodes[level, position]

    def beside(self, position: int, size: int) -> list[bytes]:
        return [
            self.nodes.get((level, position >> level ^ 1), b"incomplete") for level in range((size - 1).bit_length())
        ]


def tree_over(leaves: Sequence[bytes]) -> CompleteTree:
    return CompleteTree(complete_nodes(leaves))
