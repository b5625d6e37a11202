"""Routes that are read when they are wanted: each request finds its own, whichever comes first."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from fastapi import FastAPI
from starlette.routing import Match

from emulator.api.control.application import FIRST, OPERATIONS, PAGES
from emulator.api.control.late_routes import LateRoutes

REQUESTS = [
    ("GET", "/_qldb/health"),
    ("POST", "/ledgers"),
    ("GET", "/tags/arn:aws:qldb:us-east-1:123456789012:ledger%2Fa"),
    ("POST", "/ledgers/a/digest"),
    ("GET", "/journal-s3-exports"),
    ("GET", "/ledgers/a/journal-kinesis-streams"),
    ("PUT", "/_qldb/clock"),
    ("GET", "/_qldb/snapshots"),
    ("GET", "/_qldb/faults"),
    ("GET", "/_qldb/ledgers/a/journal"),
    ("GET", "/_qldb/metrics"),
    ("POST", "/_qldb/reset"),
    ("GET", "/_qldb/ledgers/a/statements"),
]
"""One of each module, in the order they are read."""


@pytest.fixture
def routes() -> LateRoutes:
    return LateRoutes(FastAPI(openapi_url=None), [*FIRST, *OPERATIONS, *PAGES])


def asked(request: tuple[str, str]) -> dict[str, object]:
    """The scope of a request."""
    method, path = request
    return {"type": "http", "method": method, "path": path, "headers": []}


def found(routes: LateRoutes) -> list[tuple[str, str]]:
    """The requests there is a route for by now."""
    matches = {request: [route.matches(asked(request))[0] for route in routes.app.routes] for request in REQUESTS}
    return [request for request, its in matches.items() if Match.FULL in its]


@pytest.mark.parametrize("number", range(len(REQUESTS)))
def test_a_request_reads_as_far_as_to_its_route(routes: LateRoutes, number: int) -> None:
    """Modules are read up to the one that has the route, and none behind it."""
    routes.reach(asked(REQUESTS[number]))

    assert found(routes) == REQUESTS[: number + 1]


@pytest.mark.parametrize("request_", [("GET", "/nowhere"), ("PUT", "/ledgers")])
def test_what_has_no_route_is_only_known_at_the_end(routes: LateRoutes, request_: tuple[str, str]) -> None:
    """Neither a path that nobody has nor a method that a path does not have is refused before all is read."""
    routes.reach(asked(request_))

    assert found(routes) == REQUESTS


def test_requests_on_many_threads_find_their_routes(routes: LateRoutes) -> None:
    """Servers on several threads share the routes; nobody is told that there is none while somebody else reads it."""
    together = Barrier(len(REQUESTS) + 1)

    def reach(request: tuple[str, str]) -> bool:
        together.wait()
        routes.reach(asked(request))
        return request in found(routes)

    def read_all() -> bool:
        together.wait()
        routes.read_all()
        return found(routes) == REQUESTS

    with ThreadPoolExecutor(len(REQUESTS) + 1) as threads:
        everything = threads.submit(read_all)
        assert list(threads.map(reach, REQUESTS)) == [True] * len(REQUESTS)
        assert everything.result()
