"""Clients of other AWS services.

boto3 takes a while to load, so this is imported once there is something to write; a client takes a while to be made, so
it is kept. Clients may be used by several threads.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import boto3
import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from emulator.delivery.sinks import SinkError

_TIMEOUTS = {"connect_timeout": 3, "read_timeout": 20, "retries": {"mode": "standard", "total_max_attempts": 2}}
"""Seconds. A writer tries again by itself; a request that waits for a sink should not wait for long."""
_OF_A_CLOUD = ("iam-role", "container-role")
"""Places to look for credentials that would have to be asked over the network."""
_LOCAL = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
_NOT_NOW = frozenset({"RequestTimeout", "RequestTimeTooSkewed", "OperationAborted", "SlowDown", "Throttling"})
"""Errors of S3 and others with a status that says no, and a meaning that says not now."""


@lru_cache(32)
def client(service: str, region: str, endpoint_url: str | None, addressing_style: str = "auto") -> Any:
    """A client of a service at an endpoint, or in AWS without one. SinkError when it cannot be made.

    Credentials come from boto3's usual places. Something that is not AWS gets made-up ones if there are none.
    """
    try:
        session = botocore.session.Session()
        if endpoint_url is not None:
            resolver = session.get_component("credential_provider")
            for provider in _OF_A_CLOUD:
                resolver.remove(provider)
        credentials = _LOCAL if endpoint_url is not None and session.get_credentials() is None else {}
        return boto3.Session(botocore_session=session).client(
            service,
            region_name=region,
            endpoint_url=endpoint_url,
            config=Config(**_TIMEOUTS, s3={"addressing_style": addressing_style}),
            **credentials,
        )
    except (BotoCoreError, ValueError) as error:
        raise sink_error(error) from error


def sink_error(error: Exception) -> SinkError:
    """What a client raised, as an error of the sink."""
    if not isinstance(error, ClientError):
        return SinkError(type(error).__name__, str(error), refused=False)
    said = error.response.get("Error", {})
    code = str(said.get("Code", "Unknown"))
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500))
    refused = 400 <= status < 500 and status not in (408, 429) and not code.startswith(tuple(_NOT_NOW))
    return SinkError(code, str(said.get("Message", "")), refused=refused)
