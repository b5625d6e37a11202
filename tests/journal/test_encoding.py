"""The stored form of a block."""

import json
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.journal.block import Block
from emulator.journal.encoding import FORMAT_VERSION, decode_block, encode_block
from emulator.journal.errors import JournalError
from emulator.journal.redaction import redacted
from tests.journal.builders import blocks, chain, document


@given(blocks)
def test_decoding_gives_the_encoded_block(block: Block) -> None:
    """Whatever is in a block is kept by its stored form."""
    assert decode_block(encode_block(block)) == block


def test_documents_are_stored_as_they_are() -> None:
    """The Ion binary of a document stands in the stored form unchanged."""
    assert document(name="Ada 1") in encode_block(chain(2)[1])


def test_format_version_comes_first() -> None:
    """The first byte of the stored form is its version."""
    assert encode_block(chain(1)[0])[0] == FORMAT_VERSION


def test_other_version_is_refused() -> None:
    """A stored form of another version is not guessed at."""
    with pytest.raises(JournalError, match="has format 9, this version reads format 1"):
        decode_block(b"\x09" + encode_block(chain(1)[0])[1:])


@given(blocks, st.integers(0, 9))
def test_zeros_at_the_end_mean_nothing(block: Block, count: int) -> None:
    """A block written over a longer one is the same block."""
    assert decode_block(encode_block(block) + bytes(count)) == block


@given(blocks)
def test_anything_else_at_the_end_is_refused(block: Block) -> None:
    """What follows a block and is not zero is damage."""
    with pytest.raises(JournalError):
        decode_block(encode_block(block) + b"\0\1")


@given(blocks)
def test_redaction_makes_no_block_longer(block: Block) -> None:
    """Whatever is redacted, the stored form fits in the place of the one before."""
    revisions = {(it.metadata.document_id, it.metadata.version) for it in block.draft.revisions}
    after = reduce(lambda redacting, which: redacted(redacting, *which), revisions, block)
    assert len(encode_block(after).rstrip(b"\0")) <= len(encode_block(block))


@given(st.binary())
def test_arbitrary_bytes_are_refused(data: bytes) -> None:
    """Bytes that are no block give a JournalError and nothing else."""
    with pytest.raises(JournalError):
        decode_block(bytes([FORMAT_VERSION]) + data)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists))
def test_arbitrary_header_is_refused(header: object) -> None:
    """A header of another shape gives a JournalError and nothing else."""
    text = json.dumps(header).encode()
    with pytest.raises(JournalError):
        decode_block(bytes([FORMAT_VERSION]) + len(text).to_bytes(4, "big") + text)


@given(st.data())
def test_cut_off_block_is_refused(data: st.DataObject) -> None:
    """A block whose end is missing is damaged."""
    stored = encode_block(chain(2)[1]).rstrip(b"\0")
    with pytest.raises(JournalError):
        decode_block(stored[: data.draw(st.integers(0, len(stored) - 1))])
