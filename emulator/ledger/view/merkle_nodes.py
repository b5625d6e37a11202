"""The complete nodes of the Merkle tree over all blocks, as rows of the view; level 0 are the block hashes.

Nodes are kept in tiles, so that a proof reads few rows. A tile has six levels of the tree over 64 nodes of the lowest
of them, and a tier is all tiles of the same levels. In a tile nodes stand in the order in which they become complete: a
tile grows at its end alone, to 126 nodes, which just fill a page of SQLite. Twenty levels, a million blocks, are four
tiers, and a proof needs one tile of each; those of the upper tiers are few and soon known.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable

from emulator.journal import merkle
from emulator.journal.hash_chain import HASH_BYTES
from emulator.ledger.view.connections import Connections

_LEVELS = 6
_WIDTH = 1 << _LEVELS
_KEPT_TILES = 256
"""Of each tier in memory, four kilobytes each: complete nodes never change."""

_TILE = "SELECT nodes FROM merkle_tiles WHERE tile_no = ?"
_PUT = "INSERT OR REPLACE INTO merkle_tiles (tile_no, nodes) VALUES (?, ?)"
_NEWEST_LEAVES = "SELECT tile_no, length(nodes) FROM merkle_tiles ORDER BY tile_no DESC LIMIT 1"


def _nodes_of(leaves: int) -> int:
    """How many nodes so many of a tile's lowest nodes complete; the highest of all belongs to the tier above."""
    return 2 * leaves - leaves.bit_count() - (leaves == _WIDTH)


def _offset(level: int, position: int) -> int:
    """Where a node of a tile begins: it becomes complete with the last leaf below it, after those between the two."""
    last_leaf = ((position + 1) << level) - 1
    return (_nodes_of(last_leaf) + level) * HASH_BYTES


_OFFSETS = [[_offset(level, position) for position in range(_WIDTH >> level)] for level in range(_LEVELS)]
_PLACES = [
    (level // _LEVELS, _LEVELS - level % _LEVELS, (_WIDTH >> level % _LEVELS) - 1, _OFFSETS[level % _LEVELS])
    for level in range(64)
]
"""For each level: its tier; how many bits of a position are the place in the tile, the same as a mask; the offsets."""
_BESIDE = [
    [
        slice(start, start + HASH_BYTES)
        for level, offsets in enumerate(_OFFSETS)
        for start in (offsets[place >> level ^ 1],)
    ]
    for place in range(_WIDTH)
]
"""For each place of a tile's lowest level: where the nodes are that stand beside it and beside those above it."""
_LENGTHS = [_nodes_of(leaves) * HASH_BYTES for leaves in range(_WIDTH + 1)]
"""How many bytes a tile has that has so many leaves."""
_LEAVES = {length: leaves for leaves, length in enumerate(_LENGTHS) if leaves}


def _tile_no(tier: int, position: int) -> int:
    """The row of a tile. Tiles of the lowest tier come last, for rows are added fastest at the end of a table."""
    return position - (tier << 48)


class MerkleNodes:
    """The tree as `journal.merkle` asks for it."""

    def __init__(self, connections: Connections, reader: Callable[[], sqlite3.Connection]) -> None:
        """`reader` gives a connection that sees all blocks that are committed by then."""
        self._connections = connections
        self._reader = reader
        self._growing: dict[int, tuple[int, bytearray]] = {}
        """The last tile of each tier, as position and nodes, with those of blocks that are not committed yet."""
        self._known: defaultdict[int, dict[int, bytes]] = defaultdict(dict)
        """Tiles that were read, by tier and position. The last ones may have grown since."""

    def close(self) -> None:
        """Let go of whoever gives connections, who has these nodes: the two would wait for a collector of garbage."""
        connections = self._connections
        self._reader = lambda: connections.reader

    def leaves(self) -> int:
        """How many blocks the tree is over."""
        row = self._connections.writer.execute(_NEWEST_LEAVES).fetchone()
        return 0 if row is None else row[0] * _WIDTH + _LEAVES[row[1]]

    def append(self, sequence_no: int, block_hash: bytes) -> None:
        """Write the nodes that a block completes."""
        for level, position, node in merkle.appended(sequence_no, block_hash, self._newest):
            tier, bits, _, _ = _PLACES[level]
            tile = position >> bits
            nodes = self._growing_tile(tier, tile)
            nodes += node
            self._connections.put(_PUT, _tile_no(tier, tile), nodes)

    def forget_growth(self) -> None:
        """What was written last may have been undone."""
        self._growing.clear()

    def node(self, level: int, position: int) -> bytes:
        tier, bits, mask, offsets = _PLACES[level]
        start = offsets[position & mask]
        end = start + HASH_BYTES
        return self._tile(tier, position >> bits, end)[start:end]

    def beside(self, position: int, size: int) -> list[bytes]:
        found: list[bytes] = []
        for tier in range(-(-(size - 1).bit_length() // _LEVELS)):
            tile = position >> _LEVELS
            leaves = min(size - (tile << _LEVELS), _WIDTH)
            found += map(self._tile(tier, tile, _LENGTHS[leaves]).__getitem__, _BESIDE[position & _WIDTH - 1])
            position, size = tile, size >> _LEVELS
        return found

    def _tile(self, tier: int, position: int, length: int) -> bytes:
        """A tile, or a tile's beginning of at least that many bytes, all of them of blocks that are committed."""
        tiles = self._known[tier]
        nodes = tiles.get(position, b"")
        if len(nodes) < length:
            if len(tiles) >= _KEPT_TILES:
                tiles.clear()
            tiles[position] = nodes = _stored(self._reader(), tier, position)
            assert len(nodes) >= length, f"tile {position} of tier {tier} has {len(nodes)} bytes, not {length}"
        return nodes

    def _newest(self, level: int, position: int) -> bytes:
        tier, bits, mask, offsets = _PLACES[level]
        start = offsets[position & mask]
        return bytes(self._growing_tile(tier, position >> bits)[start : start + HASH_BYTES])

    def _growing_tile(self, tier: int, position: int) -> bytearray:
        known = self._growing.get(tier)
        if known is not None and known[0] == position:
            return known[1]
        nodes = bytearray(_stored(self._connections.writer, tier, position))
        self._growing[tier] = position, nodes
        return nodes


def _stored(connection: sqlite3.Connection, tier: int, position: int) -> bytes:
    """The nodes of a tile; none where it has not begun."""
    row = connection.execute(_TILE, (_tile_no(tier, position),)).fetchone()
    nodes: bytes = row[0] if row is not None else b""
    return nodes
