"""`mock_qldb` around functions, classes and blocks, with unmodified boto3."""

import asyncio
import gc
import inspect
import os
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, ConnectionClosedError
from moto import mock_aws

from emulator.client.transport import ServerError
from emulator.testing import Emulator, Qldb, mock_qldb
from tests.api.driving import Driver
from tests.testing.bare import bare_environment, create, names  # noqa: F401 - the fixture is for all here


def driver(name: str = "l") -> Driver:
    return Driver(boto3.client("qldb-session"), name)


@mock_qldb
def test_around_a_function() -> None:
    """No port, no thread, no credentials; a transaction and its proof."""
    threads = threading.active_count()
    assert create()["State"] == "CREATING"

    session = driver()
    session.transact("CREATE TABLE Person")
    session.transact("INSERT INTO Person {'name': 'Ada'}")

    assert len(session.transact("SELECT * FROM Person")) == 1
    assert len(boto3.client("qldb").get_digest(Name="l")["Digest"]) == 32
    assert threading.active_count() <= threads  # of others, some may have ended


def test_around_a_block() -> None:
    """What was made inside is gone outside, and the environment is as it was."""
    before = dict(os.environ)
    for _ in range(2):
        with mock_qldb() as qldb:
            assert isinstance(qldb, Qldb)
            assert names() == []
            create()
            assert names() == ["l"]

    assert dict(os.environ) == before


def test_started_and_stopped() -> None:
    """The two halves of a block, for frameworks that have their own way of setting up."""
    mock = mock_qldb(seed=7)
    qldb = mock.start()
    try:
        qldb.create_ledger("l")
        assert names() == ["l"]
    finally:
        mock.stop()


def test_goes_on_when_nobody_holds_it() -> None:
    """A start without a stop is a mock until the end of the process: no request goes to AWS by surprise."""
    mock = mock_qldb()
    mock.start("l")
    found = weakref.ref(mock)

    del mock
    gc.collect()

    assert names() == ["l"]
    started = found()
    assert started is not None
    started.stop()


def test_begins_with_a_ledger() -> None:
    """One that is there at the start, for those who would make it first anyway; the handle is on it."""
    mock = mock_qldb()
    qldb = mock.start("l")
    try:
        assert names() == [qldb.ledger] == ["l"]
        assert boto3.client("qldb").describe_ledger(Name="l")["PermissionsMode"] == "ALLOW_ALL"
    finally:
        mock.stop()


def test_a_ledger_that_cannot_be_is_refused() -> None:
    """With what CreateLedger says, and nobody is in charge then."""
    before = dict(os.environ)
    with pytest.raises(ServerError, match="The parameter Name is not valid: got 'a--b', wanted 1 to 32 letters"):
        mock_qldb().start("a--b")

    assert dict(os.environ) == before


def test_inner_one_answers() -> None:
    """Nested, the innermost is in charge, and the outer one again when it is gone."""
    with mock_qldb():
        create("outer")
        with mock_qldb():
            assert names() == []
        assert names() == ["outer"]


def test_clients_that_were_made_before_are_answered() -> None:
    """Also one of a session that was there before, as modules keep them; the endpoint is never asked."""
    client = boto3.client(
        "qldb",
        endpoint_url="http://127.0.0.1:9",
        region_name="us-east-1",
        aws_access_key_id="x",
        aws_secret_access_key="y",
    )

    with mock_qldb() as qldb:
        qldb.create_ledger("l")
        assert [ledger["Name"] for ledger in client.list_ledgers()["Ledgers"]] == ["l"]


@mock_qldb
def test_servers_of_the_process_are_not_mocked() -> None:
    """A client that names one of them means it."""
    create("mocked")
    with Emulator() as server:
        server.handle().create_ledger("served")

        for url in (server.url, server.url.replace("127.0.0.1", "localhost")):
            there = boto3.client("qldb", endpoint_url=url)
            assert [ledger["Name"] for ledger in there.list_ledgers()["Ledgers"]] == ["served"]

    assert names() == ["mocked"]


@mock_qldb
async def around_a_coroutine() -> list[str]:
    create()
    await asyncio.sleep(0)
    driver().transact("CREATE TABLE Person")
    return names()


def test_around_a_coroutine() -> None:
    """It stays a coroutine function, and requests are answered while its own event loop runs."""
    assert inspect.iscoroutinefunction(around_a_coroutine)
    assert asyncio.run(around_a_coroutine()) == ["l"]


def test_ledger_is_named_at_the_start() -> None:
    """And not where settings are; the message says what is wanted."""
    with pytest.raises(TypeError, match=r"goes around a function or a class, or takes settings by name, got 'l'"):
        mock_qldb("l")  # type: ignore[call-overload]


@pytest.mark.process
def test_time_may_be_faked_by_freezegun(tmp_path: Path) -> None:
    """Without pytest, too, where the time is not faked yet when it is started."""
    (tmp_path / "test_mine.py").write_text(
        dedent("""
        from freezegun import freeze_time
        from emulator.testing import QldbTestCase

        class Case(QldbTestCase):
            @freeze_time("2020-01-01")
            def test_it(self):
                self.assertEqual(self.qldb.ledgers(), [self.qldb_ledger])
        """)
    )

    command = [sys.executable, "-m", "unittest", "test_mine"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)

    assert "OK" in done.stderr, done.stderr


@pytest.mark.process
def test_not_stopped_at_all() -> None:
    """It ends with the program, quietly."""
    program = "from emulator.testing import mock_qldb; mock_qldb().start(); print(mock_qldb().start('l').ledgers())"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "['l']\n", "")


def test_stopped_before_it_is_started() -> None:
    """The message says what comes first."""
    with pytest.raises(RuntimeError, match=r"stop\(\) comes after start\(\)"):
        mock_qldb().stop()


@mock_aws
@mock_qldb
def test_exports_go_to_the_mock_of_moto() -> None:
    """Nested with moto's mock, an export lands in its S3."""
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="journals")
    qldb = boto3.client("qldb")
    created = create()["CreationDateTime"]
    driver().transact("CREATE TABLE Person")
    configuration = {
        "Bucket": "journals",
        "Prefix": "x/",
        "EncryptionConfiguration": {"ObjectEncryptionType": "SSE_S3"},
    }
    export_id = qldb.export_journal_to_s3(
        Name="l",
        InclusiveStartTime=created.replace(year=2020),
        ExclusiveEndTime=created.replace(microsecond=0),
        S3ExportConfiguration=configuration,
        RoleArn="arn:aws:iam::123456789012:role/any",
    )["ExportId"]

    wait_until(
        lambda: (
            qldb.describe_journal_s3_export(Name="l", ExportId=export_id)["ExportDescription"]["Status"] == "COMPLETED"
        )
    )

    keys = [it["Key"] for it in s3.list_objects_v2(Bucket="journals")["Contents"]]
    assert f"x/{export_id}.started.manifest" in keys


@mock_aws
def test_streams_go_to_the_mock_of_moto() -> None:
    """And a stream in its Kinesis; it is complete when the clock, which stands still, has been moved past its end."""
    with mock_qldb(clock="2024-01-01T00:00:00Z", region="us-east-1") as emulator:
        kinesis, qldb = boto3.client("kinesis"), boto3.client("qldb")
        kinesis.create_stream(StreamName="journal", ShardCount=1)
        create()
        stream_id = qldb.stream_journal_to_kinesis(
            LedgerName="l",
            StreamName="people",
            InclusiveStartTime="2024-01-01T00:00:00Z",
            ExclusiveEndTime="2024-01-01T00:01:00Z",
            KinesisConfiguration={
                "StreamArn": "arn:aws:kinesis:us-east-1:123456789012:stream/journal",
                "AggregationEnabled": False,
            },
            RoleArn="arn:aws:iam::123456789012:role/any",
        )["StreamId"]
        emulator.run("CREATE TABLE Person", ledger="l")
        emulator.clock.advance("1m")

        wait_until(
            lambda: (
                qldb.describe_journal_kinesis_stream(LedgerName="l", StreamId=stream_id)["Stream"]["Status"]
                == "COMPLETED"
            )
        )

        at = kinesis.get_shard_iterator(
            StreamName="journal", ShardId="shardId-000000000000", ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        assert len(kinesis.get_records(ShardIterator=at)["Records"]) == len(["created", "the table", "completed"])


def test_time_is_under_control() -> None:
    """A transaction expires without waiting, and the same seed and clock give the same digest."""
    digests = set()
    for _ in range(2):
        with mock_qldb(seed="42", clock="2024-01-01T00:00:00Z,tick=1ms") as qldb:
            create()
            session = driver()
            session.transact("CREATE TABLE Person")
            digests.add(boto3.client("qldb").get_digest(Name="l")["Digest"])
            session.start()
            qldb.clock.advance("31s")
            with pytest.raises(ClientError, match=r"Transaction .* has expired"):
                session.execute("SELECT * FROM Person")

    assert len(digests) == 1


@pytest.mark.parametrize("after", [False, True])
def test_connections_break_without_one(after: bool) -> None:
    """A broken connection is what botocore would have raised, before or after the command is done."""
    with mock_qldb() as qldb:
        qldb.faults.once("CreateLedger", "ConnectionReset", after=after)

        with pytest.raises(ConnectionClosedError):
            boto3.client("qldb", config=no_retries()).create_ledger(Name="l", PermissionsMode="STANDARD")

        assert names() == (["l"] if after else [])


def test_threads_are_answered_by_turns() -> None:
    """Clients on several threads all get their answers."""
    with mock_qldb():
        create()
        driver().transact("CREATE TABLE Person")
        sessions = [driver() for _ in range(4)]
        inserting = [threading.Thread(target=insert_some, args=(session,)) for session in sessions]
        for thread in inserting:
            thread.start()
        for thread in inserting:
            thread.join()

        assert len(driver().transact("SELECT * FROM Person")) == 40


def test_what_is_no_setting_is_refused() -> None:
    """The message names it and those that there are."""
    with pytest.raises(TypeError, match=r"no setting is called speed; there are .*seed"):
        mock_qldb(speed=9)


def insert_some(session: Driver) -> None:
    for number in range(10):
        session.transact("INSERT INTO Person ?", number_document(number))


def number_document(number: int) -> Any:
    from emulator.ion.values import Struct

    return Struct([("number", number)])


def no_retries() -> Any:
    from botocore.config import Config

    return Config(retries={"max_attempts": 0})


def wait_until(holds: Callable[[], bool]) -> None:
    import time

    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)
