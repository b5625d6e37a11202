"""Where deliveries go. A sink knows nothing of journals: it takes bytes, and says so when it cannot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


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


@dataclass(frozen=True, slots=True)
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
