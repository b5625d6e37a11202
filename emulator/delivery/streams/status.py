"""What a stream's status is, computed from its record and the clock whenever somebody asks.

    ACTIVE ⇄ IMPAIRED ─▶ FAILED         while Kinesis cannot be written to, and when that lasts too long
       ├─▶ COMPLETED                    at the end time
       └─▶ CANCELED                     by CancelJournalKinesisStream

Names and causes are the service model's; how long a stream may be impaired, nobody published.
"""

from __future__ import annotations

from emulator import limits
from emulator.delivery.job import Job
from emulator.delivery.sinks import SinkError
from emulator.delivery.store import JobStore
from emulator.settings import Settings

STREAM = "stream"
ACTIVE, IMPAIRED = "ACTIVE", "IMPAIRED"
COMPLETED, CANCELED, FAILED = "COMPLETED", "CANCELED", "FAILED"

_NOT_FOUND, _REVOKED = "KINESIS_STREAM_NOT_FOUND", "IAM_PERMISSION_REVOKED"
_CAUSES = {
    "ResourceNotFoundException": _NOT_FOUND,
    "AccessDenied": _REVOKED,
    "AccessDeniedException": _REVOKED,
    "ExpiredTokenException": _REVOKED,
    "InvalidClientTokenId": _REVOKED,
    "InvalidSignatureException": _REVOKED,
    "KMSAccessDeniedException": _REVOKED,
    "NotAuthorized": _REVOKED,
    "UnrecognizedClientException": _REVOKED,
}
"""The ErrorCause for what Kinesis, or IAM before it, says."""


def status(job: Job, now_ms: int) -> str:
    """The status of a stream; `end_failing` comes first, where it may have failed for too long."""
    if job.ended_as is not None:
        return job.ended_as
    if job.failing_since_ms is None:
        return ACTIVE
    is_known = error_cause(job) is not None
    return IMPAIRED if is_known or now_ms - job.failing_since_ms >= limits.STREAM_IMPAIRED_AFTER_MS else ACTIVE


def error_cause(job: Job) -> str | None:
    """Why a stream is IMPAIRED or FAILED, where the model has a word for it."""
    return None if job.failure is None else _CAUSES.get(job.failure.partition(":")[0])


def end_failing(store: JobStore, settings: Settings, now_ms: int) -> None:
    """Let the streams fail that could not be written to for too long, as of the moment when it was too long."""
    after_ms = settings.stream_retrying_ms
    store.end_failing(STREAM, FAILED, now_ms - after_ms, after_ms)


def failure_of(error: Exception) -> str:
    """What a failure is recorded as: the code first, from which `error_cause` knows it."""
    return str(error) if isinstance(error, SinkError) else f"{type(error).__name__}: {error}"
