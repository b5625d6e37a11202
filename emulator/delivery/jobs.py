"""The jobs of one kind in one account and Region, as Describe and List see them: those that are not forgotten yet."""

from __future__ import annotations

from emulator import limits
from emulator.account import page_tokens
from emulator.clock import Clock
from emulator.delivery.job import Job
from emulator.delivery.store import JobStore


class Jobs:
    def __init__(self, kind: str, account_id: str, region: str, store: JobStore, clock: Clock) -> None:
        self._kind = kind
        self._account_id = account_id
        self._region = region
        self._store = store
        self._clock = clock

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


def _place(text: str) -> tuple[int, str]:
    created_at_ms, _, job_id = text.partition(" ")
    return int(created_at_ms), job_id
