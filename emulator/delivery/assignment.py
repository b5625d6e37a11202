"""What a writer is given: its job, and all it needs to do it."""

from __future__ import annotations

from dataclasses import dataclass

from emulator.clock import Clock
from emulator.delivery.job import Job
from emulator.delivery.outlets import Outlets
from emulator.delivery.pace import Pace
from emulator.delivery.source import JournalSource
from emulator.delivery.store import JobStore
from emulator.settings import Settings


@dataclass(frozen=True, slots=True)
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
