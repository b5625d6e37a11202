"""The Merkle tree over all blocks, against the tree rebuilt from all its leaves."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulator.journal.merkle import appended, list_path, path, root
from tests.journal import reference
from tests.journal.builders import complete_nodes, hashes

leaf_lists = st.lists(hashes, min_size=1, max_size=70)


@given(leaf_lists)
def test_root_of_every_size(leaves: list[bytes]) -> None:
    """From the nodes complete at the end, the root over any number of first blocks can be told."""
    nodes = complete_nodes(leaves)
    for size in range(len(leaves) + 1):
        assert root(size, lambda level, position: nodes[level, position]) == reference.root(leaves[:size])


@given(leaf_lists, st.data())
def test_path_of_every_block_at_every_size(leaves: list[bytes], data: st.DataObject) -> None:
    """The path of any block in the tree of any size holds its neighbours in the rebuilt tree."""
    nodes = complete_nodes(leaves)
    size = data.draw(st.integers(1, len(leaves)))
    for position in range(size):
        siblings = path(position, size, lambda level, position: nodes[level, position])
        assert siblings == reference.path(leaves[:size], position)


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


def test_work_grows_with_the_logarithm() -> None:
    """In a journal of a million blocks, a root, a path and an append ask for a few dozen nodes."""
    asked: list[tuple[int, int]] = []

    def node(level: int, position: int) -> bytes:
        asked.append((level, position))
        return bytes(32)

    size = 1_000_003
    root(size, node)
    path(size // 3, size, node)
    appended(2**20 - 1, bytes(32), node)
    assert len(asked) <= 3 * 20


@pytest.mark.parametrize(("position", "size"), [(0, 0), (5, 5), (-1, 5)])
def test_path_beyond_the_tree_is_refused(position: int, size: int) -> None:
    """There is no path for a block that the tree does not cover."""
    with pytest.raises(ValueError, match="not among"):
        path(position, size, lambda level, position: bytes(32))
