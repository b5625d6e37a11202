"""Where exports and streams of a test go: to moto, or where a setting or the environment says, never to AWS."""

from __future__ import annotations

import os
import sys

from emulator.delivery.outlets import Outlets
from emulator.delivery.sinks import ObjectEncryption, ObjectSink, RecordSink, SinkError


class MockedOutlets(Outlets):
    """Refuses what would be asked of AWS itself, by somebody who forgot the mock."""

    def endpoint_url(self, service: str) -> str | None:
        return super().endpoint_url(service) or _of_environment(service)

    def bucket(self, name: str, encryption: ObjectEncryption, region: str, job_id: str) -> ObjectSink:
        if self._folder is None:
            self._refuse_aws("s3")
        return super().bucket(name, encryption, region, job_id)

    def stream(self, stream_arn: str, region: str) -> RecordSink:
        self._refuse_aws("kinesis")
        return super().stream(stream_arn, region)

    def _refuse_aws(self, service: str) -> None:
        if self.endpoint_url(service) is None and not _is_mocked():
            option = f"{service}_endpoint_url"
            message = f"nobody plays {service} here: put moto's mock_aws around the test, or name one by {option}"
            raise SinkError("NotMocked", message, refused=True)


def _of_environment(service: str) -> str | None:
    """Where boto3 would look by its variables; by that name, for clients are kept, and the next test has other ones."""
    if os.environ.get("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "").lower() == "true":
        return None
    return os.environ.get(f"AWS_ENDPOINT_URL_{service.upper()}") or os.environ.get("AWS_ENDPOINT_URL")


def _is_mocked() -> bool:
    """Whether moto answers botocore's clients now."""
    models = sys.modules.get("moto.core.models")
    return models is not None and bool(models.botocore_stubber.enabled)
