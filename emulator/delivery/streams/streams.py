"""Streams of one account and Region: asked for, described, listed, cancelled.

A request is checked in three steps, because the second waits for Kinesis and nobody else should: `prepare` looks at the
request and the ledger, `Candidate.validate` asks for the stream of Kinesis, `start` records the stream and lets it run.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing

from emulator import limits
from emulator.account.arns import stream_arn
from emulator.account.entry import LedgerEntry
from emulator.account.ledgers import Ledgers
from emulator.account.messages import not_valid
from emulator.account.tag_rules import check_count, check_tags
from emulator.account.tags import Tags
from emulator.clock import Clock
from emulator.delivery.delivery import Delivery
from emulator.delivery.job import Job
from emulator.delivery.jobs import Jobs, Kind, refuse_another
from emulator.delivery.roles import Needs
from emulator.delivery.streams.request import StreamRequest
from emulator.delivery.streams.status import (
    ACTIVE,
    CANCELED,
    FAILED,
    IMPAIRED,
    STREAM,
    end_failing,
    error_cause,
    status,
)
from emulator.delivery.streams.writer import open_sink
from emulator.delivery.validating import Refusals
from emulator.errors import (
    InvalidParameterException,
    LimitExceededException,
    ResourcePreconditionNotMetException,
)
from emulator.frozen import frozen
from emulator.ids import IdSource
from emulator.settings import Settings

KIND = Kind(STREAM, "Stream", "journal stream", end_failing)
TOO_MANY = (
    f"Exceeded the limit of {limits.STREAMS_PER_LEDGER} concurrently running Journal streams to Kinesis Data Streams"
)
REFUSALS = Refusals(
    "QLDB encountered an error validating Kinesis Data Streams: Response from Kinesis: {code} {message}",
    "Unexpected response from Kinesis Data Streams while validating the Kinesis configuration. "
    "Response from Kinesis: {code} {message}",
    "KinesisConfiguration",
)
OF_AWS = " (Without --sandbox or --kinesis-endpoint-url streams go to AWS, with the credentials that boto3 finds.)"


@frozen
class StreamDescription:
    """What Describe and List tell about a stream. `error_cause` is there while it is IMPAIRED or FAILED, if known."""

    stream_id: str
    arn: str
    ledger_name: str
    created_at_ms: int
    status: str
    error_cause: str | None
    request: StreamRequest


@frozen
class Candidate:
    """A stream that may run once Kinesis is known to have the stream it goes to."""

    job: Job
    delivery: Delivery
    tags: Mapping[str, str | None]

    def validate(self) -> None:
        """Ask whether the role will do, and for the stream of Kinesis: on a thread that may wait.

        InvalidParameterException with the words of Kinesis when it has no such stream; AwsError of the role check.
        """
        request = StreamRequest.of(self.job.request)
        self.delivery.role_check.check(request.role_arn, self.job.region, _needs(request))
        outlets = self.delivery.outlets
        with REFUSALS.told(OF_AWS if outlets.is_kinesis_of_aws else ""), closing(open_sink(outlets, request)) as sink:
            sink.validate()


def _needs(request: StreamRequest) -> Needs:
    """What the role must allow. Policies of the guide allow `kinesis:ListShards` too, which tutorials leave out."""
    return {request.kinesis_arn: ("kinesis:PutRecord", "kinesis:PutRecords", "kinesis:DescribeStream")}


class Streams:
    """Every method raises ResourceNotFoundException when there is no ledger of that name."""

    def __init__(
        self,
        region: str,
        settings: Settings,
        delivery: Delivery,
        ledgers: Ledgers,
        tags: Tags,
        *,
        clock: Clock,
        ids: IdSource,
    ) -> None:
        self._delivery = delivery
        self._ledgers = ledgers
        self._tags = tags
        self._clock = clock
        self._jobs = Jobs(KIND, region, settings, delivery.store, clock=clock, ids=ids)

    def prepare(self, ledger_name: str, request: StreamRequest, tags: Mapping[str, str | None]) -> Candidate:
        """Refuse what can be refused at once.

        ResourcePreconditionNotMetException while the ledger is being created, InvalidParameterException for a request
        that is wrong in itself or has the name of an active stream, LimitExceededException when five are active.
        """
        check_tags(tags)
        check_count(tags)
        ledger = self._ledger(ledger_name)
        request.refuse_impossible(self._clock.now_ms())
        self._refuse_among_active(ledger.ledger_id, request)
        return Candidate(self._jobs.draft(ledger, request.fields()), self._delivery, tags)

    def start(self, candidate: Candidate) -> str:
        """Let a validated stream run; its id. Much may have changed meanwhile: errors as of `prepare`."""
        job = candidate.job
        refuse_another(self._ledger(job.ledger_name), job)
        self._refuse_among_active(job.ledger_id, StreamRequest.of(job.request))
        self._tags.put_on_stream(job.ledger_id, job.job_id, candidate.tags)
        self._delivery.begin(job)
        return job.job_id

    def describe(self, ledger_name: str, stream_id: str) -> StreamDescription:
        """ResourceNotFoundException for a stream that is not one of this ledger, or is forgotten."""
        return self._described(self._find(ledger_name, stream_id))

    def list(
        self, ledger_name: str, max_results: int, next_token: str | None = None
    ) -> tuple[list[StreamDescription], str | None]:
        """A page of the streams of a ledger, oldest first, and the token of the next page."""
        ledger = self._ledger(ledger_name)
        jobs, token = self._jobs.page(ledger.ledger_id, max_results, next_token)
        return [self._described(job) for job in jobs], token

    def cancel(self, ledger_name: str, stream_id: str) -> None:
        """End a stream; what it wrote stays. ResourcePreconditionNotMetException unless it is ACTIVE."""
        job = self._find(ledger_name, stream_id)
        found = status(job, self._clock.now_ms())
        is_ended = found == ACTIVE and self._delivery.store.end(stream_id, CANCELED, self._clock.now_ms())
        if not is_ended:
            message = f"The journal stream {stream_id} is not {ACTIVE}: its status is {found}"
            raise ResourcePreconditionNotMetException(message, KIND.resource_type, stream_id)
        self._delivery.stop_writing(stream_id)

    def _find(self, ledger_name: str, stream_id: str) -> Job:
        return self._jobs.find(self._ledger(ledger_name), stream_id)

    def _ledger(self, ledger_name: str) -> LedgerEntry:
        self._ledgers.connect(ledger_name)
        return self._ledgers.existing(ledger_name)

    def _refuse_among_active(self, ledger_id: str, request: StreamRequest) -> None:
        active = [StreamRequest.of(job.request).stream_name for job in self._jobs.active(ledger_id)]
        if request.stream_name in active:
            wanted = "a name that no active stream of the ledger has"
            raise InvalidParameterException(not_valid("StreamName", request.stream_name, wanted), "StreamName")
        if len(active) >= limits.STREAMS_PER_LEDGER:
            raise LimitExceededException(TOO_MANY, KIND.resource_type)

    def _described(self, job: Job) -> StreamDescription:
        found = status(job, self._clock.now_ms())
        return StreamDescription(
            stream_id=job.job_id,
            arn=stream_arn(job.region, job.account_id, job.ledger_name, job.job_id),
            ledger_name=job.ledger_name,
            created_at_ms=job.created_at_ms,
            status=found,
            error_cause=error_cause(job) if found in (IMPAIRED, FAILED) else None,
            request=StreamRequest.of(job.request),
        )
