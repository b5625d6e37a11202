"""What an account does for one of its ledgers (`ledger.owner.Owner`)."""

from __future__ import annotations

from collections.abc import Mapping

from emulator.account import messages
from emulator.account.store import AccountStore
from emulator.account.tag_rules import check_count, check_tags
from emulator.errors import BadRequestException, InvalidParameterException
from emulator.settings import Settings


class LedgerOwner:
    def __init__(self, settings: Settings, store: AccountStore, ledger_id: str) -> None:
        self.settings = settings
        self._store = store
        self._ledger_id = ledger_id

    def check_table_tags(self, tags: Mapping[str, str | None]) -> None:
        """Tags of a new table need the STANDARD permissions mode (DG working.manage-tables), and follow the rules."""
        entry = self._store.get(self._ledger_id)
        if entry is not None and entry.permissions_mode != "STANDARD":
            raise BadRequestException(messages.tags_need_standard(entry.name, entry.permissions_mode))
        try:
            check_tags(tags, "aws_tags")
            check_count(tags, "aws_tags")
        except InvalidParameterException as error:
            raise BadRequestException(error.message) from error

    def tag_table(self, table_id: str, tags: Mapping[str, str | None]) -> None:
        self._store.put_tags(self._ledger_id, f"table/{table_id}", tags)

    def note_erasures(self, pending: bool) -> None:
        self._store.note_erasures(self._ledger_id, pending=pending)
