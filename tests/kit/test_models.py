"""The service descriptions: whole in themselves, of what the server serves, and with waiters that wait."""

import json
import re
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore.exceptions import WaiterError
from fastapi.routing import APIRoute

from emulator import limits
from emulator.api.control.application import OPERATIONS
from emulator.kit.descriptions import MODELS
from emulator.testing.controls import Clock
from tests.conftest import CREDENTIALS

SERVICES = {"qldb": "2019-01-02", "qldb-session": "2019-07-11"}
PAUSE_MS = 1_000


def described(service: str, kind: str = "service-2") -> dict[str, Any]:
    """A description as it is in its file."""
    path: Path = MODELS / service / SERVICES[service] / f"{kind}.json"
    description: dict[str, Any] = json.loads(path.read_text())
    return description


def shapes_named(value: object) -> Iterator[str]:
    """Every shape that something refers to."""
    if isinstance(value, dict):
        if isinstance(value.get("shape"), str):
            yield value["shape"]
        for each in value.values():
            yield from shapes_named(each)
    elif isinstance(value, list):
        for each in value:
            yield from shapes_named(each)


@pytest.fixture
def client(server: str) -> Any:
    """A client made from our descriptions, whatever its botocore brings along."""
    session = botocore.session.Session()
    session.set_config_variable("data_path", str(MODELS))
    return session.create_client("qldb", region_name="us-east-1", endpoint_url=server, **CREDENTIALS)


@pytest.mark.parametrize("service", SERVICES)
def test_shapes_are_there_and_used(service: str) -> None:
    """A description names no shape that it lacks, and has none that nothing names."""
    description = described(service)

    assert set(shapes_named(description)) == set(description["shapes"])


@pytest.mark.parametrize("service", SERVICES)
def test_required_members_exist(service: str) -> None:
    """What a shape requires is a member of it."""
    shapes = described(service)["shapes"]

    assert {
        name for name, shape in shapes.items() if set(shape.get("required", ())) - set(shape.get("members", ()))
    } == set()


@pytest.mark.parametrize("service", SERVICES)
def test_operations_and_their_members_are_explained(service: str) -> None:
    """Whoever asks `help` of an operation reads a sentence about it and about each member of its request."""
    description = described(service)
    for name, operation in description["operations"].items():
        members = description["shapes"][operation["input"]["shape"]]["members"]
        assert operation["documentation"], name
        assert {member for member, shape in members.items() if not shape.get("documentation")} == set(), name


def test_operations_are_those_that_are_served() -> None:
    """Each operation has the method and path of a route of the control plane, and each route is an operation."""
    operations = described("qldb")["operations"].values()
    routers = [import_module(name).router for name in OPERATIONS]
    routes = [route for router in routers for route in router.routes if isinstance(route, APIRoute)]

    wanted = {(each["http"]["method"], _shape_of(each["http"]["requestUri"])) for each in operations}

    assert {(method, _shape_of(route.path)) for route in routes for method in route.methods or ()} == wanted


def _shape_of(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", path)


@pytest.mark.parametrize(
    ("service", "shape", "most"),
    [
        ("qldb", "LedgerName", limits.LEDGER_NAME_CHARACTERS),
        ("qldb", "MaxResults", limits.PAGE_RESULTS),
        ("qldb", "TagKey", limits.TAG_KEY_CHARACTERS),
        ("qldb", "TagKeyList", limits.TAG_KEYS_PER_REQUEST),
        ("qldb", "TagValue", limits.TAG_VALUE_CHARACTERS),
        ("qldb-session", "IonBinary", limits.PARAMETER_BYTES),
        ("qldb-session", "IonText", limits.PARAMETER_TEXT_CHARACTERS),
        ("qldb-session", "LedgerName", limits.LEDGER_NAME_CHARACTERS),
        ("qldb-session", "Statement", limits.STATEMENT_CHARACTERS),
    ],
)
def test_bounds_are_the_servers(service: str, shape: str, most: int) -> None:
    """What a description allows at most is what the server allows at most."""
    assert described(service)["shapes"][shape]["max"] == most


def test_paginator_gives_every_ledger(client: Any) -> None:
    """The paginator goes on until there is no next page."""
    for number in range(3):
        client.create_ledger(Name=f"ledger-{number}", PermissionsMode="STANDARD")

    pages = list(client.get_paginator("list_ledgers").paginate(PaginationConfig={"PageSize": 2}))

    assert [[each["Name"] for each in page["Ledgers"]] for page in pages] == [["ledger-0", "ledger-1"], ["ledger-2"]]


@pytest.fixture
def slow_states(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    """Let the clock go on, instead of waiting, whenever a waiter pauses."""
    monkeypatch.setattr("botocore.waiter.time.sleep", lambda seconds: clock.advance(round(seconds * 1000)))


@pytest.fixture
def qldb_settings(qldb_settings: Mapping[str, Any]) -> Mapping[str, Any]:
    """States that last for a few pauses of a waiter."""
    return {**qldb_settings, "ledger_creating_ms": 3 * PAUSE_MS, "ledger_deleting_ms": 3 * PAUSE_MS}


@pytest.mark.usefixtures("slow_states")
def test_waiters_wait_for_a_ledger_to_come_and_to_go(client: Any) -> None:
    """`ledger_active` returns once the ledger is ACTIVE, `ledger_deleted` once it is gone."""
    client.create_ledger(Name="first", PermissionsMode="STANDARD", DeletionProtection=False)

    client.get_waiter("ledger_active").wait(Name="first")
    assert client.describe_ledger(Name="first")["State"] == "ACTIVE"

    client.delete_ledger(Name="first")
    client.get_waiter("ledger_deleted").wait(Name="first")
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.describe_ledger(Name="first")


@pytest.mark.usefixtures("slow_states")
def test_waiting_for_what_will_never_be_active_fails(client: Any) -> None:
    """`ledger_active` gives up at once where there is no ledger, and where it is being deleted."""
    client.create_ledger(Name="first", PermissionsMode="STANDARD", DeletionProtection=False)
    client.get_waiter("ledger_active").wait(Name="first")
    client.delete_ledger(Name="first")

    for name in ("first", "nothing"):
        with pytest.raises(WaiterError, match="terminal failure"):
            client.get_waiter("ledger_active").wait(Name=name)
