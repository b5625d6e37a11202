"""The Merkle tree over the hashes of all blocks, whose root is the ledger's digest.

Node (level, position) stands for the 2^level blocks from position * 2^level on; level 0 are the block hashes. A node is
complete once all those blocks exist, and never changes again, so complete nodes are kept by whoever keeps the ledger's
view, and everything here asks for them through `Node`. The tree of any number of blocks, the present or an earlier one,
then takes a logarithmic number of them: its incomplete nodes all lie on its right edge and are joined afresh. A last
node without a neighbour goes up as it is.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from emulator.journal.hash_chain import EMPTY, dot
from emulator.journal.hash_chain import root as root_of

Node = Callable[[int, int], bytes]
"""The hash of the complete node at (level, position)."""


class Tree(Protocol):
    """The complete nodes, one by one, or as many together as a path needs."""

    def node(self, level: int, position: int) -> bytes:
        """The hash of a complete node."""

    def beside(self, position: int, size: int) -> Sequence[bytes]:
        """The nodes beside block `position` and those above it, level by level, at least up to the root over the
        first `size` blocks. In place of nodes that these do not complete there may be anything.
        """


def appended(position: int, leaf: bytes, node: Node) -> list[tuple[int, int, bytes]]:
    """The nodes that become complete with block `position`, as (level, position, hash), its leaf first.

    `node` is asked for nodes over earlier blocks only.
    """
    level, complete = 0, [(0, position, leaf)]
    while position % 2:
        leaf = dot(node(level, position - 1), leaf)
        level, position = level + 1, position // 2
        complete.append((level, position, leaf))
    return complete


def root(size: int, node: Node) -> bytes:
    """The root over the first `size` blocks; empty of none."""
    return _edge(size, size, node)


def path(position: int, size: int, tree: Tree) -> list[bytes]:
    """What block `position` is joined with, leaf to root, among the first `size` blocks; ValueError beyond them.

    Below the level where it has the last block beside it, all its neighbours are complete. Above, it shares the way up
    with the last block, and has neighbours on the left, complete again, or none.
    """
    if not 0 <= position < size:
        raise ValueError(f"block {position} is not among the first {size} blocks")
    beside = tree.beside(position, size)
    height = (position ^ size - 1).bit_length()
    above = [beside[level] for level in range(height, position.bit_length()) if position >> level & 1]
    if not height:
        return above
    right = _edge(size - ((position >> height - 1 ^ 1) << height - 1), size, tree.node)
    return [*beside[: height - 1], right, *above]


def _edge(count: int, size: int, node: Node) -> bytes:
    """The root over the last `count` of the first `size` blocks, where they are one node of the tree over these.

    The tree's right edge has one complete node for each bit of `count`; they are joined from the smallest up.
    """
    joined = EMPTY
    while count:
        level = (count & -count).bit_length() - 1
        joined = dot(node(level, (size >> level) - 1), joined)
        count &= count - 1
    return joined


def list_path(hashes: Sequence[bytes], position: int) -> list[bytes]:
    """What one hash is joined with in `hash_chain.root(hashes)`, from the hash up."""
    beside = [(level, position >> level ^ 1) for level in range((len(hashes) - 1).bit_length())]
    return [root_of(hashes[at << level : at + 1 << level]) for level, at in beside if at << level < len(hashes)]
