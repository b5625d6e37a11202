"""The clock over HTTP: what hangs on time happens without waiting for it."""

from typing import Any

import httpx
import pytest
from botocore.exceptions import ClientError

from emulator.clock import SystemClock

MINUTE_MS = 60_000


def change(http: httpx.Client, **members: Any) -> dict[str, Any]:
    response = http.put("/_qldb/clock", json=members)
    response.raise_for_status()
    changed: dict[str, Any] = response.json()
    return changed


def test_clock_is_told(http: httpx.Client) -> None:
    """The time as text and as a number, and whether it stands still."""
    assert http.get("/_qldb/clock").json() == {
        "now": "2023-11-14T22:13:20.000Z",
        "nowMs": 1_700_000_000_000,
        "frozen": True,
        "tickMs": 0,
    }


def test_clock_is_changed(http: httpx.Client) -> None:
    """What is named is changed, the rest stays; the answer is the clock as it is now."""
    assert change(http, now="2024-01-01T00:00:00Z", frozen=True, tick="1ms")["now"] == "2024-01-01T00:00:00.000Z"

    moved = change(http, advance="90s")

    assert (moved["now"], moved["frozen"], moved["tickMs"]) == ("2024-01-01T00:01:30.000Z", True, 1)
    reset = change(http, reset=True)
    assert (reset["frozen"], reset["tickMs"]) == (False, 0)
    assert abs(reset["nowMs"] - SystemClock().now_ms()) < MINUTE_MS


@pytest.mark.parametrize("now", ["2024-01-01T00:00:00Z", "20240101", "1704067200000", 1_704_067_200_000])
def test_a_time_is_written_in_many_ways(http: httpx.Client, now: str | int) -> None:
    """ISO 8601 with hyphens and without, and milliseconds since 1970, as text too."""
    assert change(http, now=now)["now"] == "2024-01-01T00:00:00.000Z"


def test_ledgers_live_by_it(http: httpx.Client, qldb_client: Any) -> None:
    """A ledger's creation time is the clock's, and each request moves a ticking clock."""
    change(http, now="2024-01-01T00:00:00Z", frozen=True, tick="1s")
    qldb_client.create_ledger(Name="timed", PermissionsMode="STANDARD")

    created = qldb_client.describe_ledger(Name="timed")["CreationDateTime"]

    assert created.isoformat() == "2024-01-01T00:00:01+00:00"
    assert http.get("/_qldb/clock").json()["now"] == "2024-01-01T00:00:02.000Z"


def test_ticks_end_with_the_clock(http: httpx.Client, qldb_client: Any) -> None:
    """A clock that has ticked to its end stands there, and what is made then can be told."""
    change(http, now="9998-12-31T23:59:59Z", frozen=True, tick="1000d")
    qldb_client.create_ledger(Name="late", PermissionsMode="STANDARD")
    http.post("/_qldb/ledgers/late/snapshots").raise_for_status()

    assert http.get("/_qldb/clock").json()["now"] == "9998-12-31T23:59:59.999Z"
    change(http, reset=True)
    assert [it["createdAt"] for it in http.get("/_qldb/snapshots").json()["snapshots"]] == ["9998-12-31T23:59:59.999Z"]


def test_transactions_expire_without_waiting(http: httpx.Client, qldb_client: Any, qldb_session_client: Any) -> None:
    """Thirty seconds pass in one call, and the transaction is over."""
    qldb_client.create_ledger(Name="timed", PermissionsMode="STANDARD")
    token = qldb_session_client.send_command(StartSession={"LedgerName": "timed"})["StartSession"]["SessionToken"]
    qldb_session_client.send_command(SessionToken=token, StartTransaction={})

    change(http, advance="31s")

    with pytest.raises(ClientError, match=r"Transaction .* has expired"):
        qldb_session_client.send_command(SessionToken=token, AbortTransaction={})


@pytest.mark.qldb(ledger_creating_ms=5 * MINUTE_MS)
def test_states_pass_without_waiting(http: httpx.Client, qldb_client: Any) -> None:
    """A ledger that takes five minutes to be made is there at once when they are gone."""
    qldb_client.create_ledger(Name="slow", PermissionsMode="STANDARD")
    assert qldb_client.describe_ledger(Name="slow")["State"] == "CREATING"

    change(http, advance="5m")

    assert qldb_client.describe_ledger(Name="slow")["State"] == "ACTIVE"


@pytest.mark.parametrize(
    ("members", "said"),
    [
        ({"now": "soon"}, "now: a time is one such as"),
        ({"now": True}, "now: a time"),
        ({"advance": "a while"}, "advance: a duration is"),
        ({"advance": "8000000000d"}, "advance: a duration is of less than eight thousand years"),
        ({"advance": 10**400}, "advance: a duration is of less than eight thousand years"),
        (
            {"advance": "-36500d"},
            "advance: a clock stays in the years 1970 to 9998, and stands at 2023-11-14T22:13:20.000Z",
        ),
        ({"advance": "-36500d"}, "got '-36500d'"),
        (
            {"reset": True, "frozen": True, "tick": 1, "now": "9998-12-31", "advance": "24h"},
            "stands at 9998-12-31T00:00:00.000Z, got '24h'",
        ),
        ({"now": 10**400}, "now: a time is one such as"),
        ({"now": "x" * 1_000_000}, "now: a time is one such as"),
        ({"tick": "-1s"}, "tick: a clock does not tick backwards"),
        ({"frozen": "yes"}, "frozen: true or false is wanted, got 'yes'"),
        ({"now": "2024-01-01", "speed": 2}, "A clock has reset, frozen, now, advance, tick, got speed"),
    ],
)
def test_what_is_no_change_is_refused(http: httpx.Client, members: dict[str, Any], said: str) -> None:
    """The message names the member, what is wanted and what came; nothing has changed."""
    before = http.get("/_qldb/clock").json()

    response = http.put("/_qldb/clock", json=members)

    assert response.status_code == 400
    assert said in response.json()["Message"]
    assert len(response.content) < 1_000
    assert http.get("/_qldb/clock").json() == before


@pytest.mark.parametrize("body", [b"{", b"[]", b'"now"', b"\xff"])
def test_other_bodies_are_refused(http: httpx.Client, body: bytes) -> None:
    """A change is a JSON object."""
    assert http.put("/_qldb/clock", content=body).json()["message"].startswith("The body is")
