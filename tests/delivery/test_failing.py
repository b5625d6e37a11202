"""Sinks that fail half-way: nothing is lost, nothing wrong is written, and Describe tells how it stands."""

import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import pytest

from emulator.runtime import Emulator
from emulator.testing import Qldb
from emulator.testing.controls import Clock
from tests.delivery.exporting import assert_chain, described, ended, export, read_export
from tests.delivery.fickle_s3 import BROKEN, BUSY, DENIED, Answer, FickleS3
from tests.delivery.ledgers import strand_id_of
from tests.timing import eventually

HOUR_MS = 60 * 60_000


@pytest.fixture
def qldb_settings(qldb_settings: Mapping[str, Any], fickle: FickleS3) -> Mapping[str, Any]:
    return {**qldb_settings, "s3_endpoint_url": fickle.url}


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
    qldb_client: Any,
    ledger: str,
    qldb: Qldb,
    emulator: Emulator,
    clock: Clock,
    fickle: FickleS3,
    answer: Answer,
    good_puts: int,
) -> None:
    """Whichever object fails and whatever the reason, it is IN_PROGRESS until all are there, under the same names."""
    fickle.answer, fickle.good_puts = answer, good_puts
    export_id = export(qldb_client, ledger, "mine", end_ms=clock.now_ms())
    until_failing(emulator, export_id)
    clock.advance(HOUR_MS - 1)
    assert described(qldb_client, ledger, export_id)["Status"] == "IN_PROGRESS"
    assert not any(key.endswith(".completed.manifest") for key in fickle.objects)

    fickle.answer = None

    assert ended(qldb_client, ledger, export_id) == "COMPLETED"
    strand_id = strand_id_of(qldb)
    exported = read_export(fickle.objects.__getitem__, f"{export_id}.{strand_id}.completed.manifest")
    assert [len(blocks) for blocks in exported.objects] == [4, 4, 2]
    assert_chain(exported.blocks)
    assert len(fickle.objects) == 5


def test_export_is_cancelled_when_the_bucket_fails_for_too_long(
    qldb_client: Any, ledger: str, emulator: Emulator, clock: Clock, fickle: FickleS3
) -> None:
    """After an hour without a break by the clock, at once and for good; only the started manifest tells of it."""
    fickle.answer, fickle.good_puts = BUSY, 2
    export_id = export(qldb_client, ledger, "mine", end_ms=clock.now_ms())
    until_failing(emulator, export_id)

    clock.advance(HOUR_MS)

    assert described(qldb_client, ledger, export_id)["Status"] == "CANCELLED"
    fickle.answer = None
    assert eventually(lambda: not writers_at_work())
    assert described(qldb_client, ledger, export_id)["Status"] == "CANCELLED"
    assert [key for key in fickle.objects if export_id in key] == [f"{export_id}.started.manifest"]


def test_patience_begins_anew_with_every_object(
    qldb_client: Any, ledger: str, emulator: Emulator, clock: Clock, fickle: FickleS3
) -> None:
    """Two failures of forty minutes, with an object in between that was taken, are not one of eighty."""
    fickle.answer, fickle.good_puts = BUSY, 1
    export_id = export(qldb_client, ledger, "mine", end_ms=clock.now_ms())
    until_failing(emulator, export_id)
    clock.advance(40 * 60_000)
    fickle.good_puts = 2
    assert eventually(lambda: not fickle.good_puts)
    until_failing(emulator, export_id)
    clock.advance(40 * 60_000)

    assert described(qldb_client, ledger, export_id)["Status"] == "IN_PROGRESS"
    fickle.answer = None
    assert ended(qldb_client, ledger, export_id) == "COMPLETED"


def test_cancelled_export_is_forgotten_after_seven_days(
    qldb_client: Any, ledger: str, emulator: Emulator, clock: Clock, fickle: FickleS3
) -> None:
    """They are counted from the hour's end, whenever somebody asks."""
    fickle.answer, fickle.good_puts = BUSY, 2
    until_failing(emulator, export(qldb_client, ledger, "mine", end_ms=clock.now_ms()))

    clock.advance(HOUR_MS + 7 * 24 * HOUR_MS)

    assert qldb_client.list_journal_s3_exports()["JournalS3Exports"] == []


def test_deleting_the_ledger_ends_its_exports(
    qldb_client: Any, ledger: str, emulator: Emulator, clock: Clock, fickle: FickleS3
) -> None:
    """Nothing more is written once the ledger is deleted."""
    fickle.answer, fickle.good_puts = BUSY, 2
    until_failing(emulator, export(qldb_client, ledger, "mine", end_ms=clock.now_ms()))

    qldb_client.delete_ledger(Name=ledger)

    fickle.answer = None
    assert eventually(lambda: not writers_at_work())
    assert not any(key.endswith(".completed.manifest") for key in fickle.objects)


@pytest.mark.usefixtures("qldb_server")
def test_nobody_else_waits_for_the_bucket(qldb_client: Any, ledger: str, clock: Clock, fickle: FickleS3) -> None:
    """While S3 says nothing, neither to a writer nor to a request for an export, all other requests are answered."""
    fickle.fall_silent_after(1, keeps_last=False)
    export(qldb_client, ledger, "mine", end_ms=clock.now_ms())
    fickle.wait_for_silence()
    second = threading.Thread(target=lambda: export_quietly(qldb_client, ledger, clock))
    second.start()
    assert eventually(lambda: len(fickle.puts) == 3)

    assert qldb_client.get_digest(Name=ledger)["Digest"]
    assert len(qldb_client.list_journal_s3_exports()["JournalS3Exports"]) == 1
    assert second.is_alive()
    fickle.speak()
    second.join()


def export_quietly(qldb_client: Any, ledger: str, clock: Clock) -> None:
    with suppress(qldb_client.exceptions.InvalidParameterException):
        export(qldb_client, ledger, "mine", end_ms=clock.now_ms())
