"""ExportJournalToS3, DescribeJournalS3Export and the two lists of exports.

What writes exports is imported by the first of them, for starting should not wait for it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, Path, Request
from pydantic import Field

from emulator.api.control.behind import behind
from emulator.api.control.jobs import RoleArn, started
from emulator.api.control.limit import limit, one_of
from emulator.api.control.operations import operations
from emulator.api.control.wire import (
    LedgerInPath,
    Moment,
    Paged,
    Wire,
    arn_length,
    body,
    seconds,
    unique_id,
)

if TYPE_CHECKING:
    from emulator.delivery.exports.exports import ExportDescription, Exports
    from emulator.delivery.exports.request import ExportRequest

router = operations()

_BUCKET = re.compile(r"[A-Za-z0-9._-]{3,255}")
_BUCKET_WANTED = "3 to 255 letters, digits, dots, hyphens and underscores"

Bucket = Annotated[str, limit(_BUCKET_WANTED, lambda text: bool(_BUCKET.fullmatch(text)), "Bucket")]
KeyArn = Annotated[str, arn_length("KmsKeyArn")]
EncryptionType = Annotated[str, one_of("SSE_KMS", "SSE_S3", "NO_ENCRYPTION", parameter="ObjectEncryptionType")]
OutputFormat = Annotated[str, one_of("ION_TEXT", "ION_BINARY", "JSON")]
ExportInPath = Annotated[str, Path(alias="export_id"), unique_id("ExportId")]


class EncryptionConfiguration(Wire):
    object_encryption_type: EncryptionType
    kms_key_arn: KeyArn | None = None


class S3ExportConfiguration(Wire):
    bucket: Bucket
    prefix: str
    encryption_configuration: EncryptionConfiguration


class ExportJournalToS3Request(Wire):
    inclusive_start_time: Moment
    exclusive_end_time: Moment
    s3_export_configuration: S3ExportConfiguration
    role_arn: RoleArn
    output_format: OutputFormat | None = None

    def request(self) -> ExportRequest:
        from emulator.delivery.exports.request import ExportRequest  # noqa: PLC0415 - brings the engine along
        from emulator.delivery.sinks import ObjectEncryption  # noqa: PLC0415 - as above

        place = self.s3_export_configuration
        encryption = place.encryption_configuration
        return ExportRequest(
            start_ms=self.inclusive_start_time,
            end_ms=self.exclusive_end_time,
            bucket=place.bucket,
            prefix=place.prefix,
            encryption=ObjectEncryption(encryption.object_encryption_type, encryption.kms_key_arn),
            role_arn=self.role_arn,
            output_format=self.output_format,
        )


class ExportJournalToS3Response(Wire):
    export_id: str


class JournalS3ExportDescription(Wire):
    ledger_name: str
    export_id: str
    export_creation_time: float
    status: str
    inclusive_start_time: float
    exclusive_end_time: float
    s3_export_configuration: S3ExportConfiguration
    role_arn: str
    output_format: str

    @classmethod
    def of(cls, export: ExportDescription) -> JournalS3ExportDescription:
        request = export.request
        return cls(
            ledger_name=export.ledger_name,
            export_id=export.export_id,
            export_creation_time=seconds(export.created_at_ms),
            status=export.status,
            inclusive_start_time=seconds(request.start_ms),
            exclusive_end_time=seconds(request.end_ms),
            s3_export_configuration=_configuration(request),
            role_arn=request.role_arn,
            output_format=request.format_name,
        )


class DescribeJournalS3ExportResponse(Wire):
    export_description: JournalS3ExportDescription


class ListJournalS3ExportsResponse(Wire):
    journal_s3_exports: Annotated[list[JournalS3ExportDescription], Field(alias="JournalS3Exports")]
    next_token: str | None


async def _exports(request: Request) -> Exports:
    exports: Exports = behind(request).emulator.exports(request.scope["qldb.region"])
    return exports


InExports = Annotated[Any, Depends(_exports)]


@router.post("/ledgers/{name}/journal-s3-exports")
async def export_journal_to_s3(
    http: Request,
    exports: InExports,
    name: LedgerInPath,
    request: Annotated[ExportJournalToS3Request, body(ExportJournalToS3Request)],
) -> ExportJournalToS3Response:
    candidate = exports.prepare(name, request.request())
    return ExportJournalToS3Response(export_id=await started(http, exports, candidate))


@router.get("/ledgers/{name}/journal-s3-exports/{export_id}")
async def describe_journal_s3_export(
    exports: InExports, name: LedgerInPath, export_id: ExportInPath
) -> DescribeJournalS3ExportResponse:
    description = JournalS3ExportDescription.of(exports.describe(name, export_id))
    return DescribeJournalS3ExportResponse(export_description=description)


@router.get("/ledgers/{name}/journal-s3-exports")
async def list_journal_s3_exports_for_ledger(
    exports: InExports, name: LedgerInPath, page: Paged
) -> ListJournalS3ExportsResponse:
    return _listed(exports.list(name, *page))


@router.get("/journal-s3-exports")
async def list_journal_s3_exports(exports: InExports, page: Paged) -> ListJournalS3ExportsResponse:
    return _listed(exports.list(None, *page))


def _listed(page: tuple[list[ExportDescription], str | None]) -> ListJournalS3ExportsResponse:
    exports, token = page
    return ListJournalS3ExportsResponse(
        journal_s3_exports=list(map(JournalS3ExportDescription.of, exports)), next_token=token
    )


def _configuration(request: ExportRequest) -> S3ExportConfiguration:
    return S3ExportConfiguration(
        bucket=request.bucket,
        prefix=request.prefix,
        encryption_configuration=EncryptionConfiguration(
            object_encryption_type=request.encryption.type, kms_key_arn=request.encryption.kms_key_arn
        ),
    )
