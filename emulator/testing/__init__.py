"""QLDB for tests: a fresh ledger in milliseconds, under full control.

`mock_qldb` answers botocore's clients in the process of the test; `Emulator` and `AsyncEmulator` serve on a port; the
pytest plugin (`emulator.testing.plugin`) has fixtures of both. What a test then holds is a `Qldb`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from emulator.testing.cases import QldbTestCase
    from emulator.testing.handle import Qldb
    from emulator.testing.mock import MockQldb, mock_qldb
    from emulator.testing.server import AsyncEmulator, Emulator

__all__ = ["AsyncEmulator", "Emulator", "MockQldb", "Qldb", "QldbTestCase", "mock_qldb"]

_PLACES = {
    "AsyncEmulator": "server",
    "Emulator": "server",
    "MockQldb": "mock",
    "Qldb": "handle",
    "QldbTestCase": "cases",
    "mock_qldb": "mock",
}


def __getattr__(name: str) -> Any:
    """Imported when asked for: pytest loads the plugin in this package for every run, and most need nothing of it."""
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
