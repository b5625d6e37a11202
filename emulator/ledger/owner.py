"""What a ledger asks of the account it belongs to. A ledger may also stand alone, as in tests."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from emulator.settings import Settings


class Owner(Protocol):
    @property
    def settings(self) -> Settings: ...

    def check_table_tags(self, tags: Mapping[str, str | None]) -> None:
        """BadRequestException when a new table cannot have these tags."""

    def tag_table(self, table_id: str, tags: Mapping[str, str | None]) -> None:
        """Give a table its tags, right before its creation is committed."""

    def note_erasures(self, pending: bool) -> None:
        """Remember, durably, whether data of redacted revisions is still to be erased: whoever starts next goes on."""


class Alone:
    """The owner of a ledger that has none: tags go nowhere."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()

    def check_table_tags(self, tags: Mapping[str, str | None]) -> None: ...

    def tag_table(self, table_id: str, tags: Mapping[str, str | None]) -> None: ...

    def note_erasures(self, pending: bool) -> None: ...


ALONE = Alone()
