"""The complete nodes of the Merkle tree over all blocks, as rows of the view; level 0 are the block hashes."""

from __future__ import annotations

import sqlite3

from emulator.journal import merkle
from emulator.ledger.view.connections import Connections

_NODE = "SELECT hash FROM merkle_nodes WHERE level = ? AND position = ?"
# A cross join looks up each wanted node; of `(level, position) IN (VALUES …)` SQLite makes a scan of the whole table.
_NODES = (
    "WITH wanted (l, p) AS (VALUES {}) SELECT level, position, hash FROM wanted "
    "CROSS JOIN merkle_nodes ON level = l AND position = p"
)
_INSERT = "INSERT INTO merkle_nodes (level, position, hash) VALUES (?, ?, ?)"
_LEVELS = 32
_CACHED_NODES = 4_096
"""Complete nodes never change, and those of the upper levels are in every proof."""


class MerkleNodes:
    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._frontier: dict[int, tuple[int, bytes]] = {}
        self._nodes: dict[tuple[int, int], bytes] = {}

    def append(self, sequence_no: int, block_hash: bytes) -> None:
        """Write the nodes that a block completes."""
        for level, position, node in merkle.appended(sequence_no, block_hash, self._newest):
            self._frontier[level] = (position, node)
            self._connections.insert(_INSERT, (level, position, node))

    def forget_frontier(self) -> None:
        """What was written last may have been undone."""
        self._frontier.clear()

    def known(self, level: int, position: int) -> bytes | None:
        """A node that was read before."""
        return self._nodes.get((level, position))

    def read(self, connection: sqlite3.Connection, level: int, position: int) -> bytes:
        """A node that was committed."""
        if len(self._nodes) >= _CACHED_NODES:
            self._nodes.clear()
        self._nodes |= _proof_nodes(connection, level, position)
        return self._nodes[level, position]

    def _newest(self, level: int, position: int) -> bytes:
        known = self._frontier.get(level)
        return known[1] if known and known[0] == position else _node(self._connections.writer, level, position)


def _node(connection: sqlite3.Connection, level: int, position: int) -> bytes:
    row = connection.execute(_NODE, (level, position)).fetchone()
    assert row is not None, f"node {position} of level {level} is not complete"
    node: bytes = row[0]
    return node


def _proof_nodes(connection: sqlite3.Connection, level: int, position: int) -> dict[tuple[int, int], bytes]:
    """A node, and those that a proof which needs it needs above it, as far as they are complete: in one query."""
    beside = position ^ 1
    numbers: list[int] = [level, position]
    for up in range(1, _LEVELS - level):
        numbers += (level + up, (beside >> up) ^ 1)
    values = ", ".join(["(?, ?)"] * (len(numbers) // 2))
    return {(level, position): node for level, position, node in connection.execute(_NODES.format(values), numbers)}
