"""Sinks that fail half-way: nothing is lost, nothing wrong is written, and Describe tells how it stands."""

import threading
from contextlib import suppress
from typing import Any

import pytest

from emulator.clock import ManualClock
from emulator.runtime import Emulator
from emulator.settings import Settings
from tests.delivery.exporting import assert_chain, described, ended, export, read_export
from tests.delivery.fickle_s3 import BROKEN, BUSY, DENIED, Answer, FickleS3
from tests.delivery.ledgers import ledger_of
from tests.timing import eventually

HOUR_MS = 60 * 60_000


@pytest.fixture
def settings(fickle: FickleS3) -> Settings:
    return Settings(in_memory=True, s3_endpoint_url=fickle.url, export_object_blocks=4)


def until_failing(emulator: Emulator, export_id: str) -> None:
    """Until it is on record that the export's bucket fails."""

    def is_failing() -> bool:
        job = emulator.delivery.store.find(export_id)
        return job is not None and job.failing_since_ms is not None

    assert eventually(is_failing)


def writers_at_work() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("deliver-")]


@pytest.mark.parametrize("answer", [BROKEN, BUSY, DENIED])
@pytest.mark.parametrize("good_puts", [1, 2, 4])
def test_export_goes_on_when_the_bucket_works_again(
    qldb: Any, ledger: str, emulator: Emulator, clock: ManualClock, fickle: FickleS3, answer: Answer, good_puts: int
) -> None:
    """Whichever object fails and whatever the reason, it is IN_PROGRESS until all are there, under the same names."""
    fickle.answer, fickle.good_puts = answer, good_puts
    export_id = export(qldb, ledger, "mine", end_ms=clock.now_ms())
    until_failing(emulator, export_id)
    clock.advance(HOUR_MS - 1)
    assert described(qldb, ledger, export_id)["Status"] == "IN_PROGRESS"
    assert not any(key.endswith(".completed.manifest") for key in fickle.objects)

    fickle.answer = None

    assert ended(qldb, ledger, export_id) == "COMPLETED"
    strand_id = ledger_of(emulator, ledger).strand_id
    exported = read_export(fickle.objects.__getitem__, f"{export_id}.{strand_id}.completed.manifest")
    assert [len(blocks) for blocks in exported.objects] == [4, 4, 2]
    assert_chain(exported.blocks)
    assert len(fickle.objects) == 5


def test_export_is_cancelled_when_the_bucket_fails_for_too_long(
    qldb: Any, ledger: str, emulator: Emulator, clock: ManualClock, fickle: FickleS3
) -> None:
    """After an hour without a break by the clock, at once and for good; only the started manifest tells of it."""
    fickle.answer, fickle.good_puts = BUSY, 2
    export_id = export(qldb, ledger, "mine", end_ms=clock.now_ms())
    until_failing(emulator, export_id)

    clock.advance(HOUR_MS)

    assert described(qldb, ledger, export_id)["Status"] == "CANCELLED"
    fickle.answer = None
    assert eventually(lambda: not writers_at_work())
    assert described(qldb, ledger, export_id)["Status"] == "CANCELLED"
    assert [key for key in fickle.objects if export_id in key] == [f"{export_id}.started.manifest"]


def test_patience_begins_anew_with_every_object(
    qldb: Any, ledger: str, emulator: Emulator, clock: ManualClock, fickle: FickleS3
) -> None:
    """Two failures of forty minutes, with an object in between that was taken, are not one of eighty."""
    fickle.answer, fickle.good_puts = BUSY, 1
    export_id = export(qldb, ledger, "mine", end_ms=clock.now_ms())
    until_failing(emulator, export_id)
    clock.advance(40 * 60_000)
    fickle.good_puts = 2
    assert eventually(lambda: not fickle.good_puts)
    until_failing(emulator, export_id)
    clock.advance(40 * 60_000)

    assert described(qldb, ledger, export_id)["Status"] == "IN_PROGRESS"
    fickle.answer = None
    assert ended(qldb, ledger, export_id) == "COMPLETED"


def test_cancelled_export_is_forgotten_after_seven_days(
    qldb: Any, ledger: str, emulator: Emulator, clock: ManualClock, fickle: FickleS3
) -> None:
    """They are counted from the hour's end, whenever somebody asks."""
    fickle.answer, fickle.good_puts = BUSY, 2
    until_failing(emulator, export(qldb, ledger, "mine", end_ms=clock.now_ms()))

    clock.advance(HOUR_MS + 7 * 24 * HOUR_MS)

    assert qldb.list_journal_s3_exports()["JournalS3Exports"] == []


def test_deleting_the_ledger_ends_its_exports(
    qldb: Any, ledger: str, emulator: Emulator, clock: ManualClock, fickle: FickleS3
) -> None:
    """Nothing more is written once the ledger is deleted."""
    fickle.answer, fickle.good_puts = BUSY, 2
    until_failing(emulator, export(qldb, ledger, "mine", end_ms=clock.now_ms()))

    qldb.delete_ledger(Name=ledger)

    fickle.answer = None
    assert eventually(lambda: not writers_at_work())
    assert not any(key.endswith(".completed.manifest") for key in fickle.objects)


def test_nobody_else_waits_for_the_bucket(
    qldb: Any, ledger: str, emulator: Emulator, clock: ManualClock, fickle: FickleS3
) -> None:
    """While S3 says nothing, neither to a writer nor to a request for an export, all other requests are answered."""
    fickle.fall_silent_after(1, keeps_last=False)
    export(qldb, ledger, "mine", end_ms=clock.now_ms())
    fickle.wait_for_silence()
    second = threading.Thread(target=lambda: export_quietly(qldb, ledger, clock))
    second.start()
    assert eventually(lambda: len(fickle.puts) == 3)

    assert qldb.get_digest(Name=ledger)["Digest"]
    assert len(qldb.list_journal_s3_exports()["JournalS3Exports"]) == 1
    fickle.speak()
    second.join()


def export_quietly(qldb: Any, ledger: str, clock: ManualClock) -> None:
    with suppress(qldb.exceptions.InvalidParameterException):
        export(qldb, ledger, "mine", end_ms=clock.now_ms())
