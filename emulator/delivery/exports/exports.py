"""Exports of one account and Region: asked for, described, listed.

A request is checked in three steps, because the second waits for S3 and nobody else should: `prepare` looks at the
request and the ledger, `Candidate.validate` writes the first manifest into the bucket, `start` records the export and
lets it run.
"""

from __future__ import annotations

from contextlib import closing

from emulator import limits
from emulator.account.arns import partition
from emulator.account.ledgers import Ledgers
from emulator.clock import Clock
from emulator.delivery.delivery import Delivery
from emulator.delivery.exports.layout import Layout
from emulator.delivery.exports.request import ExportRequest
from emulator.delivery.exports.writer import EXPORT, IN_PROGRESS, end_failing, open_sink
from emulator.delivery.job import Job
from emulator.delivery.jobs import Jobs, Kind, refuse_another
from emulator.delivery.roles import Needs
from emulator.delivery.validating import Refusals
from emulator.errors import LimitExceededException
from emulator.frozen import frozen
from emulator.ids import IdSource
from emulator.settings import Settings

KIND = Kind(EXPORT, "Export", "journal export job", end_failing)
TOO_MANY = f"Exceeded the limit of {limits.EXPORTS_PER_LEDGER} concurrently running Journal export jobs"
REFUSALS = Refusals(
    "QLDB encountered an error validating S3 configuration: {code} {message}",
    "Unexpected response from Amazon S3 while validating the S3 configuration. Response from S3: {code} {message}",
    "S3ExportConfiguration",
)
OF_AWS = (
    " (Without --sandbox, --s3-endpoint-url or --export-dir exports go to AWS, with the credentials that boto3 finds.)"
)


@frozen
class ExportDescription:
    """What Describe and List tell about an export."""

    export_id: str
    ledger_name: str
    created_at_ms: int
    status: str
    request: ExportRequest


@frozen
class Candidate:
    """An export that may run once its bucket is known to take it."""

    job: Job
    delivery: Delivery

    def validate(self) -> None:
        """Ask whether the role will do, and write the first manifest: on a thread that may wait.

        InvalidParameterException with the words of S3 when it does not take it; AwsError of the role check.
        """
        layout = Layout(self.job)
        self.delivery.role_check.check(layout.request.role_arn, self.job.region, _needs(self.job, layout.request))
        outlets = self.delivery.outlets
        with REFUSALS.told(OF_AWS if outlets.is_s3_of_aws else ""), closing(open_sink(outlets, self.job)) as sink:
            manifest = layout.format.encode(layout.started_manifest())
            sink.put(layout.started_key(), manifest, layout.format.content_type)


def _needs(job: Job, request: ExportRequest) -> Needs:
    """What the role must allow. Policies of the guide allow `s3:PutObjectAcl` too, which tutorials leave out."""
    objects = f"arn:{partition(job.region)}:s3:::{request.bucket}/*"
    needs = {objects: ("s3:PutObject",)}
    key = request.encryption.kms_key_arn
    return {**needs, key: ("kms:GenerateDataKey",)} if key else needs


class Exports:
    """Every method that names a ledger raises ResourceNotFoundException when there is none of that name."""

    def __init__(
        self, region: str, settings: Settings, delivery: Delivery, ledgers: Ledgers, *, clock: Clock, ids: IdSource
    ) -> None:
        self._delivery = delivery
        self._ledgers = ledgers
        self._clock = clock
        self._jobs = Jobs(KIND, region, settings, delivery.store, clock=clock, ids=ids)

    def prepare(self, ledger_name: str, request: ExportRequest) -> Candidate:
        """Refuse what can be refused at once.

        ResourcePreconditionNotMetException while the ledger is being created, InvalidParameterException for a request
        that is wrong in itself, LimitExceededException while two exports of the ledger are running.
        """
        self._ledgers.connect(ledger_name)
        ledger = self._ledgers.existing(ledger_name)
        request.refuse_impossible(self._clock.now_ms())
        self._refuse_too_many(ledger.ledger_id)
        return Candidate(self._jobs.draft(ledger, request.fields()), self._delivery)

    def start(self, candidate: Candidate) -> str:
        """Let a validated export run; its id. Ledger and limit may have changed meanwhile: errors as of `prepare`."""
        job = candidate.job
        refuse_another(self._ledgers.existing(job.ledger_name), job)
        self._refuse_too_many(job.ledger_id)
        self._delivery.begin(job)
        return job.job_id

    def describe(self, ledger_name: str, export_id: str) -> ExportDescription:
        """ResourceNotFoundException for an export that is not one of this ledger, or is forgotten."""
        return _described(self._jobs.find(self._ledgers.existing(ledger_name), export_id))

    def list(
        self, ledger_name: str | None, max_results: int, next_token: str | None = None
    ) -> tuple[list[ExportDescription], str | None]:
        """A page of the exports of a ledger, or of all ledgers, oldest first, and the token of the next page."""
        ledger_id = None if ledger_name is None else self._ledgers.existing(ledger_name).ledger_id
        jobs, token = self._jobs.page(ledger_id, max_results, next_token)
        return list(map(_described, jobs)), token

    def _refuse_too_many(self, ledger_id: str) -> None:
        if len(self._jobs.active(ledger_id)) >= limits.EXPORTS_PER_LEDGER:
            raise LimitExceededException(TOO_MANY, KIND.resource_type)


def _described(job: Job) -> ExportDescription:
    request = ExportRequest.of(job.request)
    return ExportDescription(job.job_id, job.ledger_name, job.created_at_ms, job.ended_as or IN_PROGRESS, request)
