"""All that is delivered out of the ledgers of one emulator: the record of jobs, and the writers of those at work.

    requested ─▶ recorded ─▶ written, on a thread of its own ─▶ ended ─▶ forgotten after seven days
                    └── the server stops or is killed: at the next start the writers of unfinished jobs go on

Owned by the thread that owns the ledgers; writers share only the record and the outlets with it. Nothing here is on the
way of a commit.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING

from emulator import limits
from emulator.clock import Clock
from emulator.delivery.assignment import Assignment
from emulator.delivery.job import Job
from emulator.delivery.outlets import Outlets
from emulator.delivery.pace import Pace
from emulator.delivery.roles import AnyRole, RoleCheck
from emulator.delivery.store import JobStore
from emulator.delivery.streams.status import STREAM
from emulator.delivery.writers import Writer, Writers
from emulator.settings import Settings

if TYPE_CHECKING:
    from emulator.ledger.ledger import Ledger

_log = logging.getLogger(__name__)


class Delivery:
    def __init__(
        self,
        settings: Settings,
        path: Path | None,
        clock: Clock,
        outlets: Outlets,
        ledger_of: Callable[[Job], Ledger],
    ) -> None:
        """`path` is where jobs are recorded; None keeps them in memory. JobStoreError when that cannot be used."""
        self.store = JobStore(path)
        self.outlets = outlets
        self.role_check: RoleCheck = AnyRole()
        self._settings = settings
        self._clock = clock
        self._ledger_of = ledger_of
        self._writers = Writers()

    def resume(self, ledger_ids: Collection[str]) -> None:
        """Go on with what an earlier run of the server left; jobs of other ledgers than these are forgotten."""
        self.store.forget_others(ledger_ids)
        self._forget_expired()
        for job in self.store.active():
            try:
                self._write(job)
            except Exception:
                _log.exception("job %s of ledger %s cannot go on", job.job_id, job.ledger_name)

    def begin(self, job: Job) -> None:
        """Record a job, and start to write."""
        self._forget_expired()
        self.store.add(job)
        self._write(job)

    def stop_writing(self, job_id: str) -> None:
        """End a job's writer where it is. What becomes of the job is the caller's."""
        self._writers.stop(job_id)

    def has_stream(self, ledger_id: str, stream_id: str) -> bool:
        """Whether a ledger has a stream of that id, at work or ended not long ago."""
        self._forget_expired()
        job = self.store.find(stream_id)
        return job is not None and (job.kind, job.ledger_id) == (STREAM, ledger_id)

    def forget_ledger(self, ledger_id: str) -> None:
        """End the jobs of a ledger, and forget those that had ended."""
        for job in self.store.active(ledger_id=ledger_id):
            self._writers.stop(job.job_id)
        self.store.forget_ledger(ledger_id)

    def close(self) -> None:
        """Stop writing; what is not done goes on after the next start."""
        self._writers.stop_all()
        self.store.close()

    def _forget_expired(self) -> None:
        self.store.forget_ended(self._clock.now_ms() - limits.ENDED_JOBS_KEPT_MS)

    def _write(self, job: Job) -> None:
        from emulator.delivery.kinds import KINDS  # noqa: PLC0415 - brings the engine along
        from emulator.delivery.source import JournalSource  # noqa: PLC0415 - as above

        source = JournalSource(self._ledger_of(job))

        def make(pace: Pace) -> Writer:
            return KINDS[job.kind](Assignment(job, source, pace, self.store, self.outlets, self._clock, self._settings))

        self._writers.start(job.job_id, make)
