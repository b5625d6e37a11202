"""Reading the blocks of a journal in SQLite, over a connection that several may share."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field

from emulator.journal.block import Block
from emulator.journal.encoding import decode_block
from emulator.journal.errors import JournalError
from emulator.journal.stores.sqlite_file import size_bytes

CHUNK_BLOCKS = 256
CHUNK_BYTES = 1 << 18
"""How much `read` takes at a time."""

_RANGE = "SELECT sequence_no, body FROM block WHERE sequence_no >= ? AND sequence_no < ? ORDER BY sequence_no"
_LATEST = "SELECT sequence_no, body FROM block ORDER BY sequence_no DESC LIMIT 1"


@dataclass(slots=True)
class Channel:
    """A connection and the lock without which nobody uses it."""

    connection: sqlite3.Connection
    lock: threading.RLock = field(default_factory=threading.RLock)

    def close(self) -> None:
        with self.lock:
            self.connection.close()


class SqliteReader:
    """Takes a chunk of blocks at a time, and holds nothing between two of them."""

    def __init__(self, name: str, channel: Channel, *, closes: bool) -> None:
        """`name` is what messages call the journal. Closing the reader `closes` the channel, if it is its own."""
        self._name = name
        self._channel = channel
        self._closes = closes

    def read(self, start: int, stop: int) -> Iterator[Block]:
        while start < stop and (bodies := self._chunk(start, stop)):
            for sequence_no, body in enumerate(bodies, start):
                yield block_in(body, sequence_no, self._name)
            start += len(bodies)

    def tip(self) -> Block | None:
        with self._channel.lock, failures(self._name):
            row = self._channel.connection.execute(_LATEST).fetchone()
        return None if row is None else block_in(row[1], row[0], self._name)

    def copy_to(self, other: sqlite3.Connection) -> None:
        """Make another database like this one."""
        with self._channel.lock, failures(self._name):
            self._channel.connection.backup(other)

    def size_bytes(self) -> int:
        with self._channel.lock, failures(self._name):
            return size_bytes(self._channel.connection)

    def close(self) -> None:
        if self._closes:
            self._channel.close()

    def _chunk(self, start: int, stop: int) -> list[bytes]:
        """The first blocks of a range, as many as are worth having in memory at once."""
        bodies: list[bytes] = []
        size = 0
        numbers = start, min(stop, start + CHUNK_BLOCKS)
        with (
            self._channel.lock,
            failures(self._name),
            closing(self._channel.connection.execute(_RANGE, numbers)) as rows,
        ):
            for sequence_no, body in rows:
                if sequence_no != start + len(bodies):
                    raise JournalError(f"{self._name} is damaged: block {start + len(bodies)} is missing.")
                bodies.append(body)
                size += len(body)
                if size >= CHUNK_BYTES:
                    break
        return bodies


def block_in(body: bytes, sequence_no: int, name: str) -> Block:
    """The block stored under a number in the journal of that name; JournalError when it is not that one."""
    try:
        block = decode_block(body)
    except JournalError as error:
        raise JournalError(f"{name} is damaged at block {sequence_no}: {error}") from error
    if block.address.sequence_no != sequence_no:
        raise JournalError(f"{name} is damaged: block {block.address.sequence_no} stands at {sequence_no}.")
    return block


@contextmanager
def failures(name: str) -> Iterator[None]:
    """SQLite's errors are those of the journal of that name."""
    try:
        yield
    except sqlite3.Error as error:
        raise JournalError(f"{name} failed: {error}.") from error
