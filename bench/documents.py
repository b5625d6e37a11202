"""The documents that figures insert: small, and each with a key of its own."""

from __future__ import annotations

from emulator.ion.binary import encode
from emulator.ion.values import Struct

TABLE = "Measured"
INSERT = f"INSERT INTO {TABLE} ?"
INSERT_MANY = f"INSERT INTO {TABLE} << {', '.join('?' * 40)} >>"
SELECT = f"SELECT * FROM {TABLE} WHERE number = ?"
SET_UP = (f"CREATE TABLE {TABLE}",)
SET_UP_INDEXED = (*SET_UP, f"CREATE INDEX ON {TABLE} (number)")
DOCUMENTS_EACH = 40
"""How many documents INSERT_MANY takes, as many as a transaction may write."""


def document(number: int) -> bytes:
    """A document of some 100 bytes."""
    return encode(
        Struct([("number", number), ("owner", f"owner {number % 1000}"), ("city", "Seattle"), ("note", "n" * 40)])
    )
