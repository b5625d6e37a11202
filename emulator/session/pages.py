"""A statement's rows, cut into pages.

A cursor is always one row ahead of what it has given, so it knows whether a page is the last before a client asks
for an empty one. A page ends before the row that would make it too long: too many values, or too many bytes once each
value is wrapped in base64 and JSON.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator

from emulator import limits
from emulator.errors import BadRequestException
from emulator.frozen import frozen
from emulator.ion.binary import encode
from emulator.ion.errors import IonError, IonTooLargeError
from emulator.ion.values import Value
from emulator.session import messages

Turns = Generator[None, None, "Page"]
"""Gives a turn (None) wherever others may go first, and returns the page."""

_ROWS_A_TURN = 16
_LONG_BYTES = 1024
"""Rows take no long time one by one, and a turn takes as much; of a long value that is not so sure."""
_WRAPPING_BYTES = len('{"IonBinary":""},')


@frozen
class PageSize:
    values: int
    bytes: int


@frozen
class Page:
    values: list[bytes]
    is_last: bool


class Cursor:
    """Rows of one statement that were not sent yet. `None` among them is a turn."""

    def __init__(self, rows: Iterator[Value | None], size: PageSize) -> None:
        self._rows = rows
        self._size = size
        self._ahead: bytes | None = None

    def next_page(self) -> Turns:
        """The next page; one without values only when there is no row at all."""
        values = [self._ahead] if self._ahead is not None else []
        size = sum(map(wire_size, values))
        for row in self._rows:
            if row is not None:
                data = _encoded(row)
                size += wire_size(data)
                if self._is_full(values, size):
                    self._ahead = data
                    return Page(values, is_last=False)
                values.append(data)
                if len(values) % _ROWS_A_TURN and len(data) < _LONG_BYTES:
                    continue
            yield None
        return Page(values, is_last=True)

    def run_to_the_end(self) -> Generator[None, None, None]:
        """Make all rows that are left, and keep them for the pages to come."""
        rows = []
        for row in self._rows:
            if row is None:
                yield None
            else:
                rows.append(row)
        self._rows = iter(rows)

    def _is_full(self, values: list[bytes], size_with_next: int) -> bool:
        return len(values) >= self._size.values or (bool(values) and size_with_next > self._size.bytes)

    def close(self) -> None:
        """Let go of what the rows are read from."""
        if isinstance(self._rows, Generator):
            self._rows.close()


def _encoded(row: Value) -> bytes:
    try:
        return encode(row)
    except IonTooLargeError as error:
        raise BadRequestException(messages.RESULT_TOO_LARGE.format(limit=limits.ION_VALUE_BYTES)) from error
    except IonError as error:
        raise BadRequestException(messages.RESULT_IS_NO_ION.format(reason=error)) from error


def wire_size(data: bytes) -> int:
    """How many bytes of JSON a value takes."""
    return (len(data) + 2) // 3 * 4 + _WRAPPING_BYTES
