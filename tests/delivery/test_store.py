"""The record of jobs."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from emulator.account.data_folder import DataFolderError
from emulator.delivery.job import Job
from emulator.delivery.store import JobStore, JobStoreError
from emulator.runtime import Emulator
from emulator.settings import Settings

JOB = Job("j1", "export", "123456789012", "us-east-1", "l1", "first", 1_000, {"bucket": "mine"})


@pytest.fixture
def store() -> Iterator[JobStore]:
    store = JobStore(None)
    store.add(JOB)
    yield store
    store.close()


def test_the_record_waits_for_the_disk(tmp_path: Path) -> None:
    """What a job has done outlives the loss of power. No other test would notice."""
    store = JobStore(tmp_path / "jobs.sqlite")
    (synchronous,) = store._database.execute("PRAGMA synchronous").fetchone()
    store.close()

    assert synchronous == 2  # FULL


def test_jobs_outlive_the_process(tmp_path: Path) -> None:
    """Everything about a job is there again, parts included."""
    store = JobStore(tmp_path / "jobs.sqlite")
    store.add(JOB)
    store.save_progress("j1", {"start": 3})
    store.save_failure("j1", 2_000, "no bucket")
    store.add_part("j1", 0, 4)
    store.close()

    again = JobStore(tmp_path / "jobs.sqlite")

    assert again.find("j1") == replace(JOB, progress={"start": 3}, failing_since_ms=2_000, failure="no bucket")
    assert again.parts("j1") == [(0, 4)]
    again.close()


def test_failures_count_from_the_first_of_a_row(store: JobStore) -> None:
    """Until there is progress."""
    store.save_failure("j1", 2_000, "a")
    store.save_failure("j1", 3_000, "b")
    assert (found := store.find("j1")) and (found.failing_since_ms, found.failure) == (2_000, "b")

    store.save_progress("j1", {})

    assert (found := store.find("j1")) and (found.failing_since_ms, found.failure) == (None, None)


def test_what_is_over_stays_over(store: JobStore) -> None:
    """A writer that is late changes nothing of a job that ended, and does not bring back one that is forgotten."""
    assert store.end("j1", "CANCELLED", 2_000)
    assert not store.end("j1", "COMPLETED", 3_000)
    assert not store.save_progress("j1", {"start": 3})
    assert not store.save_failure("j1", 3_000, "late")
    assert store.find("j1") == replace(JOB, ended_as="CANCELLED", ended_at_ms=2_000)

    store.forget_ledger("l1")

    assert not store.save_progress("j1", {})
    assert store.find("j1") is None
    assert store.parts("j1") == []


def test_jobs_of_absent_ledgers_are_forgotten(store: JobStore) -> None:
    """Those whose ledger went while nobody looked."""
    store.add(replace(JOB, job_id="j2", ledger_id="l2"))

    store.forget_others({"l2", "l3"})

    assert [job.job_id for job in store.active()] == ["j2"]


@pytest.mark.parametrize("spoil", ["newer", "other"])
def test_record_that_cannot_be_read_is_said_at_the_start(tmp_path: Path, spoil: str) -> None:
    """A file of a newer version, or that is none, is not written over: the server does not start."""
    path = tmp_path / "jobs.sqlite"
    if spoil == "newer":
        JobStore(path).close()
        with sqlite3.connect(path) as database:
            database.execute("PRAGMA user_version = 99")
        database.close()
    else:
        path.write_bytes(b"not a database at all" * 100)

    with pytest.raises(DataFolderError, match=r"jobs\.sqlite cannot be read"):
        Emulator(Settings(data_dir=tmp_path))
    with pytest.raises(JobStoreError):
        JobStore(path)
    path.unlink()
    Emulator(Settings(data_dir=tmp_path)).close()
