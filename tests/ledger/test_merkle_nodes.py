"""Nodes of the Merkle tree in the view: whatever was written is found again, however far the tree has grown."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from emulator.journal import merkle
from emulator.ledger.view.connections import Connections
from emulator.ledger.view.merkle_nodes import MerkleNodes

BLOCKS = 4_200  # more than 4,096 have a tile of the third tier
LEAVES = [sha256(number.to_bytes(4, "big")).digest() for number in range(BLOCKS)]


@pytest.fixture
def connections(tmp_path: Path) -> Iterator[Connections]:
    connections = Connections(tmp_path / "view.sqlite")
    yield connections
    connections.close()


def expected(start: int = 0, stop: int = BLOCKS) -> dict[tuple[int, int], bytes]:
    """The nodes that a range of blocks completes, by level and position."""
    nodes: dict[tuple[int, int], bytes] = {}
    for number in range(stop):
        for level, position, node in merkle.appended(number, LEAVES[number], lambda *at: nodes[at]):
            nodes[level, position] = node
    return {at: node for at, node in nodes.items() if (at[1] + 1) << at[0] > start}


def nodes_in(connections: Connections) -> MerkleNodes:
    return MerkleNodes(connections, lambda: connections.reader)


def append(connections: Connections, nodes: MerkleNodes, start: int, stop: int) -> None:
    connections.begin()
    for number in range(start, stop):
        nodes.append(number, LEAVES[number])


def test_every_node_is_found(connections: Connections) -> None:
    """Also by one who has not written them, and again once they are known."""
    append(connections, nodes_in(connections), 0, BLOCKS)
    connections.commit(BLOCKS)
    nodes = nodes_in(connections)
    for at, node in expected().items():
        assert nodes.node(*at) == node


def test_nodes_beside_a_block_and_above_it(connections: Connections) -> None:
    """Together they are what they are one by one, as far as the tree was complete at any size, by then and later."""
    append(connections, nodes_in(connections), 0, BLOCKS)
    connections.commit(BLOCKS)
    nodes, known = nodes_in(connections), expected()
    for position, size in [(0, 1), (0, 2), (62, 64), (63, 65), (64, 65), (4_095, 4_097), (4_096, 4_097), (70, BLOCKS)]:
        beside = nodes.beside(position, size)
        assert len(beside) >= (size - 1).bit_length()
        for level, node in enumerate(beside):
            at = level, position >> level ^ 1
            if (at[1] + 1) << level <= size:
                assert node == known[at]


@pytest.mark.parametrize("leaves", [0, 1, 2, 63, 64, 65, 128, 4_095, 4_096, 4_097])
def test_tree_goes_on_where_it_ended(connections: Connections, leaves: int) -> None:
    """Whoever opens the view anew knows how many blocks there are, and appends the next."""
    append(connections, nodes_in(connections), 0, leaves)
    connections.commit(leaves)
    nodes = nodes_in(connections)
    assert nodes.leaves() == leaves
    append(connections, nodes, leaves, BLOCKS)
    connections.commit(BLOCKS - leaves)

    assert nodes.leaves() == BLOCKS
    for at, node in expected(leaves).items():
        assert nodes.node(*at) == node


def test_node_beyond_what_is_known_is_read_anew(connections: Connections) -> None:
    """A tile that was read may have grown since."""
    nodes = nodes_in(connections)
    append(connections, nodes, 0, 3)
    connections.commit(3)
    assert nodes.beside(2, 3)[1] == expected()[1, 0]
    append(connections, nodes, 3, 4)
    connections.commit(1)

    assert nodes.node(0, 2) == LEAVES[2]
    assert nodes.beside(2, 4)[:2] == [LEAVES[3], expected()[1, 0]]


def test_undone_blocks_leave_nothing(connections: Connections) -> None:
    """After a rollback other blocks stand in the place of those that were undone."""
    nodes = nodes_in(connections)
    append(connections, nodes, 0, 5)
    connections.commit(5)
    connections.flush()
    append(connections, nodes, 5, 140)
    connections.rollback()
    nodes.forget_growth()
    assert nodes.leaves() == 5
    append(connections, nodes, 5, 140)
    connections.commit(135)

    for at, node in expected(stop=140).items():
        assert nodes.node(*at) == node
