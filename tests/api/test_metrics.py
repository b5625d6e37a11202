"""The figures that Prometheus reads."""

from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.sandbox.statements import run


def samples(http: httpx.Client) -> dict[tuple[str, ...], float]:
    """Give every sample by its name and the values of its labels in the order of their names."""
    response = http.get("/_qldb/metrics")
    assert response.headers["content-type"].startswith("text/plain")
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(response.text)
        for sample in family.samples
    }


def test_commands_are_counted_by_how_long_they_took(
    qldb_client: Any, qldb_session_client: Any, http: httpx.Client
) -> None:
    """Latencies are a histogram in seconds, for each command of each ledger."""
    qldb_client.create_ledger(Name="first", PermissionsMode="ALLOW_ALL")
    run(qldb_session_client, "first", "CREATE TABLE Person", "SELECT * FROM Person")

    found = samples(http)
    where = ("ExecuteStatement", "first", "us-east-1")
    assert found["qldb_command_latency_seconds_count", *where] == 2
    assert 0 < found["qldb_command_latency_seconds_sum", *where] < 10
    assert found["qldb_command_latency_seconds_bucket", "ExecuteStatement", "+Inf", "first", "us-east-1"] == 2


def test_ios_errors_and_room_are_told(qldb_client: Any, qldb_session_client: Any, http: httpx.Client) -> None:
    """IOs and errors are counters, and room is a gauge, for each ledger."""
    qldb_client.create_ledger(Name="first", PermissionsMode="ALLOW_ALL")
    told = run(qldb_session_client, "first", "CREATE TABLE Person", "INSERT INTO Person {'a': 1}")
    with pytest.raises(qldb_session_client.exceptions.BadRequestException):
        run(qldb_session_client, "first", "SELECT * FROM Nobody")

    found = samples(http)
    assert found["qldb_write_ios_total", "first", "us-east-1"] == told.write_ios
    assert found["qldb_session_4xx_total", "first", "us-east-1"] == 1
    assert found["qldb_journal_storage_bytes", "first", "us-east-1"] > 0
    assert found["qldb_indexed_storage_bytes", "first", "us-east-1"] > 0


def test_server_without_ledgers_has_no_samples(http: httpx.Client) -> None:
    """Where nothing happened there is nothing to tell."""
    assert samples(http) == {}


def test_ledger_that_nobody_queried_tells_its_room(qldb_client: Any, http: httpx.Client) -> None:
    """A ledger in use has a size from the start."""
    qldb_client.create_ledger(Name="first", PermissionsMode="ALLOW_ALL")

    assert samples(http)["qldb_journal_storage_bytes", "first", "us-east-1"] > 0
