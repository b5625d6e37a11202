"""A verifier of revisions, blocks and digests, written from the published algorithm alone.

It shares no line with the server: Ion Hash comes from the `ionhash` package that the driver brings along. Who trusts
this page need not trust the ledger.

The idea: every hash is joined to its neighbour by `dot`, which orders the two by itself, so that a proof is a plain
list of hashes. Folding a leaf with its proof gives the ledger's digest, or the leaf is not in that ledger.
"""

from collections.abc import Iterable, Sequence
from functools import reduce
from hashlib import sha256
from typing import Any

import ionhash  # noqa: F401  gives every value of amazon.ion its `ion_hash`
from amazon.ion.simpleion import loads

EMPTY = b""
HASH_BYTES = 32


def ion(holder: dict[str, str]) -> Any:
    """Read the Ion text of a `ValueHolder` of the control plane."""
    return loads(holder["IonText"])


def ion_hash(value: Any) -> bytes:
    """Give the Ion Hash (SHA-256) of a value read by amazon.ion."""
    return bytes(value.ion_hash("SHA256"))


def dot(left: bytes, right: bytes) -> bytes:
    """Join two hashes; the empty one leaves the other as it is. Raises ValueError on any other length."""
    if any(len(one) not in (0, HASH_BYTES) for one in (left, right)):
        raise ValueError(f"a hash has {HASH_BYTES} bytes or none, not {len(left)} and {len(right)}")
    if not left or not right:
        return left or right
    return sha256(b"".join(sorted((left, right), key=_as_signed_bytes_last_first))).digest()


def root(hashes: Iterable[bytes]) -> bytes:
    """Fold a list of hashes to one: neighbours in pairs, an odd last one goes up unchanged, level by level."""
    level = list(hashes)
    while len(level) > 1:
        level = [dot(*level[at : at + 2]) if at + 1 < len(level) else level[at] for at in range(0, len(level), 2)]
    return level[0] if level else EMPTY


def reaches(leaf: bytes, proof: Sequence[bytes], digest: bytes) -> bool:
    """Tell whether the leaf, folded with its proof, gives the digest."""
    return reduce(dot, map(bytes, proof), leaf) == digest


def revision_hash(revision: Any) -> bytes:
    """Compute a revision's hash from its contents: metadata, and data or what is left of it.

    A deleted revision has neither data nor dataHash; one that only shows its hash cannot be recomputed.
    """
    if "metadata" not in revision:
        return bytes(revision["hash"])
    if "dataHash" in revision:
        return dot(ion_hash(revision["metadata"]), bytes(revision["dataHash"]))
    data = ion_hash(revision["data"]) if "data" in revision else EMPTY
    return dot(ion_hash(revision["metadata"]), data)


def verify_revision(revision: Any, proof: Sequence[bytes], digest: bytes) -> bool:
    """Tell whether the revision is what it says it is and stands in the ledger that has this digest."""
    computed = revision_hash(revision)
    return computed == bytes(revision["hash"]) and reaches(computed, proof, digest)


def verify_block(block: Any, proof: Sequence[bytes], digest: bytes) -> bool:
    """Tell whether the block is consistent in itself and stands in the ledger that has this digest."""
    return block_is_consistent(block) and reaches(bytes(block["blockHash"]), proof, digest)


def block_is_consistent(block: Any) -> bool:
    """Recompute all of a block's hashes that its contents determine."""
    revisions = block.get("revisions", [])
    entries = [bytes(entry) for entry in block["entriesHashList"]]
    entries_hash = root(entries)
    return (
        all(revision_hash(revision) == bytes(revision["hash"]) for revision in revisions)
        and all(entry in entries for entry in _recomputed_entries(block))
        and entries_hash == bytes(block["entriesHash"])
        and dot(entries_hash, bytes(block["previousBlockHash"])) == bytes(block["blockHash"])
    )


def verify_journal(blocks: Sequence[Any], digest: bytes) -> bool:
    """Tell whether these blocks are the whole journal behind the digest: consistent, chained, and its only leaves."""
    hashes = [bytes(block["blockHash"]) for block in blocks]
    links = [bytes(block["previousBlockHash"]) for block in blocks]
    return all(map(block_is_consistent, blocks)) and links[1:] == hashes[:-1] and root(hashes) == digest


def _recomputed_entries(block: Any) -> list[bytes]:
    hashed = [ion_hash(block[name]) for name in ("transactionInfo", "redactionInfo") if name in block]
    if block.get("revisions"):
        hashed.append(root(bytes(revision["hash"]) for revision in block["revisions"]))
    return hashed


def _as_signed_bytes_last_first(one: bytes) -> list[int]:
    return [byte - 256 if byte > 127 else byte for byte in reversed(one)]
