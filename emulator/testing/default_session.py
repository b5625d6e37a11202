"""A default session of boto3 for inside, as moto has one: what is made up does not stay in that of outside."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import boto3
from botocore.handlers import BUILTIN_HANDLERS

from emulator.testing.configuration import configuration

_making = threading.Lock()


@contextmanager
def own_default_session() -> Iterator[None]:
    """boto3 has a new one inside."""
    before = boto3.DEFAULT_SESSION
    boto3.DEFAULT_SESSION = _Session()
    try:
        yield
    finally:
        boto3.DEFAULT_SESSION = before


class _Session(boto3.Session):  # type: ignore[misc]  # boto3 has no types
    """One that is made when somebody wants something of it: by then a test may have set what boto3 reads.

    Making one takes as long as a small test, so what it consists of is that of an earlier one, which has read the same.
    Handlers of its own, which somebody may register, are not another test's.
    """

    def __init__(self) -> None:
        self._is_own = False

    def __getattr__(self, name: str) -> Any:
        with _making:
            if "_session" not in vars(self):
                self.__dict__.update(_made(configuration(), len(BUILTIN_HANDLERS)))
        if name not in vars(self):  # another thread may have made it meanwhile
            raise AttributeError(name)
        return vars(self)[name]

    @property
    def events(self) -> Any:
        if not self._is_own:
            self.__dict__.update(vars(boto3.Session()), _is_own=True)
        return super().events


@lru_cache(maxsize=8)
def _made(configuration: frozenset[Any], handlers: int) -> dict[str, Any]:
    """It has the handlers of those, such as moto, who register theirs for new sessions alone."""
    return dict(vars(boto3.Session()))
