"""Verifies a journal as an auditor would: from what it shows, and from what the ledger proves of it."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable, Iterator, Sequence
from functools import reduce
from typing import Any

from emulator.ion.codec import read_text
from emulator.ion.hashing import ion_hash
from emulator.ion.text import write_text
from emulator.ion.values import Struct, Value
from emulator.journal.hash_chain import dot, root

Ask = Callable[..., Any]
"""Asks the ledger: the operation (`digest`, `block`, `revision`) and the members of its request."""


def verify(blocks: Sequence[Struct], ask: Ask) -> None:
    """AssertionError, with the block's number, for the first thing that does not verify."""
    digest = ask("digest")
    tip = digest["DigestTipAddress"]
    expected = b64decode(digest["Digest"])
    _verify_chain(blocks)
    found = root([_blob(block["blockHash"]) for block in blocks])
    assert found == expected, f"the digest of the ledger is {expected.hex()}, that of its blocks is {found.hex()}"
    for block in blocks:
        _verify_proofs(block, ask, tip, expected)


def _verify_chain(blocks: Sequence[Struct]) -> None:
    previous = b""
    for number, block in enumerate(blocks):
        assert _number(block) == number, f"block {number} is numbered {_number(block)}"
        entries = [_blob(entry) for entry in _list(block["entriesHashList"])]
        assert _blob(block["previousBlockHash"]) == previous, f"block {number} does not follow on the one before it"
        assert _blob(block["entriesHash"]) == root(entries), f"the entries of block {number} have another hash"
        previous = _blob(block["blockHash"])
        assert previous == dot(root(entries), _blob(block["previousBlockHash"])), f"block {number} has another hash"
        for what, hash_ in _entries(block):
            assert hash_ in entries, f"{what} of block {number} are not what was hashed"


def _entries(block: Struct) -> Iterator[tuple[str, bytes]]:
    """What can be recomputed of the entries, and its hash."""
    for name in ("transactionInfo", "redactionInfo"):
        value = block.get(name, None)
        if value is not None:
            yield f"the {name}", ion_hash(value)
    revisions = [_struct(revision) for revision in _list(block.get("revisions", []))]
    if revisions:
        for revision in revisions:
            assert _blob(revision["hash"]) == _revision_hash(revision), f"a revision has another hash: {revision!r}"
        yield "the revisions", root([_blob(revision["hash"]) for revision in revisions])


def _revision_hash(revision: Struct) -> bytes:
    """Recomputed; that of a revision of the catalog is all there is of it."""
    metadata = revision.get("metadata", None)
    if metadata is None:
        return _blob(revision["hash"])
    data, data_hash = revision.get("data", None), revision.get("dataHash", None)
    if data is not None:
        return dot(ion_hash(metadata), ion_hash(data))
    return ion_hash(metadata) if data_hash is None else dot(ion_hash(metadata), _blob(data_hash))


def _verify_proofs(block: Struct, ask: Ask, tip: Any, expected: bytes) -> None:
    address = {"IonText": write_text(block["blockAddress"])}
    answer = ask("block", BlockAddress=address, DigestTipAddress=tip)
    assert answer["Block"]["IonText"] == write_text(block), f"GetBlock shows another block {_number(block)}"
    _verify_proof(f"block {_number(block)}", _blob(block["blockHash"]), answer, expected)
    for revision in map(_struct, _list(block.get("revisions", []))):
        metadata = revision.get("metadata", None)
        if metadata is None:
            continue
        document_id = str(_struct(metadata)["id"])
        answer = ask("revision", BlockAddress=address, DigestTipAddress=tip, DocumentId=document_id)
        _verify_proof(f"document {document_id} in block {_number(block)}", _blob(revision["hash"]), answer, expected)


def _verify_proof(what: str, leaf: bytes, answer: Any, expected: bytes) -> None:
    nodes = [_blob(node) for node in _list(read_text(answer["Proof"]["IonText"]))]
    assert reduce(dot, nodes, leaf) == expected, f"the proof of {what} does not lead to the digest"


def _number(block: Struct) -> object:
    return _struct(block["blockAddress"])["sequenceNo"]


def _blob(value: Value) -> bytes:
    assert isinstance(value, bytes)
    return value


def _list(value: Value) -> list[Any]:
    assert isinstance(value, list)
    return value


def _struct(value: Value) -> Struct:
    assert isinstance(value, Struct)
    return value
