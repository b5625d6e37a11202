"""What an export was asked for, and what is refused before anybody looks at the bucket.

Messages are those of the developer guide (`export-journal.errors`); there the exception has another name, which the
service model does not know.
"""

from __future__ import annotations

import re
from dataclasses import asdict

from emulator import limits
from emulator.account.messages import not_valid
from emulator.delivery import roles
from emulator.delivery.job import Fields
from emulator.delivery.sinks import ObjectEncryption
from emulator.errors import InvalidParameterException
from emulator.frozen import frozen

PREFIX_TOO_LONG = "The Amazon S3 bucket prefix must not exceed 128 characters"
START_AFTER_END = "Start date must not be greater than end date"
END_IN_FUTURE = "End date cannot be in the future"
KEY_NOT_COMPATIBLE = (
    "The supplied S3 encryption setting (S3EncryptionConfiguration) is not compatible with an AWS Key Management "
    "Service (AWS KMS) customer master key (CMK)"
)


_KEY_ARN = re.compile(r"arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:(?:key|alias)/[A-Za-z0-9/_:-]{1,256}")


@frozen
class ExportRequest:
    """Times in milliseconds, as they were given: blocks from `start_ms` on and before `end_ms`."""

    start_ms: int
    end_ms: int
    bucket: str
    prefix: str
    encryption: ObjectEncryption
    role_arn: str
    output_format: str | None
    """None where the request named none."""

    @property
    def format_name(self) -> str:
        return self.output_format or "ION_TEXT"

    def refuse_impossible(self, now_ms: int) -> None:
        """InvalidParameterException for what can be seen to be wrong in the request alone."""
        if len(self.prefix) > limits.S3_PREFIX_CHARACTERS:
            raise InvalidParameterException(PREFIX_TOO_LONG, "Prefix")
        if self.start_ms >= self.end_ms:
            raise InvalidParameterException(START_AFTER_END, "InclusiveStartTime")
        if self.end_ms > now_ms:
            raise InvalidParameterException(END_IN_FUTURE, "ExclusiveEndTime")
        self._refuse_key()
        roles.refuse_malformed(self.role_arn)

    def _refuse_key(self) -> None:
        if self.encryption.type != "SSE_KMS" and self.encryption.kms_key_arn is not None:
            raise InvalidParameterException(KEY_NOT_COMPATIBLE, "KmsKeyArn")
        if self.encryption.type == "SSE_KMS" and not _KEY_ARN.fullmatch(self.encryption.kms_key_arn or ""):
            raise InvalidParameterException(
                not_valid("KmsKeyArn", self.encryption.kms_key_arn, "the ARN of a key, as SSE_KMS needs"), "KmsKeyArn"
            )

    def fields(self) -> Fields:
        """As JSON can hold it; `of` gives the same request again."""
        return asdict(self)

    @classmethod
    def of(cls, fields: Fields) -> ExportRequest:
        return cls(**{**fields, "encryption": ObjectEncryption(**fields["encryption"])})
