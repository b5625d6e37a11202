"""Writes one export, so that it can be cut off anywhere and taken up again.

First it is settled which blocks there are to write, once and for all. Then object after object: the range of an object
is recorded before it is written, so that every attempt writes the same blocks under the same name. All recorded objects
but the last are sure to be there; the last is written again whenever the writer starts anew or failed. The manifest
that lists them is written when nothing else is left to be.
"""

from __future__ import annotations

from math import inf
from typing import NamedTuple

from emulator import limits
from emulator.delivery.assignment import Assignment
from emulator.delivery.exports.layout import Layout
from emulator.delivery.exports.request import ExportRequest
from emulator.delivery.job import Job
from emulator.delivery.outlets import Outlets
from emulator.delivery.sinks import ObjectSink
from emulator.delivery.store import JobStore
from emulator.journal.presentation import block_struct
from emulator.settings import Settings

EXPORT = "export"
COMPLETED, CANCELLED, IN_PROGRESS = "COMPLETED", "CANCELLED", "IN_PROGRESS"


class _Range(NamedTuple):
    strand_id: str
    start: int
    stop: int


class ExportWriter:
    def __init__(self, assignment: Assignment) -> None:
        job = assignment.job
        self._with = assignment
        self._job_id = job.job_id
        self._layout = Layout(job)
        self._range = _Range(**job.progress) if job.progress else None
        self._next: int | None = None
        """The first block that is in no object, where that is known."""
        self._is_failing = job.failing_since_ms is not None
        self._sink: ObjectSink | None = None

    def step(self) -> float | None:
        """Settle the range, or write one object, or the manifest at the end."""
        if self._is_failing and self._with.is_over():
            return None
        if self._range is None:
            self._range = self._settled()
            return 0.0
        begin, self._next = self._next, None
        if begin is None:
            self._next = self._taken_up(self._range)
        elif begin < self._range.stop:
            self._next = self._write_part(begin, self._range.stop)
        else:
            self._complete(self._range)
            return None
        return 0.0

    def failed(self, error: Exception) -> bool:
        self._is_failing = True
        return self._with.outlasts(str(error), end_failing)

    def close(self) -> None:
        self._with.source.close()
        if self._sink is not None:
            self._sink.close()

    def _settled(self) -> _Range:
        source, request = self._with.source, self._layout.request
        source.settle(self._with.pace)
        found = _Range(source.strand_id, source.first_since(request.start_ms), source.first_since(request.end_ms))
        self._with.store.save_progress(self._job_id, found._asdict())
        return found

    def _taken_up(self, blocks: _Range) -> int:
        """Write the last recorded object again; the block to go on with."""
        last = self._with.store.last_part(self._job_id)
        if last is None:
            return blocks.start
        self._put(*last, self._encoded(*last)[0])
        return last[1]

    def _write_part(self, start: int, stop: int) -> int:
        """Write the object that begins with block `start`; the block that the next one begins with."""
        most = start + self._with.settings.export_object_blocks
        body, stop = self._encoded(start, min(stop, most), limits.EXPORT_OBJECT_BYTES)
        self._with.store.add_part(self._job_id, start, stop)
        self._put(start, stop, body)
        return stop

    def _encoded(self, start: int, stop: int, most_bytes: float = inf) -> tuple[bytes, int]:
        """The blocks of a range as one object, up to the one that makes it large enough; where it ends."""
        encoder = self._layout.format.encoder()
        for block in self._with.source.read(start, stop, self._with.pace):
            encoder.add(block_struct(block))
            start += 1
            self._with.pace.give_way()
            if encoder.size >= most_bytes:
                break
        return encoder.finish(), start

    def _complete(self, blocks: _Range) -> None:
        given, strand_id = self._with, blocks.strand_id
        manifest = self._layout.completed_manifest(strand_id, given.store.parts(self._job_id))
        self._put_object(self._layout.completed_key(strand_id), self._layout.format.encode(manifest))
        given.store.end(self._job_id, COMPLETED, given.clock.now_ms())

    def _put(self, start: int, stop: int, body: bytes) -> None:
        assert self._range is not None
        self._put_object(self._layout.part_key(self._range.strand_id, start, stop), body)

    def _put_object(self, key: str, body: bytes) -> None:
        if self._sink is None:
            self._sink = open_sink(self._with.outlets, self._with.job)
        self._sink.put(key, body, self._layout.format.content_type)
        if self._is_failing and self._range is not None:
            self._is_failing = not self._with.store.save_progress(self._job_id, self._range._asdict())


def open_sink(outlets: Outlets, job: Job) -> ObjectSink:
    """The bucket of an export. SinkError when there can be none."""
    request = ExportRequest.of(job.request)
    return outlets.bucket(request.bucket, request.encryption, job.region, job.job_id)


def end_failing(store: JobStore, settings: Settings, now_ms: int) -> None:
    """Cancel the exports whose bucket has failed for too long, as of the moment when it was too long."""
    after_ms = settings.export_retrying_ms
    store.end_failing(EXPORT, CANCELLED, now_ms - after_ms, after_ms)
