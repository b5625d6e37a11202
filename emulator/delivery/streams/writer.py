"""Writes one stream: what the journal has, in order, and then whatever comes.

Where the stream stands is recorded after records were taken, never before: a writer that is cut off anywhere begins
again where it stood, so a record may come twice and none is left out. A slow stream of Kinesis slows its writer, which
holds one batch at a time and reads no further.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from emulator import limits
from emulator.account.arns import stream_arn
from emulator.delivery.assignment import Assignment
from emulator.delivery.outlets import Outlets
from emulator.delivery.sinks import KinesisRecord, RecordSink
from emulator.delivery.streams import records
from emulator.delivery.streams.aggregation import aggregated
from emulator.delivery.streams.chaos import Chaos
from emulator.delivery.streams.request import StreamRequest
from emulator.delivery.streams.status import COMPLETED, end_failing, failure_of
from emulator.ids import IdSource, RandomIds

POLL_SECONDS = 0.05
"""How long a writer that has written all there is waits before it looks again."""
THROTTLED_SECONDS = 0.2
"""How long it waits when Kinesis took a part only."""
_BATCH_BLOCKS = 500


class _Batch(NamedTuple):
    """Records that are to be put, and the block that comes after them; None when the stream is complete with them."""

    records: Sequence[KinesisRecord]
    next_block: int | None


class StreamWriter:
    def __init__(self, assignment: Assignment, ids: IdSource | None = None) -> None:
        """`ids` makes partition keys: each record has a fresh one, as on the service."""
        job = assignment.job
        self._with = assignment
        self._job_id = job.job_id
        self._request = StreamRequest.of(job.request)
        self._arn = stream_arn(job.region, job.account_id, job.ledger_name, job.job_id)
        self._ids = ids or RandomIds()
        self._chaos = Chaos(job.job_id) if assignment.settings.stream_chaos else None
        self._next: int | None = job.progress.get("next")
        """The first block that is not known to be in the stream; None while CREATED is not."""
        self._batch: _Batch | None = None
        """What is being put, until all of it is taken."""
        self._is_failing = job.failing_since_ms is not None
        self._sink: RecordSink | None = None

    def step(self) -> float | None:
        """Gather a batch if there is none, and put it."""
        if self._is_failing and self._with.is_over():
            return None
        batch = self._batch = self._batch or self._gathered()
        if batch is None:
            return POLL_SECONDS
        left = self._put(batch.records)
        if left:
            self._batch = batch._replace(records=left)
            if self._is_failing:
                self._save()
            return THROTTLED_SECONDS
        self._batch = None
        if batch.next_block is None:
            self._with.store.end(self._job_id, COMPLETED, self._with.clock.now_ms())
            return None
        self._next = batch.next_block
        self._save()
        return 0.0

    def failed(self, error: Exception) -> bool:
        self._is_failing = True
        return self._with.outlasts(failure_of(error), end_failing)

    def close(self) -> None:
        self._with.source.close()
        if self._sink is not None:
            self._sink.close()

    def _gathered(self) -> _Batch | None:
        """What is to be put next; None while there is nothing."""
        source, start, end_ms = self._with.source, self._next, self._request.end_ms
        if start is None:
            begin = source.first_since(self._request.start_ms)
            return self._batch_of([records.control_record(self._arn, records.CREATED)], begin)
        is_over = end_ms is not None and self._with.clock.now_ms() >= end_ms
        if is_over:
            source.settle(self._with.pace)
        data, stop, is_behind_end = self._read(start, end_ms)
        if stop > start:
            return self._batch_of(data, stop)
        if is_over or is_behind_end:
            return self._batch_of([records.control_record(self._arn, records.COMPLETED)], None)
        return None

    def _read(self, start: int, end_ms: int | None) -> tuple[list[bytes], int, bool]:
        """The records of the next blocks, where they end, and whether a block follows that is of the end or later."""
        data: list[bytes] = []
        stop, size = start, 0
        for block in self._with.source.read(start, start + _BATCH_BLOCKS, self._with.pace):
            if end_ms is not None and block.timestamp_ms >= end_ms:
                return data, stop, True
            for record in records.block_records(self._arn, block):
                data.append(record)
                size += len(record)
            stop += 1
            self._with.pace.give_way()
            if size >= limits.STREAM_BATCH_BYTES:
                break
        return data, stop, False

    def _batch_of(self, data: Sequence[bytes], next_block: int | None) -> _Batch:
        keyed = [KinesisRecord(self._ids.new_id(), record) for record in data]
        if self._chaos is not None:
            keyed = self._chaos.disturbed(keyed)
        return _Batch(list(aggregated(keyed)) if self._request.is_aggregated else keyed, next_block)

    def _put(self, batch: Sequence[KinesisRecord]) -> list[KinesisRecord]:
        if self._sink is None:
            self._sink = open_sink(self._with.outlets, self._request)
        return self._sink.put(batch)

    def _save(self) -> None:
        """Note where the stream stands, and that Kinesis takes it."""
        progress = {} if self._next is None else {"next": self._next}
        self._is_failing = not self._with.store.save_progress(self._job_id, progress)


def open_sink(outlets: Outlets, request: StreamRequest) -> RecordSink:
    """The stream of Kinesis that was asked for. SinkError when there can be none."""
    return outlets.stream(request.kinesis_arn, request.kinesis_region)
