"""What a stream was asked for, and what is refused before anybody looks at Kinesis.

Messages are those of the developer guide (`streams.errors`); there the exception has another name, which the service
model does not know.
"""

from __future__ import annotations

import re
from dataclasses import asdict

from emulator.account.messages import not_valid
from emulator.delivery import roles
from emulator.delivery.job import Fields
from emulator.errors import InvalidParameterException
from emulator.frozen import frozen

START_AFTER_END = "Start date must not be greater than end date."
START_IN_FUTURE = "Start date cannot be in the future."

_KINESIS_ARN = re.compile(r"arn:aws[a-z-]*:kinesis:(?P<region>[a-z0-9-]+):[0-9]{12}:stream/[A-Za-z0-9_.-]{1,128}")


@frozen
class StreamRequest:
    """Times in milliseconds, as they were given: blocks from `start_ms` on and before `end_ms`, None for no end."""

    stream_name: str
    start_ms: int
    end_ms: int | None
    kinesis_arn: str
    is_aggregated: bool
    role_arn: str

    @property
    def kinesis_region(self) -> str:
        """Where the stream of Kinesis is; empty where the ARN is none."""
        arn = _KINESIS_ARN.fullmatch(self.kinesis_arn)
        return arn["region"] if arn else ""

    def refuse_impossible(self, now_ms: int) -> None:
        """InvalidParameterException for what can be seen to be wrong in the request alone."""
        if self.end_ms is not None and self.start_ms >= self.end_ms:
            raise InvalidParameterException(START_AFTER_END, "InclusiveStartTime")
        if self.start_ms > now_ms:
            raise InvalidParameterException(START_IN_FUTURE, "InclusiveStartTime")
        if not self.kinesis_region:
            wanted = "the ARN of a Kinesis data stream"
            raise InvalidParameterException(not_valid("StreamArn", self.kinesis_arn, wanted), "StreamArn")
        roles.refuse_malformed(self.role_arn)

    def fields(self) -> Fields:
        """As JSON can hold it; `of` gives the same request again."""
        return asdict(self)

    @classmethod
    def of(cls, fields: Fields) -> StreamRequest:
        return cls(**fields)
