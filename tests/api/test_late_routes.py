"""Routes that are read when they are wanted: each request finds its own, whichever comes first."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.routing import Match

from emulator.api.control.application import FIRST, OPERATIONS, PAGES
from emulator.api.control.late_routes import LateRoutes
from tests.timing import eventually

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


SLOW = """
import time
from pathlib import Path
from fastapi import APIRouter

router = APIRouter()
router.get("/slow")(lambda: None)
here = Path(__file__).parent
(here / "begun").touch()
while not (here / "may-end").exists():
    time.sleep(0.001)
"""


def test_nobody_passes_by_what_another_thread_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Servers on several threads share the routes: who comes while the last module is read waits for its routes."""
    (tmp_path / "slow_routes.py").write_text(SLOW)
    monkeypatch.syspath_prepend(tmp_path)
    routes = LateRoutes(FastAPI(openapi_url=None), ["slow_routes"])

    def reach() -> bool:
        routes.reach(asked(("GET", "/slow")))
        return any(route.matches(asked(("GET", "/slow")))[0] is Match.FULL for route in routes.app.routes)

    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(reach)
        assert eventually((tmp_path / "begun").exists)
        second = threads.submit(reach)
        wait([second], 0.2)
        (tmp_path / "may-end").touch()

    assert (first.result(), second.result()) == (True, True)


def test_all_is_read_at_once(routes: LateRoutes) -> None:
    """Whoever reads what is left leaves nothing."""
    routes.reach(asked(REQUESTS[2]))
    routes.read_all()

    assert found(routes) == REQUESTS
