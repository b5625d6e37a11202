"""The Merkle tree over all blocks, against the tree rebuilt from all its leaves."""

from collections import Counter
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.journal.merkle import appended, list_path, path, root
from tests.journal import reference
from tests.journal.builders import complete_nodes, hashes, tree_over

leaf_lists = st.lists(hashes, min_size=1, max_size=70)


@given(leaf_lists)
def test_root_of_every_size(leaves: list[bytes]) -> None:
    """From the nodes complete at the end, the root over any number of first blocks can be told."""
    tree = tree_over(leaves)
    for size in range(len(leaves) + 1):
        assert root(size, tree.node) == reference.root(leaves[:size])


@given(leaf_lists, st.data())
def test_path_of_every_block_at_every_size(leaves: list[bytes], data: st.DataObject) -> None:
    """The path of any block in the tree of any size holds its neighbours in the rebuilt tree."""
    tree = tree_over(leaves)
    size = data.draw(st.integers(1, len(leaves)))
    for position in range(size):
        assert path(position, size, tree) == reference.path(leaves[:size], position)


@given(leaf_lists)
def test_appended_gives_each_complete_node_once(leaves: list[bytes]) -> None:
    """Each node is given when its last block comes: half as many on each level as on the one below."""
    on_level = Counter(level for level, _ in complete_nodes(leaves))
    assert all(on_level[level] == len(leaves) >> level for level in on_level)


@given(st.lists(hashes, min_size=1, max_size=20))
def test_list_path_leads_to_the_root(leaves: list[bytes]) -> None:
    """Inside a block, the path of each hash is that of the rebuilt tree."""
    for position in range(len(leaves)):
        assert list_path(leaves, position) == reference.path(leaves, position)


@dataclass
class Counting:
    """A tree that counts the nodes it is asked for."""

    asked: int = 0

    def node(self, level: int, position: int) -> bytes:
        self.asked += 1
        return bytes(32)

    def beside(self, position: int, size: int) -> list[bytes]:
        return [self.node(level, position >> level ^ 1) for level in range((size - 1).bit_length())]


def test_work_grows_with_the_logarithm() -> None:
    """In a journal of a million blocks, a root, a path and an append ask for a few dozen nodes."""
    tree, size = Counting(), 1_000_003
    root(size, tree.node)
    path(size // 3, size, tree)
    appended(2**20 - 1, bytes(32), tree.node)
    assert tree.asked <= 3 * 20


@pytest.mark.parametrize(("position", "size"), [(0, 0), (5, 5), (-1, 5)])
def test_path_beyond_the_tree_is_refused(position: int, size: int) -> None:
    """There is no path for a block that the tree does not cover."""
    with pytest.raises(ValueError, match="not among"):
        path(position, size, Counting())
