"""The environment that clients are made in: what they insist on, and the descriptions that newer ones lack.

It is one for all that are inside, in whatever order they come and go: the first one makes it, and the last one takes it
away.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import UnknownServiceError
from botocore.loaders import Loader

from emulator.kit.descriptions import MODELS
from emulator.testing import configuration
from emulator.testing.default_session import own_default_session
from emulator.testing.interception import SERVICES

_DATA_PATH = "AWS_DATA_PATH"
_CREDENTIALS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
"""Made up, so that a test never has anybody's own at hand."""
_REGION = "AWS_DEFAULT_REGION"
_ENDPOINTS = ("AWS_ENDPOINT_URL_QLDB", "AWS_ENDPOINT_URL_QLDB_SESSION")
_ENDPOINTS_IGNORED = "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"
_NO_PROXY = ("no_proxy", "NO_PROXY")

_lock = threading.RLock()
_inside = 0
_made = ExitStack()
_layers: list[Mapping[str, str]] = []
"""The variables of those that are inside, in the order in which they came."""
_outside: dict[str, str | None] = {}
"""What these variables are for nobody."""
_load_service_model = Loader.load_service_model


@contextmanager
def made_up(region: str | None = None) -> Iterator[None]:
    """Clients of QLDB can be made inside, whatever the environment has, in that Region if one is named.

    Afterwards it is as it was.
    """
    _enter()
    try:
        with _variables({} if region is None else {_REGION: region}):
            yield
    finally:
        _leave()


@contextmanager
def at_endpoint(url: str, region: str | None = None) -> Iterator[None]:
    """The same, and clients of QLDB talk to that endpoint: straight, whatever proxy or switch the environment has."""
    leading = {**dict.fromkeys(_ENDPOINTS, url), _ENDPOINTS_IGNORED: "false", **_without_proxy(url)}
    with made_up(region), _variables(leading):
        yield


def _without_proxy(url: str) -> dict[str, str]:
    """In both spellings, for of two that differ a library takes the one or the other."""
    exempt = os.environ.get("no_proxy") or os.environ.get("NO_PROXY", "")
    hosts = exempt if exempt == "*" else ",".join(filter(None, [exempt, urlsplit(url).hostname]))
    return dict.fromkeys(_NO_PROXY, hosts)


def _enter() -> None:
    global _inside  # noqa: PLW0603 - there is one environment
    with _lock:
        if _inside == 0:
            _made.enter_context(_variables({**_missing(), _DATA_PATH: _with_models()}))
            _made.enter_context(own_default_session())
        _inside += 1


def _leave() -> None:
    global _inside  # noqa: PLW0603 - as above
    with _lock:
        _inside -= 1
        if _inside == 0:
            _made.close()


def _missing() -> dict[str, str]:
    """A Region, too, but where a file has one: this would go before those of its other profiles."""
    has_region = not os.environ.get("AWS_REGION") and configuration.files_region() is not None
    wanted = _CREDENTIALS if has_region else {**_CREDENTIALS, _REGION: configuration.region()}
    return {name: value for name, value in wanted.items() if not os.environ.get(name)}


def _with_models() -> str:
    paths = [path for path in os.environ.get(_DATA_PATH, "").split(os.pathsep) if path]
    return os.pathsep.join(paths if str(MODELS) in paths else [*paths, str(MODELS)])


@contextmanager
def _variables(variables: Mapping[str, str]) -> Iterator[None]:
    """Variables have these values inside, unless somebody who came later has others: those who come and go may do so in
    any order, on any thread."""
    layer = dict(variables)
    with _lock:
        for name in layer:
            _outside.setdefault(name, os.environ.get(name))
        _layers.append(layer)
        os.environ.update(layer)
    try:
        yield
    finally:
        with _lock:
            del _layers[next(place for place, other in enumerate(_layers) if other is layer)]
            for name in layer:
                _put_back(name)


def _put_back(name: str) -> None:
    """Give a variable the value of whoever came last of those who have one."""
    values = [layer[name] for layer in _layers if name in layer]
    value = values[-1] if values else _outside.pop(name)
    if value is None:
        os.environ.pop(name, None)
    else:
        os.environ[name] = value


def _load_too(loader: Any, service_name: str, *arguments: Any, **named: Any) -> Any:
    """Loader.load_service_model, from the moment this module is imported: inside, that of a session which was there
    before finds QLDB, too."""
    try:
        return _load_service_model(loader, service_name, *arguments, **named)
    except UnknownServiceError:
        if _inside == 0 or service_name not in SERVICES:
            raise
        return _own_loader().load_service_model(service_name, *arguments, **named)


@cache
def _own_loader() -> Any:
    return Loader([str(MODELS)])


Loader.load_service_model = _load_too
