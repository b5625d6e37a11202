"""The jobs of one kind in one account and Region: made, and seen by Describe and List as long as they are known."""

from __future__ import annotations

from emulator import limits
from emulator.account import messages, page_tokens
from emulator.account.entry import LedgerEntry
from emulator.clock import Clock
from emulator.delivery.assignment import EndFailing
from emulator.delivery.job import Fields, Job
from emulator.delivery.store import JobStore
from emulator.errors import ResourceNotFoundException
from emulator.frozen import frozen
from emulator.ids import IdSource
from emulator.settings import Settings


@frozen
class Kind:
    """A kind of jobs: its name, what errors say of one, and what ends those that have failed for too long."""

    name: str
    resource_type: str
    title: str
    end_failing: EndFailing


class Jobs:
    """Before anybody sees them, those end that have failed for too long."""

    def __init__(
        self, kind: Kind, region: str, settings: Settings, store: JobStore, *, clock: Clock, ids: IdSource
    ) -> None:
        self._kind = kind
        self._region = region
        self._settings = settings
        self._store = store
        self._clock = clock
        self._ids = ids

    def draft(self, ledger: LedgerEntry, request: Fields) -> Job:
        """A job of now, with an id of its own, that is not recorded yet."""
        return Job(
            job_id=self._ids.new_id(),
            kind=self._kind.name,
            account_id=self._settings.account_id,
            region=self._region,
            ledger_id=ledger.ledger_id,
            ledger_name=ledger.name,
            created_at_ms=self._clock.now_ms(),
            request=request,
        )

    def find(self, ledger: LedgerEntry, job_id: str) -> Job:
        """The job of that id; ResourceNotFoundException when it is not one of the ledger, or is forgotten."""
        self._end_failing()
        job = self._store.find(job_id)
        if job is None or (job.kind, job.ledger_id) != (self._kind.name, ledger.ledger_id) or self._is_forgotten(job):
            message = f"The {self._kind.title} {job_id} of ledger {ledger.name} is not found"
            raise ResourceNotFoundException(message, self._kind.resource_type, job_id)
        return job

    def active(self, ledger_id: str) -> list[Job]:
        """Those of a ledger that have not ended."""
        self._end_failing()
        return self._store.active(self._kind.name, ledger_id)

    def page(
        self, ledger_id: str | None, max_results: int, next_token: str | None = None
    ) -> tuple[list[Job], str | None]:
        """A page of those of a ledger, or of all ledgers, oldest first, and the token of the next page."""
        self._end_failing()
        kind, account_id = self._kind.name, self._settings.account_id
        listing = f"{kind} {ledger_id} {account_id} {self._region}"
        after = (-1, "") if next_token is None else _place(page_tokens.unseal(listing, next_token))
        place = (account_id, self._region, ledger_id)
        jobs = self._store.page(kind, place, after, self._forgotten_until_ms(), max_results + 1)
        page = jobs[:max_results]
        token = page_tokens.seal(listing, f"{page[-1].created_at_ms} {page[-1].job_id}") if page != jobs else None
        return page, token

    def _end_failing(self) -> None:
        self._kind.end_failing(self._store, self._settings, self._clock.now_ms())

    def _is_forgotten(self, job: Job) -> bool:
        return job.ended_at_ms is not None and job.ended_at_ms <= self._forgotten_until_ms()

    def _forgotten_until_ms(self) -> int:
        return self._clock.now_ms() - limits.ENDED_JOBS_KEPT_MS


def refuse_another(ledger: LedgerEntry, job: Job) -> None:
    """ResourceNotFoundException when the ledger has only the name of the one that the job was drafted for."""
    if ledger.ledger_id != job.ledger_id:
        raise ResourceNotFoundException(messages.ledger_not_found(ledger.name), messages.LEDGER, ledger.name)


def _place(text: str) -> tuple[int, str]:
    created_at_ms, _, job_id = text.partition(" ")
    return int(created_at_ms), job_id
