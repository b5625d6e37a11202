"""The journal over HTTP, page by page."""

from base64 import b64decode
from typing import Any

import httpx
import pytest

from emulator.ion.binary import decode
from emulator.ion.codec import read_text
from emulator.ion.text import write_text
from emulator.testing.controls import Clock
from tests.api.driving import Driver


def blocks(http: httpx.Client, name: str) -> list[str]:
    """All of them, however many pages they are on."""
    found: list[str] = []
    start: int | None = 0
    while start is not None:
        page = http.get(f"/_qldb/ledgers/{name}/journal", params={"start": start}).json()
        found += page["blocks"]
        start = page["next"]
    return found


def test_blocks_are_those_of_get_block(http: httpx.Client, qldb_client: Any, qldb_session_client: Any) -> None:
    """To the character, from the first to the tip."""
    qldb_client.create_ledger(Name="ledger", PermissionsMode="STANDARD")
    Driver(qldb_session_client).transact("CREATE TABLE Person")
    tip = qldb_client.get_digest(Name="ledger")["DigestTipAddress"]["IonText"]
    last = qldb_client.get_block(Name="ledger", BlockAddress={"IonText": tip})["Block"]["IonText"]

    found = blocks(http, "ledger")

    assert len(found) == 2
    assert found[-1] == last


def test_redacted_revisions_are_shown_as_get_block_shows_them(
    http: httpx.Client, qldb_client: Any, qldb_session_client: Any, clock: Clock
) -> None:
    """Without their data, from the moment on that the clock says."""
    qldb_client.create_ledger(Name="ledger", PermissionsMode="STANDARD")
    driver = Driver(qldb_session_client)
    table: Any = driver.transact("CREATE TABLE Person")[0]
    document: Any = driver.transact("INSERT INTO Person {'name': 'Ada'}")[0]
    driver.transact("UPDATE Person SET name = 'Grace'")
    address: Any = read_text(qldb_client.get_digest(Name="ledger")["DigestTipAddress"]["IonText"])
    written = f'`{{strandId: "{address["strandId"]}", sequenceNo: 2}}`'
    driver.transact(f"EXEC REDACT_REVISION {written}, '{table['tableId']}', '{document['documentId']}'")
    before = blocks(http, "ledger")[2]

    clock.advance(60_000)

    tip = qldb_client.get_digest(Name="ledger")["DigestTipAddress"]["IonText"]
    asked = tip.replace("sequenceNo:4", "sequenceNo:2")
    shown = qldb_client.get_block(Name="ledger", BlockAddress={"IonText": asked})["Block"]["IonText"]
    assert blocks(http, "ledger")[2] == shown != before


def test_pages_go_on_to_the_tip(http: httpx.Client, qldb_client: Any, qldb_session_client: Any) -> None:
    """A page has two hundred blocks at the most, and says where the next one begins."""
    qldb_client.create_ledger(Name="ledger", PermissionsMode="STANDARD")
    driver = Driver(qldb_session_client)
    driver.transact("CREATE TABLE Person")
    for _ in range(203):
        driver.transact("SELECT * FROM Person")

    assert len(blocks(http, "ledger")) == 205
    assert http.get("/_qldb/ledgers/ledger/journal", params={"start": 205}).json() == {"blocks": [], "next": None}


@pytest.mark.parametrize(
    ("last", "start", "there"), [(1, 0, [3]), (3, 0, [1, 2, 3]), (9, 0, [0, 1, 2, 3]), (3, 2, [2, 3])]
)
def test_last_blocks_are_asked_for(
    http: httpx.Client, qldb_client: Any, qldb_session_client: Any, last: int, start: int, there: list[int]
) -> None:
    """So many of them, as far as there are as many, and none before the start."""
    qldb_client.create_ledger(Name="ledger", PermissionsMode="STANDARD")
    Driver(qldb_session_client).transact("CREATE TABLE Person")
    Driver(qldb_session_client).transact("SELECT * FROM Person")
    Driver(qldb_session_client).transact("SELECT * FROM Person")
    page = http.get("/_qldb/ledgers/ledger/journal", params={"last": last, "start": start}).json()

    every = blocks(http, "ledger")
    assert page == {"blocks": [every[number] for number in there], "next": None}


def test_blocks_come_in_binary_too(http: httpx.Client, qldb_client: Any, qldb_session_client: Any) -> None:
    """The same values, for programs whose Ion library is slow with text."""
    qldb_client.create_ledger(Name="ledger", PermissionsMode="STANDARD")
    Driver(qldb_session_client).transact("CREATE TABLE Person")
    page = http.get("/_qldb/ledgers/ledger/journal", params={"format": "ION_BINARY"}).json()

    assert [write_text(decode(b64decode(block))) for block in page["blocks"]] == blocks(http, "ledger")


def test_other_formats_are_refused(http: httpx.Client, qldb_client: Any) -> None:
    """And those there are, are told."""
    qldb_client.create_ledger(Name="ledger", PermissionsMode="STANDARD")
    answer = http.get("/_qldb/ledgers/ledger/journal", params={"format": "JSON"})

    assert answer.status_code == 400
    assert answer.json()["Message"] == ("The parameter format is not valid: got 'JSON', wanted ION_TEXT or ION_BINARY")


@pytest.mark.parametrize(
    "path",
    [
        "nowhere/journal",
        "ledger--x/journal",
        "ledger/journal?start=-1",
        "ledger/journal?start=x",
        "ledger/journal?last=0",
    ],
)
def test_what_is_not_there_is_refused(http: httpx.Client, path: str) -> None:
    """A ledger that is unknown or cannot be, a start that is no number, and none of the last blocks."""
    assert http.get(f"/_qldb/ledgers/{path}").status_code in (400, 404)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("last=0", "The parameter last is not valid: got '0', wanted a whole number from 1 to 999999999"),
        ("last=-1", "The parameter last is not valid: got '-1', wanted a whole number from 1 to 999999999"),
        (
            "last=1000000000",
            "The parameter last is not valid: got '1000000000', wanted a whole number from 1 to 999999999",
        ),
        ("start=x", "The parameter start is not valid: got 'x', wanted a whole number from 0 to 999999999"),
    ],
)
def test_what_is_no_number_is_told(http: httpx.Client, qldb_client: Any, query: str, said: str) -> None:
    """What came, and what is wanted."""
    qldb_client.create_ledger(Name="ledger", PermissionsMode="STANDARD")
    answer = http.get(f"/_qldb/ledgers/ledger/journal?{query}")

    assert (answer.status_code, answer.json()["Message"]) == (400, said)
