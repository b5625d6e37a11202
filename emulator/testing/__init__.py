"""QLDB for tests: a fresh ledger in milliseconds, under full control.

`mock_qldb` answers botocore's clients in the process of the test; `Emulator` and `AsyncEmulator` serve on a port; the
pytest plugin (`emulator.testing.plugin`) has fixtures of both. What a test then holds is a `Qldb`.
"""

from emulator.testing.handle import Qldb
from emulator.testing.mock import MockQldb, mock_qldb
from emulator.testing.server import AsyncEmulator, Emulator

__all__ = ["AsyncEmulator", "Emulator", "MockQldb", "Qldb", "mock_qldb"]
