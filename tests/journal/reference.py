"""The slow and obvious version of every hash and proof, for comparison.

Nothing is kept and nothing is clever: trees are rebuilt from all their leaves, signs are worked out byte by byte, and
structs are hashed as they are shown.
"""

from collections.abc import Sequence
from hashlib import sha256

from emulator.ion.hashing import ion_hash
from emulator.ion.values import Struct, Value
from emulator.journal.block import Block
from emulator.journal.presentation import block_struct


def dot(one: bytes, other: bytes) -> bytes:
    if not one or not other:
        return one + other
    smaller, larger = sorted([one, other], key=lambda hash_: [signed(byte) for byte in reversed(hash_)])
    return sha256(smaller + larger).digest()


def signed(byte: int) -> int:
    return byte - 256 if byte > 127 else byte


def levels(hashes: Sequence[bytes]) -> list[list[bytes]]:
    """The tree over the hashes, every level of it, leaves first."""
    tree = [list(hashes)]
    while len(tree[-1]) > 1:
        below = tree[-1]
        tree.append([below[i] if i + 1 == len(below) else dot(below[i], below[i + 1]) for i in range(0, len(below), 2)])
    return tree


def root(hashes: Sequence[bytes]) -> bytes:
    return levels(hashes)[-1][0] if hashes else b""


def path(hashes: Sequence[bytes], position: int) -> list[bytes]:
    siblings = []
    for level in levels(hashes)[:-1]:
        if position ^ 1 < len(level):
            siblings.append(level[position ^ 1])
        position //= 2
    return siblings


def block_hash(block: Block) -> bytes:
    """The hash of a block, from what is public of it and its two internal entries."""
    shown = block_struct(block)
    entries = [block.entries_hash_list[0]]
    if revisions := shown.get("revisions", None):
        entries.append(root([hash_of(revision) for revision in _structs(revisions)]))
    entries.append(block.entries_hash_list[len(entries)])
    entries += [ion_hash(shown[name]) for name in ("transactionInfo", "redactionInfo") if shown.get(name, None)]
    return dot(root(entries), block.previous_block_hash)


def hash_of(revision: Struct) -> bytes:
    """The hash of a revision as shown; a hash-only one's can only be believed."""
    metadata = revision.get("metadata", None)
    if metadata is None:
        return _bytes(revision["hash"])
    data = revision.get("data", None)
    return dot(ion_hash(metadata), _bytes(revision.get("dataHash", b"")) if data is None else ion_hash(data))


def _structs(value: Value) -> list[Struct]:
    assert isinstance(value, list)
    return value


def _bytes(value: Value) -> bytes:
    assert isinstance(value, bytes)
    return value
