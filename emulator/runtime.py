"""One emulator: its data directory, the registry of ledgers in it, those in use, their sessions, exports and streams.

Everything here belongs to one thread at a time, the one that serves requests. The engine behind the ledgers is imported
when the first of them is opened, for starting should not wait for it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from emulator.account.data_folder import DataFolder, DataFolderError
from emulator.account.entry import LedgerEntry
from emulator.account.ledgers import Ledgers
from emulator.account.open_ledgers import OpenLedgers
from emulator.account.state_changes import StateChanges
from emulator.account.store import AccountStore, RegistryError
from emulator.account.tags import Tags
from emulator.clock import Clock, SettableClock, SystemClock
from emulator.faults.rules import Faults
from emulator.frozen import frozen
from emulator.ids import IdSource, RandomIds, SeededIds
from emulator.metrics.meters import Meters
from emulator.settings import Settings

if TYPE_CHECKING:
    from emulator.account.copies import Copies
    from emulator.account.snapshots import Snapshots
    from emulator.delivery.delivery import Delivery
    from emulator.delivery.exports.exports import Exports
    from emulator.delivery.job import Job
    from emulator.delivery.outlets import Outlets
    from emulator.delivery.roles import RoleCheck
    from emulator.delivery.streams.streams import Streams
    from emulator.ledger.ledger import Ledger
    from emulator.metrics.meters import Meter
    from emulator.session.sessions import Sessions

_log = logging.getLogger(__name__)


@frozen
class Account:
    """What a client reaches: the ledgers and tags of an account in one Region."""

    ledgers: Ledgers
    tags: Tags


class Emulator:
    """The parts, put together. Raises DataFolderError when the data directory cannot be used."""

    def __init__(
        self,
        settings: Settings,
        clock: Clock | None = None,
        ids: IdSource | None = None,
        outlets: Outlets | None = None,
    ) -> None:
        self.settings = settings
        self._outlets = outlets
        self.clock = SettableClock(clock or SystemClock())
        if settings.clock is not None:
            settings.clock.start(self.clock)
        seeded = None if settings.seed is None else SeededIds(settings.seed)
        # A data directory outlives the process: what is registered in it anew must not have the ids of another start.
        self.ids = ids or (seeded if seeded and settings.folder is None else RandomIds())
        self.meters = Meters(self.clock)
        self.state_changes = StateChanges()
        self.request_ids = self.ids.branch("requests")
        self._job_ids = self.ids.branch("jobs")
        self.faults = Faults()
        self._folder = None if settings.folder is None else DataFolder(settings.folder)
        self._store = _open_store(self._folder)
        self._remove_leftovers()
        self._open_ledgers = OpenLedgers(
            self._folder,
            self._store,
            self.clock,
            ids or seeded or self.ids,
            settings=settings,
            on_close=self._end_sessions,
            on_end=self._end_jobs,
        )
        self.sandbox_url: str | None = None
        """Where other services answer beside the ledgers, if they do."""
        self._role_check: RoleCheck | None = None
        self._jobs = None if self._folder is None else self._folder.jobs
        if self._has_jobs:
            self._refuse_unreadable_jobs()

    def account(self, region: str | None = None) -> Account:
        """The account in a Region; None is the one of the settings."""
        region = region or self.settings.region
        ledgers = Ledgers(
            region, self.settings, self._store, self._open_ledgers, self.state_changes, clock=self.clock, ids=self.ids
        )
        return Account(ledgers, Tags(region, self.settings.account_id, self._store, ledgers, self._has_stream))

    @cached_property
    def sessions(self) -> Sessions:
        from emulator.session.sessions import Sessions  # noqa: PLC0415 - see above

        return Sessions(self.settings, self.clock)

    @cached_property
    def delivery(self) -> Delivery:
        from emulator.delivery.delivery import Delivery  # noqa: PLC0415 - see above
        from emulator.delivery.outlets import Outlets  # noqa: PLC0415 - see above

        outlets = self._outlets or Outlets(self.settings, lambda: self.sandbox_url)
        delivery = Delivery(self.settings, self._jobs, self.clock, outlets, self._ledger_of)
        if self._role_check is not None:
            delivery.role_check = self._role_check
        return delivery

    def check_roles_with(self, role_check: RoleCheck) -> None:
        """Have the roles of exports and streams looked at."""
        self._role_check = role_check
        if "delivery" in self.__dict__:
            self.delivery.role_check = role_check

    def exports(self, region: str | None = None) -> Exports:
        """The exports of the account in a Region."""
        from emulator.delivery.exports.exports import Exports  # noqa: PLC0415 - see above

        region = region or self.settings.region
        ledgers = self.account(region).ledgers
        return Exports(region, self.settings, self.delivery, ledgers, clock=self.clock, ids=self._job_ids)

    def streams(self, region: str | None = None) -> Streams:
        """The streams of the account in a Region."""
        from emulator.delivery.streams.streams import Streams  # noqa: PLC0415 - see above

        region = region or self.settings.region
        account = self.account(region)
        given = (region, self.settings, self.delivery, account.ledgers, account.tags)
        return Streams(*given, clock=self.clock, ids=self._job_ids)

    def resume_jobs(self) -> None:
        """Go on with the exports and streams that an earlier run left unfinished."""
        if self._has_jobs:
            self.delivery.resume({entry.ledger_id for entry in self._store.all() if entry.gone_at_ms is None})

    def attend(self, attend: Callable[[Ledger], None]) -> None:
        """Have somebody look after what ledgers have to do between commits.

        Those that are open come at once, so do those with data to erase, and all others when they are opened.
        """
        self._open_ledgers.on_open = attend
        for ledger in self._open_ledgers:
            attend(ledger)
        self._open_ledgers.open_unfinished()

    @cached_property
    def snapshots(self) -> Snapshots:
        from emulator.account.snapshots import Snapshots  # noqa: PLC0415 - only for those who want some

        folder = None if self._folder is None else self._folder.snapshots
        return Snapshots(folder, self.clock, self.ids.branch("snapshots"))

    def copies(self, region: str | None = None) -> Copies:
        """Copies of the ledgers of the account in a Region."""
        from emulator.account.copies import Copies  # noqa: PLC0415 - as above

        return Copies(self.account(region).ledgers, self.snapshots)

    def all_ledgers(self) -> list[LedgerEntry]:
        """Every ledger of every Region, those that are gone left out."""
        now_ms = self.clock.now_ms()
        return [entry for entry in self._store.all() if entry.gone_at_ms is None or now_ms < entry.gone_at_ms]

    def measure(self, ledger: Ledger, meter: Meter) -> None:
        """Have the meter tell how much its ledger stores now, unless that cannot be read."""
        from emulator.ledger.sizes import sizes  # noqa: PLC0415 - see above

        try:
            taken = sizes(ledger)
        except Exception:
            _log.exception("the size of ledger %s cannot be read", meter.ledger_name)
            return
        meter.set("JournalStorage", taken.journal)
        meter.set("IndexedStorage", taken.view)

    def measure_all(self) -> None:
        """The same of every ledger in use, and of every active stream whether it is impaired."""
        for entry in self.all_ledgers():
            ledger = self._open_ledgers.opened(entry.ledger_id)
            if ledger is not None:
                self.measure(ledger, self.meters.of(entry.region, entry.name))
        if self._has_jobs:
            self._measure_streams()

    def _measure_streams(self) -> None:
        from emulator.delivery.streams.status import IMPAIRED, STREAM, status  # noqa: PLC0415 - see above

        now_ms = self.clock.now_ms()
        for job in self.delivery.store.active(STREAM):
            is_impaired = status(job, now_ms) == IMPAIRED
            self.meters.of(job.region, job.ledger_name).set("IsImpaired", int(is_impaired), job.job_id)

    def reset(self) -> int:
        """Delete all ledgers of all Regions, protected ones too, at once; how many there were."""
        entries = self._store.all()
        for entry in entries:
            self._open_ledgers.end(entry.ledger_id)
            self._store.remove(entry.ledger_id)
            self._open_ledgers.discard(entry.ledger_id)
        self.faults.release()  # whoever is late for one of them is told that it is gone
        self.meters.clear()
        self.state_changes.clear()
        return len(entries)

    def close(self) -> None:
        """End deliveries and sessions, close the ledgers, let go of the directory."""
        if "delivery" in self.__dict__:
            self.delivery.close()
        if "sessions" in self.__dict__:
            self.sessions.close()
        self._open_ledgers.close_all()
        if "snapshots" in self.__dict__:
            self.snapshots.close()
        self._store.close()
        if self._folder is not None:
            self._folder.close()

    def _end_sessions(self, ledger: Ledger) -> None:
        if "sessions" in self.__dict__:
            self.sessions.end_those_of(ledger)

    def _ledger_of(self, job: Job) -> Ledger:
        return self.account(job.region).ledgers.connect(job.ledger_name)

    def _has_stream(self, ledger_id: str, stream_id: str) -> bool:
        return self._has_jobs and self.delivery.has_stream(ledger_id, stream_id)

    def _end_jobs(self, ledger_id: str) -> None:
        if self._has_jobs:
            self.delivery.forget_ledger(ledger_id)

    def _refuse_unreadable_jobs(self) -> None:
        from emulator.delivery.store import JobStoreError  # noqa: PLC0415 - see above

        try:
            self.delivery  # noqa: B018 - opened here, so that nothing is served that could not be gone on with
        except JobStoreError as error:
            self.close()
            raise DataFolderError(f"The file {self._jobs} cannot be read: {error}") from error

    @property
    def _has_jobs(self) -> bool:
        return "delivery" in self.__dict__ or (self._jobs is not None and self._jobs.exists())

    def _remove_leftovers(self) -> None:
        for ledger_id in self._store.gone(self.clock.now_ms()):
            self._store.remove(ledger_id)
        if self._folder is not None:
            self._folder.keep_only({entry.ledger_id for entry in self._store.all()})


def _open_store(folder: DataFolder | None) -> AccountStore:
    if folder is None:
        return AccountStore(None)
    try:
        return AccountStore(folder.registry)
    except RegistryError as error:
        folder.close()
        raise DataFolderError(f"The registry {folder.registry} cannot be read: {error}.") from error
