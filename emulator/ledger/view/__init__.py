"""The view: everything derived from the journal, in SQLite. It can be deleted at any time and is built again."""

from emulator.ledger.view.view import View

__all__ = ["View"]
