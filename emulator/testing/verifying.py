"""Verifies a journal as an auditor would: from what it shows, and from what the ledger proves of it."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable, Iterator, Sequence
from functools import reduce
from itertools import islice
from typing import Any

from emulator.ion.codec import read_text
from emulator.ion.hashing import ion_hash
from emulator.ion.text import write_text
from emulator.ion.values import Struct, Value
from emulator.journal.hash_chain import dot, root

Read = Callable[[int], Iterator[Struct]]
"""The blocks of the journal from a sequence number on."""
Ask = Callable[..., Any]
"""Asks the ledger: the operation (`digest`, `block`, `revision`) and the members of its request."""


def verify(read: Read, ask: Ask) -> None:
    """AssertionError, with the block's number, for the first thing that does not verify.

    What is committed after the digest was asked for is not looked at.
    """
    digest = ask("digest")
    tip = digest["DigestTipAddress"]
    expected = b64decode(digest["Digest"])
    newest: Any = as_struct(read_text(tip["IonText"]))["sequenceNo"]
    blocks = list(islice(read(0), newest + 1))
    _verify_chain(blocks)
    found = root([_blob(block["blockHash"]) for block in blocks])
    _assert(found == expected, f"the digest of the ledger is {expected.hex()}, that of its blocks is {found.hex()}")
    for number, block in enumerate(blocks):
        address = {"IonText": write_text(block["blockAddress"])}
        shown = ask("block", BlockAddress=address, DigestTipAddress=tip)
        # A revision may be redacted at any time; its block shows the same hashes then, and other text.
        text = shown["Block"]["IonText"]
        is_shown = text == write_text(block) or text == write_text(next(read(number)))
        _assert(is_shown, f"GetBlock shows another block {number}")
        _verify_proof(f"block {number}", _blob(block["blockHash"]), shown, expected)
        for document_id, hash_ in _documents(block):
            proof = ask("revision", BlockAddress=address, DigestTipAddress=tip, DocumentId=document_id)
            _verify_proof(f"document {document_id} in block {number}", hash_, proof, expected)


def _assert(holds: bool, otherwise: str) -> None:
    """Not the statement, which Python leaves out when it is told to optimise."""
    if not holds:
        raise AssertionError(otherwise)


def _verify_chain(blocks: Sequence[Struct]) -> None:
    previous = b""
    for number, block in enumerate(blocks):
        _assert(_number(block) == number, f"block {number} is numbered {_number(block)}")
        entries = [_blob(entry) for entry in _list(block["entriesHashList"])]
        _assert(_blob(block["previousBlockHash"]) == previous, f"block {number} does not follow on the one before it")
        _assert(_blob(block["entriesHash"]) == root(entries), f"the entries of block {number} have another hash")
        previous = _blob(block["blockHash"])
        _assert(previous == dot(root(entries), _blob(block["previousBlockHash"])), f"block {number} has another hash")
        for what, hash_ in _entries(block):
            _assert(hash_ in entries, f"{what} of block {number} are not what was hashed")


def _entries(block: Struct) -> Iterator[tuple[str, bytes]]:
    """What can be recomputed of the entries, and its hash."""
    for name in ("transactionInfo", "redactionInfo"):
        value = block.get(name, None)
        if value is not None:
            yield f"the {name}", ion_hash(value)
    revisions = [as_struct(revision) for revision in _list(block.get("revisions", []))]
    if revisions:
        for revision in revisions:
            if _blob(revision["hash"]) != _revision_hash(revision):
                raise AssertionError(f"a revision has another hash: {revision!r}")
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


def _documents(block: Struct) -> Iterator[tuple[str, bytes]]:
    """The documents that have a revision in a block, and the hash of each revision."""
    for revision in map(as_struct, _list(block.get("revisions", []))):
        metadata = revision.get("metadata", None)
        if metadata is not None:
            yield str(as_struct(metadata)["id"]), _blob(revision["hash"])


def _verify_proof(what: str, leaf: bytes, answer: Any, expected: bytes) -> None:
    nodes = [_blob(node) for node in _list(read_text(answer["Proof"]["IonText"]))]
    _assert(reduce(dot, nodes, leaf) == expected, f"the proof of {what} does not lead to the digest")


def _number(block: Struct) -> object:
    return as_struct(block["blockAddress"])["sequenceNo"]


def _blob(value: Value) -> bytes:
    assert isinstance(value, bytes)
    return value


def _list(value: Value) -> list[Any]:
    assert isinstance(value, list)
    return value


def as_struct(value: Value) -> Struct:
    """The value, which a journal and its ledger say is a struct."""
    assert isinstance(value, Struct)
    return value
