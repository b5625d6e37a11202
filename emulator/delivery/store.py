"""The record of jobs, in SQLite. The only SQL of the delivery package.

Requests come on the owner's thread, progress on the writers' threads: one connection, one lock. Whatever a call changes
is durable when it returns. A job that ended, or is forgotten, takes no further progress, so a writer that is late does
not bring it back.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any

from emulator.delivery.job import Fields, Job

FORMAT = 1
"""Of the tables below, kept in `user_version`; a newer file is refused."""

_TABLES = """
CREATE TABLE jobs (
    job_id TEXT PRIMARY KEY, kind TEXT NOT NULL, account_id TEXT NOT NULL, region TEXT NOT NULL,
    ledger_id TEXT NOT NULL, ledger_name TEXT NOT NULL, created_at_ms INTEGER NOT NULL,
    request TEXT NOT NULL, progress TEXT NOT NULL,
    failing_since_ms INTEGER, failure TEXT, ended_as TEXT, ended_at_ms INTEGER
) WITHOUT ROWID;
CREATE INDEX jobs_by_time ON jobs (kind, account_id, region, created_at_ms, job_id);
CREATE INDEX jobs_of_ledger ON jobs (ledger_id);
CREATE TABLE parts (
    job_id TEXT NOT NULL REFERENCES jobs ON DELETE CASCADE, start INTEGER NOT NULL, stop INTEGER NOT NULL,
    PRIMARY KEY (job_id, start)
) WITHOUT ROWID;
"""
_COLUMNS = tuple(field.name for field in fields(Job))
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM jobs"
_INSERT = f"INSERT INTO jobs ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"


class JobStoreError(Exception):
    """The record cannot be used; the message says why."""


class JobStore:
    """Every method raises JobStoreError when the file fails, or is closed."""

    def __init__(self, path: Path | None) -> None:
        """Without a path, everything is in memory."""
        self._lock = threading.RLock()
        with _failures():
            self._database = sqlite3.connect(path or ":memory:", isolation_level=None, check_same_thread=False)
            try:
                self._prepare()
            except BaseException:
                self._database.close()
                raise

    def _prepare(self) -> None:
        self._database.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;")
        (found,) = self._database.execute("PRAGMA user_version").fetchone()
        if found > FORMAT:
            raise JobStoreError(f"format {found} is newer than {FORMAT}, the newest this version knows")
        if found < FORMAT:
            self._database.executescript(f"BEGIN; {_TABLES} PRAGMA user_version = {FORMAT}; COMMIT;")

    def close(self) -> None:
        with self._lock:
            self._database.close()

    # Jobs

    def add(self, job: Job) -> None:
        with self._using() as database:
            database.execute(_INSERT, [_stored(getattr(job, column)) for column in _COLUMNS])

    def find(self, job_id: str) -> Job | None:
        return next(self._jobs("job_id = ?", job_id), None)

    def active(self, kind: str | None = None, ledger_id: str | None = None) -> list[Job]:
        """The jobs that have not ended, oldest first: all, or those of a kind or a ledger."""
        return list(
            self._jobs(
                "ended_as IS NULL AND kind = coalesce(?, kind) AND ledger_id = coalesce(?, ledger_id)"
                " ORDER BY created_at_ms, job_id",
                kind,
                ledger_id,
            )
        )

    def page(
        self,
        kind: str,
        place: tuple[str, str, str | None],
        after: tuple[int, str],
        ended_after_ms: int,
        count: int,
    ) -> list[Job]:
        """Up to `count` jobs by age, those after `after` (time and id).

        `place` is an account, a Region and a ledger's id or None for all of its ledgers. Left out are those that ended
        at `ended_after_ms` or before.
        """
        account_id, region, ledger_id = place
        return list(
            self._jobs(
                "kind = ? AND account_id = ? AND region = ? AND ledger_id = coalesce(?, ledger_id)"
                " AND (created_at_ms, job_id) > (?, ?) AND coalesce(ended_at_ms > ?, TRUE)"
                " ORDER BY created_at_ms, job_id LIMIT ?",
                *(kind, account_id, region, ledger_id, *after, ended_after_ms, count),
            )
        )

    def save_progress(self, job_id: str, progress: Fields) -> bool:
        """Note how far a job is, and that its sink does not fail. False when the job is over."""
        return self._change(job_id, "progress = ?, failing_since_ms = NULL, failure = NULL", json.dumps(progress))

    def save_failure(self, job_id: str, at_ms: int, failure: str | None) -> bool:
        """Note that the sink fails, and why; since when, the first of a row of failures says. False as above."""
        return self._change(job_id, "failing_since_ms = coalesce(failing_since_ms, ?), failure = ?", at_ms, failure)

    def end(self, job_id: str, status: str, at_ms: int) -> bool:
        """End a job. False when it had ended before."""
        return self._change(job_id, "ended_as = ?, ended_at_ms = ?", status, at_ms)

    def end_failing(self, kind: str, status: str, since_ms: int, after_ms: int) -> None:
        """End all jobs of a kind that have failed since `since_ms` or before, as of `after_ms` after they began to."""
        with self._using() as database:
            database.execute(
                "UPDATE jobs SET ended_as = ?, ended_at_ms = failing_since_ms + ?"
                " WHERE kind = ? AND ended_as IS NULL AND failing_since_ms <= ?",
                (status, after_ms, kind, since_ms),
            )

    def forget_ended(self, until_ms: int) -> None:
        """Remove the jobs that ended until then."""
        with self._using() as database:
            database.execute("DELETE FROM jobs WHERE ended_at_ms <= ?", (until_ms,))

    def forget_ledger(self, ledger_id: str) -> None:
        """Remove the jobs of a ledger."""
        with self._using() as database:
            database.execute("DELETE FROM jobs WHERE ledger_id = ?", (ledger_id,))

    def forget_others(self, ledger_ids: Collection[str]) -> None:
        """Remove the jobs of all ledgers but these."""
        with self._using() as database:
            for (ledger_id,) in database.execute("SELECT DISTINCT ledger_id FROM jobs").fetchall():
                if ledger_id not in ledger_ids:
                    self.forget_ledger(ledger_id)

    # Parts: the ranges of blocks that a job writes as one object each, in order

    def add_part(self, job_id: str, start: int, stop: int) -> None:
        """Note which blocks the next object has, before it is written: however often it is, it has the same name."""
        with self._using() as database:
            database.execute("INSERT INTO parts VALUES (?, ?, ?)", (job_id, start, stop))

    def last_part(self, job_id: str) -> tuple[int, int] | None:
        with self._using() as database:
            where = "SELECT start, stop FROM parts WHERE job_id = ? ORDER BY start DESC LIMIT 1"
            row: tuple[int, int] | None = database.execute(where, (job_id,)).fetchone()
        return row

    def parts(self, job_id: str) -> list[tuple[int, int]]:
        with self._using() as database:
            return database.execute(
                "SELECT start, stop FROM parts WHERE job_id = ? ORDER BY start", (job_id,)
            ).fetchall()

    def _change(self, job_id: str, assignments: str, *values: object) -> bool:
        with self._using() as database:
            statement = f"UPDATE jobs SET {assignments} WHERE job_id = ? AND ended_as IS NULL"
            return database.execute(statement, (*values, job_id)).rowcount == 1

    def _jobs(self, where: str, *values: object) -> Iterator[Job]:
        with self._using() as database:
            rows = database.execute(f"{_SELECT} WHERE {where}", values).fetchall()
        return map(_job, rows)

    @contextmanager
    def _using(self) -> Iterator[sqlite3.Connection]:
        with self._lock, _failures():
            yield self._database


@contextmanager
def _failures() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise JobStoreError(f"The record of exports and streams failed: {error}.") from error


def _stored(value: object) -> object:
    return json.dumps(value) if isinstance(value, dict) else value


def _job(row: Sequence[Any]) -> Job:
    values = dict(zip(_COLUMNS, row, strict=True))
    return Job(**{**values, "request": json.loads(values["request"]), "progress": json.loads(values["progress"])})
