"""A bucket of S3."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from emulator.delivery.sinks import ObjectEncryption
from emulator.delivery.sinks.clients import client, sink_error

_ACL = "bucket-owner-full-control"
"""The service needed s3:PutObjectAcl of the role: an export belongs to whoever owns the bucket."""


class S3Sink:
    def __init__(self, bucket: str, encryption: ObjectEncryption, region: str, endpoint_url: str | None) -> None:
        """SinkError when there can be no client. An endpoint that is not AWS is asked with the bucket in the path."""
        self._client = client("s3", region, endpoint_url, "auto" if endpoint_url is None else "path")
        self._bucket = bucket
        self._options = {"ACL": _ACL, **_encryption_options(encryption)}

    def put(self, key: str, body: bytes, content_type: str) -> None:
        try:
            self._client.put_object(Bucket=self._bucket, Key=key, Body=body, ContentType=content_type, **self._options)
        except (ClientError, BotoCoreError) as error:
            raise sink_error(error) from error

    def close(self) -> None:
        """The client is kept for the next."""


def _encryption_options(encryption: ObjectEncryption) -> dict[str, Any]:
    """The headers of a put: `aws:kms` with the key, `AES256`, or none for the bucket's own setting."""
    if encryption.type == "SSE_KMS":
        return {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": encryption.kms_key_arn}
    return {"ServerSideEncryption": "AES256"} if encryption.type == "SSE_S3" else {}
