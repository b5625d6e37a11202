"""The fixtures and the marker of the pytest plugin: these tests are users of them, as most of this project's are."""

from __future__ import annotations

import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from emulator.testing import Emulator, Qldb

CAR = ["CREATE TABLE Car", "INSERT INTO Car {'make': 'Tesla'}"]


@pytest.mark.parametrize("turn", range(3))
def test_ledger_is_fresh(qldb: Qldb, qldb_ledger: str, qldb_client: Any, turn: int) -> None:
    """Whatever other tests did to theirs, each has its own, and the handle is on it."""
    assert qldb_client.describe_ledger(Name=qldb_ledger)["State"] == "ACTIVE"
    assert len(qldb.journal()) == 1
    qldb.run("CREATE TABLE Person")
    qldb.run("INSERT INTO Person {'name': 'Ada'}")

    assert qldb.run("SELECT VALUE name FROM Person") == ["Ada"]
    assert qldb.statements()[-1]["statement"] == "SELECT VALUE name FROM Person"
    qldb.assert_verified()


def test_sessions_have_their_client(qldb_ledger: str, qldb_session_client: Any) -> None:
    """boto3's client of the session service reaches the same ledger."""
    assert "StartSession" in qldb_session_client.send_command(StartSession={"LedgerName": qldb_ledger})


@pytest.mark.qldb(ledger="cars", statements=CAR)
def test_marker_says_how_it_begins(qldb: Qldb, qldb_ledger: str) -> None:
    """With that name, and with what the statements left, which were one transaction."""
    assert qldb_ledger == "cars"
    assert qldb.run("SELECT VALUE make FROM Car") == ["Tesla"]
    assert len(qldb.journal()) == 2 + 1


@pytest.mark.qldb(seed=42, clock="2024-01-01T00:00:00Z,tick=1ms", region="us-east-1", statements="CREATE TABLE T")
class TestMarkerMakesItRepeatable:
    """Seed and clock give every run of a test the same digest, on every machine; its ledger needs no name for that."""

    DIGEST = "d534a19aae1ab9b313dd46d67b823b9808a9ef48075efb53e38c2f9a483bd2a2"

    def test_in_process(self, qldb_client: Any, qldb_ledger: str) -> None:
        """Where the ledger is there from the start."""
        assert qldb_client.get_digest(Name=qldb_ledger)["Digest"].hex() == self.DIGEST

    def test_with_the_handle_alone(self, qldb: Qldb, qldb_client: Any) -> None:
        """Where the ledger is made by a request."""
        assert qldb_client.get_digest(Name=qldb.ledger)["Digest"].hex() == self.DIGEST

    def test_on_a_port(self, qldb_server: Emulator, qldb_client: Any, qldb_ledger: str) -> None:
        """At a server of the test's own."""
        assert qldb_client.get_digest(Name=qldb_ledger)["Digest"].hex() == self.DIGEST


@pytest.mark.qldb(ledger=None)
class TestWithoutALedger:
    """Tests that make their own, or none."""

    def test_account_is_empty(self, qldb: Qldb, qldb_client: Any) -> None:
        """The handle has the clock and the faults, and knows the ledgers that the test makes."""
        assert qldb_client.list_ledgers()["Ledgers"] == []
        qldb_client.create_ledger(Name="mine", PermissionsMode="STANDARD")

        assert qldb.ledgers() == ["mine"]
        assert qldb.ledger is None

    @pytest.mark.qldb(ledger="cars")
    def test_closest_marker_goes_first(self, qldb: Qldb) -> None:
        """A test may have one although its class has none."""
        assert qldb.ledgers() == [qldb.ledger] == ["cars"]


@pytest.mark.qldb(clock="2024-01-01T00:00:00Z", ledger_creating_ms=60_000)
class TestOfOneClass:
    """Markers and settings that several tests share."""

    @pytest.fixture
    def qldb_settings(self, qldb_settings: Mapping[str, Any], tmp_path: Path) -> Mapping[str, Any]:
        """Also what other fixtures say."""
        return {**qldb_settings, "clock": "2020-01-01T00:00:00Z", "export_dir": tmp_path}

    @pytest.mark.qldb(ledger=None)
    def test_all_that_is_said_holds(self, qldb: Qldb, qldb_client: Any, tmp_path: Path) -> None:
        """Of the test, its class and the fixture; for what several say, the marker goes before the fixture."""
        assert qldb.clock.now().year == 2024
        made = qldb_client.create_ledger(Name="mine", PermissionsMode="STANDARD")
        assert made["State"] == "CREATING"
        qldb.clock.advance("1m")

        qldb_client.export_journal_to_s3(
            Name="mine",
            InclusiveStartTime="2023-12-31T00:00:00Z",
            ExclusiveEndTime="2024-01-01T00:00:30Z",
            S3ExportConfiguration={
                "Bucket": "journals",
                "Prefix": "",
                "EncryptionConfiguration": {"ObjectEncryptionType": "SSE_S3"},
            },
            RoleArn="arn:aws:iam::123456789012:role/any",
        )

        assert list((tmp_path / "journals").iterdir())


def test_server_is_on_a_port(qldb_server: Emulator, qldb_client: Any, qldb_ledger: str) -> None:
    """Whoever asks for a server can reach it with any client, and boto3 goes there by itself."""
    assert urllib.request.urlopen(f"{qldb_server.url}/_qldb/health").status == 200
    assert qldb_client.meta.endpoint_url == qldb_server.url
    assert qldb_client.describe_ledger(Name=qldb_ledger)["State"] == "ACTIVE"
