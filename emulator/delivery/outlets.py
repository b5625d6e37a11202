"""Where S3 and Kinesis are: named by an option, else the sandbox if there is one, else AWS as boto3 finds it.

Clients are imported when the first of them is needed, for boto3 takes longer to load than all the rest.
"""

from __future__ import annotations

from collections.abc import Callable

from emulator.delivery.sinks import ObjectEncryption, ObjectSink, RecordSink
from emulator.settings import Settings


class Outlets:
    def __init__(self, settings: Settings, sandbox_url: Callable[[], str | None] = lambda: None) -> None:
        """`sandbox_url` tells where the sandbox answers, None without one."""
        self._sandbox_url = sandbox_url
        self._named = {"s3": settings.s3_endpoint_url, "kinesis": settings.kinesis_endpoint_url}
        self._folder = settings.export_dir

    def endpoint_url(self, service: str) -> str | None:
        """The URL of `s3` or `kinesis`; None is AWS."""
        return self._named[service] or self._sandbox_url()

    @property
    def is_s3_of_aws(self) -> bool:
        """Whether exports leave this machine for want of anything else that was said."""
        return self._folder is None and self.endpoint_url("s3") is None

    @property
    def is_kinesis_of_aws(self) -> bool:
        """The same of streams."""
        return self.endpoint_url("kinesis") is None

    def bucket(self, name: str, encryption: ObjectEncryption, region: str, job_id: str) -> ObjectSink:
        """A bucket to write a job's objects into. SinkError when it cannot be one."""
        if self._folder is not None:
            from emulator.delivery.sinks.folder import FolderSink  # noqa: PLC0415 - see above

            return FolderSink(self._folder, name, job_id)
        from emulator.delivery.sinks.s3 import S3Sink  # noqa: PLC0415 - see above

        return S3Sink(name, encryption, region, self.endpoint_url("s3"))

    def stream(self, stream_arn: str, region: str) -> RecordSink:
        """A stream of Kinesis to put records into. SinkError when it cannot be one."""
        from emulator.delivery.sinks.kinesis import KinesisSink  # noqa: PLC0415 - see above

        return KinesisSink(stream_arn, region, self.endpoint_url("kinesis"))
