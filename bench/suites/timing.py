"""The plugin of a measured suite: says what its `driver` is, and prints how long the tests took, as JSON.

`BENCH_DRIVER` names it: `in_process` and `on_a_port` are the emulator's fixtures, `fixed` and `fixed_on_a_port` are
pyqldb alone, against answers that are always the same; `ledger` is an empty ledger and no driver, `nothing` not even
that. The first test is not counted: what is read and made once would count for two hundred tests and would not for two
thousand.
"""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator
from statistics import median
from time import perf_counter
from typing import Any

import boto3
import pytest
import urllib3
from botocore.awsrequest import AWSResponse, HeadersDict
from pyqldb.driver.qldb_driver import QldbDriver

from bench.fixed_server import answer

_marks: dict[str, float] = {}
_around: list[float] = []


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Note when the first test was over and when the last, and how long set-up and tear-down took."""
    if report.when == "setup":
        _around.append(report.duration)
    elif report.when == "teardown":
        _around[-1] += report.duration
        _marks.setdefault("first", perf_counter())
        _marks["last"] = perf_counter()


def pytest_sessionfinish() -> None:
    print(json.dumps({"seconds": _marks["last"] - _marks["first"], "around": median(_around[1:])}))


def in_process(qldb_driver: Any) -> Any:
    return qldb_driver


def on_a_port(qldb_server: Any, qldb_driver: Any) -> Any:
    return qldb_driver


@pytest.fixture(scope="session")
def fixed_session() -> boto3.Session:
    session = boto3.Session()
    session.events.register_first("before-send.qldb-session", _fixed)
    return session


def _fixed(request: Any, **_: Any) -> AWSResponse:
    raw = urllib3.HTTPResponse(io.BytesIO(answer(request.body)), preload_content=False)
    headers = HeadersDict({"content-type": "application/x-amz-json-1.0", "x-amzn-requestid": "0" * 22})
    return AWSResponse(request.url, 200, headers, raw)


def fixed(fixed_session: boto3.Session) -> Iterator[Any]:
    with QldbDriver("fixed", boto3_session=fixed_session) as driver:
        yield driver


def fixed_on_a_port() -> Iterator[Any]:
    with QldbDriver("fixed", endpoint_url=os.environ["BENCH_FIXED"]) as driver:
        yield driver


def ledger(qldb_ledger: str) -> str:
    return qldb_ledger


def nothing() -> None:
    """The floor of a fixture."""


_DRIVERS = {each.__name__: each for each in (in_process, on_a_port, fixed, fixed_on_a_port, ledger, nothing)}

driver = pytest.fixture(_DRIVERS[os.environ["BENCH_DRIVER"]])
