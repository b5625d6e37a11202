"""The view's connections: what is written when, and who sees it."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from emulator.ledger.view.connections import Connections

INSERT = "INSERT INTO merkle_tiles (tile_no, nodes) VALUES (?, ?)"


@pytest.fixture
def connections(tmp_path: Path) -> Iterator[Connections]:
    connections = Connections(tmp_path / "view.sqlite")
    connections.begin()
    yield connections
    connections.close()


def count(connection: sqlite3.Connection) -> int:
    (number,) = connection.execute("SELECT count(*) FROM merkle_tiles").fetchone()
    return int(number)


def test_writer_sees_new_rows_and_readers_after_the_commit(connections: Connections) -> None:
    """Rows that are kept back are there for whoever looks, as soon as he may see them."""
    connections.insert(INSERT, (0, b""))
    assert count(connections.reader) == 0
    assert count(connections.writer) == 1
    connections.insert(INSERT, (1, b""))
    connections.commit(1)

    assert count(connections.reader) == 2


def test_rollback_forgets_new_rows(connections: Connections) -> None:
    """Rows that were kept back vanish with those that were written."""
    connections.insert(INSERT, (0, b""))
    count(connections.writer)
    connections.insert(INSERT, (1, b""))
    connections.rollback()

    assert count(connections.writer) == 0


def test_large_rows_are_not_kept_back(connections: Connections) -> None:
    """What waits to be written takes little memory."""
    connections.insert(INSERT, (0, bytes(1 << 20)), 1 << 20)

    assert connections._writer.total_changes == 1


def test_new_rows_of_a_lost_transaction_are_not_written(connections: Connections) -> None:
    """After SQLite rolled back by itself, rows kept back do not go in alone."""
    connections.insert(INSERT, (0, b""))
    connections._writer.execute("ROLLBACK")

    with pytest.raises(sqlite3.OperationalError):
        count(connections.writer)
    connections.rollback()
    assert count(connections.writer) == 0


def test_state_of_a_row_is_written_as_it_is_by_then(connections: Connections) -> None:
    """Of a row that changes again and again, one state is written, and the next in its place."""
    put = "INSERT OR REPLACE INTO merkle_tiles (tile_no, nodes) VALUES (?, ?)"
    state = bytearray(b"a")
    for added in b"bcd":
        connections.put(put, 7, state)
        state.append(added)
    connections.commit(1)
    assert connections.reader.execute("SELECT * FROM merkle_tiles").fetchall() == [(7, b"abcd")]
    assert connections._writer.total_changes == 1
    connections.begin()
    state.append(ord("e"))
    connections.put(put, 7, state)
    connections.commit(1)

    assert connections.reader.execute("SELECT * FROM merkle_tiles").fetchall() == [(7, b"abcde")]
