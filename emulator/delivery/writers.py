"""The threads that writers run on: one for each active job, which tries again while its sink fails."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from time import monotonic
from typing import Protocol

from emulator.delivery.pace import Pace, Stopped
from emulator.delivery.sinks import SinkError
from emulator.delivery.store import JobStoreError

FIRST_RETRY_SECONDS = 0.1
LAST_RETRY_SECONDS = 30.0
"""The pause after a failure doubles from one to the other."""
STOP_SECONDS = 0.2
"""How long writers may take to end with the server. One that waits for a sink takes longer, and is left behind: it may
be cut off at any point anyway."""

_log = logging.getLogger(__name__)


class Writer(Protocol):
    """What one job does."""

    def step(self) -> float | None:
        """Do the next piece of work; the seconds until it is time for another, None when the job is over.

        SinkError, or any other error, to be told of it by `failed` and to try again.
        """

    def failed(self, error: Exception) -> bool:
        """A step failed; False when the job is over because of it."""

    def close(self) -> None:
        """Let go of everything held."""


Make = Callable[[Pace], Writer]
"""Makes a job's writer, on the writer's thread."""


class Writers:
    """Writers by the ids of their jobs. Owned by one thread."""

    def __init__(self) -> None:
        self._running: dict[str, _Running] = {}

    def start(self, job_id: str, make: Make) -> None:
        """Run a job's writer until the job is over, unless it runs already."""
        self._running = {known: running for known, running in self._running.items() if running.is_alive()}
        if job_id not in self._running:
            self._running[job_id] = running = _Running(job_id, make)
            running.start()

    def stop(self, job_id: str) -> None:
        """End a writer where it is, soon."""
        running = self._running.pop(job_id, None)
        if running is not None:
            running.pace.stop()

    def stop_all(self) -> None:
        """End all, and wait for those that end at once."""
        for running in self._running.values():
            running.pace.stop()
        deadline = monotonic() + STOP_SECONDS
        for running in self._running.values():
            running.join(max(0.0, deadline - monotonic()))
        self._running.clear()


class _Running(threading.Thread):
    """A daemon, so that the end of the process does not wait for a sink."""

    def __init__(self, job_id: str, make: Make) -> None:
        super().__init__(name=f"deliver-{job_id}", daemon=True)
        self.pace = Pace()
        self._job_id = job_id
        self._make = make

    def run(self) -> None:
        try:
            writer = self._make(self.pace)
            try:
                self._write(writer)
            finally:
                writer.close()
        except Stopped:
            _log.debug("the writer of job %s was ended", self._job_id)
        except Exception:
            _log.exception("the writer of job %s ends; the next start of the server goes on with it", self._job_id)

    def _write(self, writer: Writer) -> None:
        failures = 0
        pause: float | None = 0.0
        while pause is not None:
            self.pace.wait(pause)
            try:
                pause = writer.step()
                failures = 0
            except Stopped:
                raise
            except Exception as error:
                self.pace.wait(0.0)  # whatever goes wrong while everything is being closed is no failure
                self._note(error, failures)
                pause = _pause_after(failures) if self._told(writer, error) else None
                failures += 1

    def _told(self, writer: Writer, error: Exception) -> bool:
        """Whether to try again."""
        try:
            return writer.failed(error)
        except JobStoreError as record_error:
            self.pace.wait(0.0)
            _log.error("the failure of job %s could not be recorded: %s", self._job_id, record_error)
            return True

    def _note(self, error: Exception, failures: int) -> None:
        if not isinstance(error, SinkError):
            _log.error("job %s failed, and is tried again", self._job_id, exc_info=error)
        elif not failures:
            _log.warning("job %s cannot write, and tries again: %s", self._job_id, error)


def _pause_after(failures: int) -> float:
    return min(LAST_RETRY_SECONDS, FIRST_RETRY_SECONDS * 2.0 ** min(failures, 20))
