"""A server made empty, for the next test."""

from typing import Any

import pytest

from emulator.api.app import create_app
from emulator.runtime import Emulator
from tests import patient_http
from tests.sandbox.conftest import Client
from tests.sandbox.stage import Served
from tests.sandbox.statements import run


@pytest.fixture
def full(client: Client) -> Client:
    """Something of everything."""
    client("qldb").create_ledger(Name="first", PermissionsMode="ALLOW_ALL")
    client("qldb", "eu-west-1").create_ledger(Name="second", PermissionsMode="ALLOW_ALL")
    run(client("qldb-session"), "first", "CREATE TABLE Person")
    client("s3").create_bucket(Bucket="journal")
    client("s3").put_object(Bucket="journal", Key="a", Body=b"block")
    client("kinesis").create_stream(StreamName="journal", ShardCount=1)
    client("iam").create_role(RoleName="exporter", AssumeRolePolicyDocument="{}")
    return client


def left(client: Client) -> list[int]:
    return [
        len(client("qldb").list_ledgers()["Ledgers"]),
        len(client("qldb", "eu-west-1").list_ledgers()["Ledgers"]),
        len(client("s3").list_buckets()["Buckets"]),
        len(client("kinesis").list_streams()["StreamNames"]),
        len(client("iam").list_roles()["Roles"]),
    ]


def test_ledgers_of_all_regions_go(full: Client, server: str) -> None:
    """Without more, all ledgers go, protected ones too, and what the sandbox has stays."""
    assert patient_http.post(f"{server}/_qldb/reset").json() == {"ledgers": 2, "sandbox": False}
    assert left(full) == [0, 0, 1, 1, 1]


def test_everything_goes(full: Client, server: str) -> None:
    """With the sandbox nothing is left of either, and a ledger can be made anew under its name."""
    assert patient_http.post(f"{server}/_qldb/reset", params={"sandbox": "true"}).json() == {
        "ledgers": 2,
        "sandbox": True,
    }
    assert left(full) == [0, 0, 0, 0, 0]

    full("qldb").create_ledger(Name="first", PermissionsMode="ALLOW_ALL")
    run(full("qldb-session"), "first", "CREATE TABLE Person")


def test_sandbox_is_named_where_there_is_none(served: Served, emulator: Emulator) -> None:
    """To reset a sandbox that is not there is refused, and nothing is done."""
    served.stage.app = create_app(emulator)
    emulator.account().ledgers.create("first", "ALLOW_ALL")
    refused = patient_http.post(f"{served.url}/_qldb/reset", params={"sandbox": "true"})
    served.stage.app = None

    assert refused.status_code == 400
    assert "--sandbox" in refused.json()["Message"]
    assert len(emulator.all_ledgers()) == 1


def test_sessions_of_ledgers_that_went_are_over(full: Client, server: str) -> None:
    """A session of a ledger that was reset is told that it is over."""
    session: Any = full("qldb-session")
    token = session.send_command(StartSession={"LedgerName": "first"})["StartSession"]["SessionToken"]
    patient_http.post(f"{server}/_qldb/reset")

    with pytest.raises(session.exceptions.InvalidSessionException):
        session.send_command(SessionToken=token, StartTransaction={})
