"""The jobs of one kind in one account and Region: made, and seen by Describe and List as long as they are known."""

from __future__ import annotations

from emulator import limits
from emulator.account import messages, page_tokens
from emulator.account.entry import LedgerEntry
from emulator.clock import Clock
from emulator.delivery.job import Fields, Job
from emulator.delivery.store import JobStore
from emulator.errors import ResourceNotFoundException
from emulator.ids import IdSource


class Jobs:
    def __init__(
        self, kind: str, account_id: str, region: str, store: JobStore, *, clock: Clock, ids: IdSource
    ) -> None:
        self._kind = kind
        self._account_id = account_id
        self._region = region
        self._store = store
        self._clock = clock
        self._ids = ids

    def draft(self, ledger: LedgerEntry, request: Fields) -> Job:
        """A job of now, with an id of its own, that is not recorded yet."""
        return Job(
            job_id=self._ids.new_id(),
            kind=self._kind,
            account_id=self._account_id,
            region=self._region,
            ledger_id=ledger.ledger_id,
            ledger_name=ledger.name,
            created_at_ms=self._clock.now_ms(),
            request=request,
        )

    def find(self, ledger_id: str, job_id: str) -> Job | None:
        """The job of that id, if it is one of the ledger and not forgotten."""
        job = self._store.find(job_id)
        if job is None or (job.kind, job.ledger_id) != (self._kind, ledger_id):
            return None
        return None if job.ended_at_ms is not None and job.ended_at_ms <= self._forgotten_until_ms() else job

    def active(self, ledger_id: str) -> list[Job]:
        """Those of a ledger that have not ended."""
        return self._store.active(self._kind, ledger_id)

    def page(
        self, ledger_id: str | None, max_results: int, next_token: str | None = None
    ) -> tuple[list[Job], str | None]:
        """A page of those of a ledger, or of all ledgers, oldest first, and the token of the next page."""
        listing = f"{self._kind} {ledger_id} {self._account_id} {self._region}"
        after = (-1, "") if next_token is None else _place(page_tokens.unseal(listing, next_token))
        place = (self._account_id, self._region, ledger_id)
        jobs = self._store.page(self._kind, place, after, self._forgotten_until_ms(), max_results + 1)
        page = jobs[:max_results]
        token = page_tokens.seal(listing, f"{page[-1].created_at_ms} {page[-1].job_id}") if page != jobs else None
        return page, token

    def _forgotten_until_ms(self) -> int:
        return self._clock.now_ms() - limits.ENDED_JOBS_KEPT_MS


def refuse_another(ledger: LedgerEntry, job: Job) -> None:
    """ResourceNotFoundException when the ledger has only the name of the one that the job was drafted for."""
    if ledger.ledger_id != job.ledger_id:
        raise ResourceNotFoundException(messages.ledger_not_found(ledger.name), messages.LEDGER, ledger.name)


def _place(text: str) -> tuple[int, str]:
    created_at_ms, _, job_id = text.partition(" ")
    return int(created_at_ms), job_id
