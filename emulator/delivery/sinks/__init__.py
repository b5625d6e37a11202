"""Where deliveries go. A sink knows nothing of journals: it takes bytes, and says so when it cannot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from emulator.frozen import frozen


class SinkError(Exception):
    """Nothing was taken, or nobody knows: to be tried again.

    `code` and `message` are what the other side said, or what happened on the way to it. `refused` tells an answer
    that says no from none, or from one that says not now.
    """

    def __init__(self, code: str, message: str, *, refused: bool) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.refused = refused


@frozen
class ObjectEncryption:
    """How objects are encrypted at rest: SSE_KMS with a key's ARN, SSE_S3, or NO_ENCRYPTION, the bucket's default."""

    type: str
    kms_key_arn: str | None = None


class ObjectSink(Protocol):
    """One bucket, or what stands for one."""

    def put(self, key: str, body: bytes, content_type: str) -> None:
        """Write an object whole or not at all; one of that key is replaced. SinkError when it cannot be."""

    def close(self) -> None:
        """Let go of everything held."""


@frozen
class KinesisRecord:
    """What PutRecords takes: bytes, and the key that chooses the shard."""

    partition_key: str
    data: bytes

    @property
    def size(self) -> int:
        """The bytes that Kinesis counts: the key's and the data's."""
        return len(self.partition_key) + len(self.data)


class RecordSink(Protocol):
    """One stream of Kinesis."""

    def validate(self) -> None:
        """SinkError when it is not there, or cannot be looked at."""

    def put(self, records: Sequence[KinesisRecord]) -> list[KinesisRecord]:
        """Write records; those that were not taken now, in order. SinkError when none was taken, or nobody knows."""

    def close(self) -> None:
        """Let go of everything held."""
