"""`/_qldb/ledgers/{name}/statements`, the page that tells what statements did."""

from typing import Any

import httpx
import pytest

from emulator.client.transport import HttpTransport
from emulator.testing import Emulator, Qldb
from tests.api.driving import Driver


def told(http: httpx.Client, query: str = "", ledger: str = "ledger") -> Any:
    response = http.get(f"/_qldb/ledgers/{ledger}/statements{query}")
    assert response.status_code == 200, response.text
    return response.json()


def test_statements_of_a_client_are_told(driver: Driver, http: httpx.Client) -> None:
    """What boto3 ran is there with its plan, newest first; the limit and a transaction pick some."""
    driver.transact("CREATE INDEX ON People (name)")
    driver.transact("SELECT * FROM People WHERE name = ?", "Ada")

    newest, *others = told(http)["statements"]

    assert (newest["statement"], newest["plan"]) == (
        "SELECT * FROM People WHERE name = ?",
        ["index People(name) = ?"],
    )
    assert newest["transaction"] == {
        "id": driver.transaction_id,
        "session_id": driver.session_id,
        "outcome": "committed",
        "sequence_no": 3,
        "write_ios": 0,
    }
    assert len(others) == 2
    assert told(http, "?limit=1")["statements"] == [newest]
    assert told(http, f"?transaction_id={driver.transaction_id}")["statements"] == [newest]


def test_conflict_of_a_client_is_told(driver: Driver, qldb_session_client: Any, http: httpx.Client) -> None:
    """Which read met which write, though the commit itself only said that there was a conflict."""
    driver.start()
    driver.execute("SELECT * FROM People")
    other = Driver(qldb_session_client)
    other.transact("INSERT INTO People {'name': 'Ada'}")
    with pytest.raises(qldb_session_client.exceptions.OccConflictException):
        driver.commit()

    (conflict,) = told(http)["conflicts"]

    assert conflict["transaction"]["id"] == driver.transaction_id
    assert [(read["read"], read["written_by"]["transaction_id"]) for read in conflict["reads"]] == [
        ("scan People", other.transaction_id)
    ]


def test_wrong_digest_of_a_client_is_told(driver: Driver, qldb_session_client: Any, http: httpx.Client) -> None:
    """With what was expected, what came, and the statements behind the expected one."""
    driver.start()
    driver.execute("SELECT * FROM People")
    with pytest.raises(qldb_session_client.exceptions.BadRequestException):
        driver.commit(bytes(32))

    (mismatch,) = told(http)["digest_mismatches"]

    assert mismatch["statements"] == ["SELECT * FROM People"]


def test_ledger_of_another_region_is_named_by_its_region(qldb_server: Emulator, http: httpx.Client) -> None:
    """Requests without a signature name the Region, unless it is that of the settings."""
    Qldb(HttpTransport(qldb_server.url), region="eu-west-1").create_ledger("far")

    assert told(http, "?region=eu-west-1", "far")["statements"] == []


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("nowhere/statements", 404),
        ("ledger/statements?limit=0", 400),
        ("ledger/statements?limit=many", 400),
        ("ledger/statements?limit=99999999999999999999", 400),
    ],
)
def test_what_is_not_there_is_refused(driver: Driver, http: httpx.Client, path: str, status: int) -> None:
    """An unknown ledger is a 404, a limit that is no number a 400."""
    assert http.get(f"/_qldb/ledgers/{path}").status_code == status
