"""What boto3 reads when it makes a session or a client: variables, and the files of `aws configure`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

import botocore.session
from botocore.exceptions import BotoCoreError

_FILES = (
    ("AWS_CONFIG_FILE", "~/.aws/config"),
    ("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials"),
)
_ENDPOINT = "AWS_ENDPOINT_URL"
_REGION = "us-east-1"
"""Where nobody says another."""


def configuration() -> frozenset[Any]:
    """All of it that sessions keep, to be compared: what was made of one configuration is not for another.

    Endpoints are looked up for each client; a server of a test has another one than that of the test before.
    """
    variables = (
        item for item in os.environ.items() if item[0].startswith("AWS_") and not item[0].startswith(_ENDPOINT)
    )
    return frozenset([*variables, *_files()])


def _files() -> Iterator[tuple[str, int, int]]:
    for variable, usual in _FILES:
        path = Path(os.environ.get(variable) or usual)
        with suppress(OSError, RuntimeError):  # there is no such file, or no home
            state = path.expanduser().stat()
            yield str(path), state.st_mtime_ns, state.st_size


def region() -> str:
    """The Region of clients that name none. boto3 reads the first of the variables alone, other SDKs the second."""
    return os.environ.get("AWS_DEFAULT_REGION") or os.environ.get("AWS_REGION") or files_region() or _REGION


def files_region() -> str | None:
    """That of the profile in use, where a file has one."""
    if not any(True for _ in _files()):
        return None
    return _files_region(configuration())


@lru_cache(8)
def _files_region(_: frozenset[Any]) -> str | None:
    try:
        session = botocore.session.Session(session_vars={"region": ("region", None, None, None)})
        found: str | None = session.get_config_variable("region") or None
    except BotoCoreError:  # clients are told what it is that cannot be read
        return None
    return found
