"""What a writer is given: its job, and all it needs to do it."""

from __future__ import annotations

from collections.abc import Callable

from emulator.clock import Clock
from emulator.delivery.job import Job
from emulator.delivery.outlets import Outlets
from emulator.delivery.pace import Pace
from emulator.delivery.source import JournalSource
from emulator.delivery.store import JobStore
from emulator.frozen import frozen
from emulator.settings import Settings

EndFailing = Callable[[JobStore, Settings, int], None]
"""Ends the jobs of one kind whose sinks have failed for too long at a time, in milliseconds."""


@frozen
class Assignment:
    job: Job
    """As it was when the writer was started."""
    source: JournalSource
    """The writer closes it."""
    pace: Pace
    store: JobStore
    outlets: Outlets
    clock: Clock
    settings: Settings

    def is_over(self) -> bool:
        """Whether the job has ended meanwhile, or is forgotten."""
        job = self.store.find(self.job.job_id)
        return job is None or job.ended_as is not None

    def outlasts(self, failure: str | None, end_failing: EndFailing) -> bool:
        """Note that the job's sink fails, and why. False when the job is over because of it."""
        now_ms = self.clock.now_ms()
        self.store.save_failure(self.job.job_id, now_ms, failure)
        end_failing(self.store, self.settings, now_ms)
        return not self.is_over()
