"""Pages about the emulator itself, under `/_qldb/`: not of the service, and not signed. One module for each subject."""

from fastapi import APIRouter

from emulator.api.admin import about, clock, copies, faults, journal, metrics, reset, statements

PREFIX = "/_qldb"

router = APIRouter(prefix=PREFIX)
for subject in (about, clock, copies, faults, journal, metrics, reset, statements):
    router.include_router(subject.router)
