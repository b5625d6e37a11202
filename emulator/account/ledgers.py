"""The ledgers of one account and Region, from creation to deletion.

    CreateLedger -> CREATING -> ACTIVE -> DeleteLedger -> DELETING -> gone

A ledger is stored before it is registered, and forgotten before its folder is removed: whatever moment the process
ends at, the registry only ever knows whole ledgers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from emulator.account import messages, page_tokens
from emulator.account.encryption import AWS_OWNED, key_arn
from emulator.account.entry import LedgerDescription, LedgerEntry, LedgerState
from emulator.account.open_ledgers import OpenLedgers, Source
from emulator.account.state_changes import StateChanges
from emulator.account.store import AccountStore
from emulator.account.tag_rules import check_count, check_tags
from emulator.clock import Clock
from emulator.errors import (
    LimitExceededException,
    ResourceAlreadyExistsException,
    ResourceInUseException,
    ResourceNotFoundException,
    ResourcePreconditionNotMetException,
)
from emulator.ids import IdSource
from emulator.settings import Settings

if TYPE_CHECKING:
    from emulator.ledger.ledger import Ledger


class Ledgers:
    """The registry's rules. Names come in checked for their form; everything else is checked here."""

    def __init__(
        self,
        region: str,
        settings: Settings,
        store: AccountStore,
        open_ledgers: OpenLedgers,
        state_changes: StateChanges,
        *,
        clock: Clock,
        ids: IdSource,
    ) -> None:
        self._region = region
        self._account_id = settings.account_id
        self._settings = settings
        self._store = store
        self._open_ledgers = open_ledgers
        self._state_changes = state_changes
        self._clock = clock
        self._ids = ids

    def create(
        self,
        name: str,
        permissions_mode: str,
        deletion_protection: bool = True,
        kms_key: str | None = None,
        tags: Mapping[str, str | None] | None = None,
    ) -> LedgerDescription:
        """Make a ledger, told to be CREATING however soon it is done: clients print that and go on to wait."""
        check_tags(tags or {})
        check_count(tags or {})
        key = self._customer_key(kms_key)
        self._refuse_taken(name)
        self._refuse_too_many()
        entry = self._new_entry(name, permissions_mode, deletion_protection, key)
        self._open_ledgers.create(entry)
        return self._registered(entry, tags or {})

    def fork(self, name: str, source: Source, permissions_mode: str, key: str | None) -> LedgerDescription:
        """Make a ledger that begins with the blocks of another one; it has no tags and may be deleted."""
        self._refuse_taken(name)
        self._refuse_too_many()
        entry = self._new_entry(name, permissions_mode, deletion_protection=False, key=key)
        self._open_ledgers.create(entry, source)
        return self._registered(entry, {})

    def replace(self, name: str, source: Source) -> None:
        """Give a ledger the blocks of another, or a part of its own; its sessions, exports and streams end."""
        self.connect(name)
        self._open_ledgers.replace(self.existing(name), source)

    def _registered(self, entry: LedgerEntry, tags: Mapping[str, str | None]) -> LedgerDescription:
        self._register(entry, tags)
        self._state_changes.note(entry, LedgerState.CREATING, entry.created_at_ms)
        self._state_changes.note(entry, LedgerState.ACTIVE, entry.active_at_ms)
        return replace(entry.describe(entry.created_at_ms), state=LedgerState.CREATING)

    def describe(self, name: str) -> LedgerDescription:
        """ResourceNotFoundException for a name that no ledger has; so do all that follow."""
        return self._find(name).describe(self._clock.now_ms())

    def list(self, max_results: int, next_token: str | None = None) -> tuple[list[LedgerDescription], str | None]:
        """A page of ledgers by name, and the token of the next page if there is one."""
        self._remove_gone()
        listing = f"ledgers {self._account_id} {self._region}"
        after = "" if next_token is None else page_tokens.unseal(listing, next_token)
        entries = self._store.page(self._account_id, self._region, after, max_results + 1)
        now_ms = self._clock.now_ms()
        page = [entry.describe(now_ms) for entry in entries[:max_results]]
        return page, page_tokens.seal(listing, page[-1].name) if len(entries) > max_results else None

    def update(
        self, name: str, deletion_protection: bool | None = None, kms_key: str | None = None
    ) -> LedgerDescription:
        """Change what is given. A new key is told to be UPDATING, however soon that is done."""
        entry = self.existing(name)
        if deletion_protection is not None:
            entry = replace(entry, deletion_protection=deletion_protection)
        if kms_key:
            entry = self._with_key(entry, key_arn(kms_key, self._region, self._account_id))
        self._store.replace(entry)
        description = entry.describe(self._clock.now_ms())
        if kms_key and description.encryption:
            description = replace(description, encryption=replace(description.encryption, encryption_status="UPDATING"))
        return description

    def update_permissions_mode(self, name: str, permissions_mode: str) -> LedgerDescription:
        entry = replace(self.existing(name), permissions_mode=permissions_mode)
        self._store.replace(entry)
        return entry.describe(self._clock.now_ms())

    def delete(self, name: str) -> None:
        """Begin to delete a ledger. What stands in the way is looked for in this order: existence, use, protection."""
        entry = self._find(name)
        now_ms = self._clock.now_ms()
        if entry.state(now_ms) is LedgerState.CREATING:
            raise ResourceInUseException(messages.LEDGER_BEING_CREATED, messages.LEDGER, name)
        if entry.state(now_ms) is LedgerState.DELETING:
            raise ResourceInUseException(messages.LEDGER_BEING_DELETED, messages.LEDGER, name)
        if entry.deletion_protection:
            raise ResourcePreconditionNotMetException(messages.DELETION_PROTECTED, messages.LEDGER, name)
        gone_at_ms = now_ms + self._settings.ledger_deleting_ms
        self._store.replace(replace(entry, gone_at_ms=gone_at_ms))
        self._state_changes.note(entry, LedgerState.DELETING, now_ms)
        self._state_changes.note(entry, LedgerState.DELETED, gone_at_ms)
        self._open_ledgers.end(entry.ledger_id)
        self._remove_gone()

    def connect(self, name: str) -> Ledger:
        """The ledger, to work with.

        ResourceNotFoundException when it is missing or being deleted, ResourcePreconditionNotMetException while it is
        being created (API reference, GetBlock).
        """
        entry = self.existing(name)
        if entry.state(self._clock.now_ms()) is LedgerState.CREATING:
            raise ResourcePreconditionNotMetException(messages.LEDGER_BEING_CREATED, messages.LEDGER, name)
        return self._open_ledgers.get(entry)

    def made(self, name: str) -> Ledger:
        """The ledger, to look at; also while it is being created, for its blocks are there."""
        return self._open_ledgers.get(self.existing(name))

    def existing(self, name: str) -> LedgerEntry:
        """The entry of a ledger that is there and stays, or ResourceNotFoundException."""
        entry = self._store.find(self._account_id, self._region, name)
        if entry is None or entry.gone_at_ms is not None:
            raise self._not_found(name)
        return entry

    def _find(self, name: str) -> LedgerEntry:
        self._remove_gone()
        entry = self._store.find(self._account_id, self._region, name)
        if entry is None:
            raise self._not_found(name)
        return entry

    def _not_found(self, name: str) -> ResourceNotFoundException:
        return ResourceNotFoundException(messages.ledger_not_found(name), messages.LEDGER, name)

    def _remove_gone(self) -> None:
        for ledger_id in self._store.gone(self._clock.now_ms()):
            self._store.remove(ledger_id)
            self._open_ledgers.discard(ledger_id)

    def _refuse_taken(self, name: str) -> None:
        self._remove_gone()
        entry = self._store.find(self._account_id, self._region, name)
        if entry is None:
            return
        if entry.gone_at_ms is not None:
            raise ResourceInUseException(messages.LEDGER_BEING_DELETED, messages.LEDGER, name)
        raise ResourceAlreadyExistsException(messages.ledger_exists(name), messages.LEDGER, name)

    def _refuse_too_many(self) -> None:
        limit = self._settings.max_ledgers
        if self._store.count_kept(self._account_id, self._region) >= limit:
            raise LimitExceededException(messages.too_many_ledgers(limit), messages.LEDGER)

    def _register(self, entry: LedgerEntry, tags: Mapping[str, str | None]) -> None:
        try:
            self._store.add(entry, tags)
        except BaseException:
            self._open_ledgers.discard(entry.ledger_id)
            raise

    def _new_entry(self, name: str, permissions_mode: str, deletion_protection: bool, key: str | None) -> LedgerEntry:
        now_ms = self._clock.now_ms()
        return LedgerEntry(
            ledger_id=self._ids.new_id(),
            account_id=self._account_id,
            region=self._region,
            name=name,
            permissions_mode=permissions_mode,
            deletion_protection=deletion_protection,
            created_at_ms=now_ms,
            active_at_ms=now_ms + self._settings.ledger_creating_ms,
            kms_key_arn=key,
            kms_key_enabled_at_ms=now_ms,
        )

    def _customer_key(self, kms_key: str | None) -> str | None:
        """The key of a new ledger; the one AWS owns needs no mention."""
        arn = key_arn(kms_key, self._region, self._account_id) if kms_key else None
        return None if arn == AWS_OWNED else arn

    def _with_key(self, entry: LedgerEntry, arn: str) -> LedgerEntry:
        enabled_at_ms = self._clock.now_ms() + self._settings.kms_key_updating_ms
        return replace(entry, kms_key_arn=arn, kms_key_enabled_at_ms=enabled_at_ms)
