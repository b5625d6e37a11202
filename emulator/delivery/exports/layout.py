"""What an export writes besides blocks, and what everything is called.

    {prefix}/{exportId}.started.manifest                       once the bucket is known to take it
    {prefix}/{yyyy}/{mm}/{dd}/{hh}/{strandId}.{first}-{last}.{extension}    blocks, by sequence number
    {prefix}/{exportId}.{strandId}.completed.manifest          when all of them are there

The hour is the one of the request. Source: developer guide, `export-journal.output`, and the sample programs that read
exports.
"""

from __future__ import annotations

from collections.abc import Iterable

from emulator.delivery.exports.formats import FORMATS, Format
from emulator.delivery.exports.request import ExportRequest
from emulator.delivery.job import Job
from emulator.ion.timestamps import from_epoch_ms
from emulator.ion.values import Struct


class Layout:
    """Names and manifests of one export."""

    def __init__(self, job: Job) -> None:
        self.request = request = ExportRequest.of(job.request)
        self._job = job
        self._prefix = request.prefix + "/" if request.prefix and not request.prefix.endswith("/") else request.prefix

    @property
    def format(self) -> Format:
        return FORMATS[self.request.format_name]

    def started_key(self) -> str:
        return f"{self._prefix}{self._job.job_id}.started.manifest"

    def started_manifest(self) -> Struct:
        """The request, in the order the guide shows; the format only if it was named."""
        request = self.request
        return Struct(
            [
                ("ledgerName", self._job.ledger_name),
                ("exportId", self._job.job_id),
                ("inclusiveStartTime", from_epoch_ms(request.start_ms)),
                ("exclusiveEndTime", from_epoch_ms(request.end_ms)),
                ("bucket", request.bucket),
                ("prefix", request.prefix),
                ("objectEncryptionType", request.encryption.type),
                *([("outputFormat", request.output_format)] if request.output_format else []),
            ]
        )

    def completed_key(self, strand_id: str) -> str:
        return f"{self._prefix}{self._job.job_id}.{strand_id}.completed.manifest"

    def completed_manifest(self, strand_id: str, parts: Iterable[tuple[int, int]]) -> Struct:
        """The keys of all objects of the strand, in the order of their blocks."""
        return Struct([("keys", [self.part_key(strand_id, start, stop) for start, stop in parts])])

    def part_key(self, strand_id: str, start: int, stop: int) -> str:
        """The key of the object with the blocks of a half-open range."""
        at = from_epoch_ms(self._job.created_at_ms)
        hour = f"{at.year:04}/{at.month:02}/{at.day:02}/{at.hour:02}"
        return f"{self._prefix}{hour}/{strand_id}.{start}-{stop - 1}.{self.format.extension}"
