"""The environment that clients are made in: what they insist on, and the descriptions that newer ones lack."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from emulator.kit.descriptions import MODELS
from emulator.testing import interception

_DATA_PATH = "AWS_DATA_PATH"
_CREDENTIALS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
"""Made up, so that a test never has anybody's own at hand."""
_REGIONS = ("AWS_REGION", "AWS_DEFAULT_REGION")
_REGION = "us-east-1"
_ENDPOINTS = ("AWS_ENDPOINT_URL_QLDB", "AWS_ENDPOINT_URL_QLDB_SESSION")


@contextmanager
def made_up() -> Iterator[None]:
    """Clients of QLDB can be made inside, whatever the environment has; afterwards it is as it was."""
    with _set({**_missing(), _DATA_PATH: _with_models()}):
        for session in interception.sessions_at_hand():
            loader = session.get_component("data_loader")
            if str(MODELS) not in loader.search_paths:
                loader.search_paths.append(str(MODELS))
        yield


@contextmanager
def at_endpoint(url: str) -> Iterator[None]:
    """The same, and clients of QLDB talk to that endpoint."""
    with made_up(), _set(dict.fromkeys(_ENDPOINTS, url)):
        yield


def _missing() -> dict[str, str]:
    missing = {name: value for name, value in _CREDENTIALS.items() if name not in os.environ}
    if not any(map(os.environ.get, _REGIONS)):
        missing["AWS_DEFAULT_REGION"] = _REGION
    return missing


def _with_models() -> str:
    paths = [path for path in os.environ.get(_DATA_PATH, "").split(os.pathsep) if path]
    return os.pathsep.join(paths if str(MODELS) in paths else [*paths, str(MODELS)])


@contextmanager
def _set(variables: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
