"""What is made up for clients is there inside and gone outside, and clients of whatever beginnings are answered."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from textwrap import dedent

import boto3
import botocore.session
import pytest
from botocore.exceptions import UnknownServiceError
from botocore.loaders import Loader
from moto import mock_aws

from emulator.testing import Emulator, mock_qldb
from emulator.testing.environment import at_endpoint

HERE = {"region_name": "us-east-1", "aws_access_key_id": "x", "aws_secret_access_key": "y"}


def names(client: object) -> list[str]:
    return [ledger["Name"] for ledger in client.list_ledgers()["Ledgers"]]  # type: ignore[attr-defined]


@pytest.mark.process
def test_clients_of_modules_are_answered(tmp_path: Path) -> None:
    """A client and a session that were made before anything of the emulator was imported, as a program's modules do."""
    (tmp_path / "program.py").write_text(
        dedent(f"""
        import boto3
        session = boto3.Session(**{HERE!r})
        client = session.client("qldb", endpoint_url="http://127.0.0.1:9")
        """)
    )
    (tmp_path / "test_program.py").write_text(
        dedent("""
        import program
        import sys

        def test_it(qldb_ledger):
            for client in (program.client, program.session.client("qldb")):
                assert [it["Name"] for it in client.list_ledgers()["Ledgers"]] == [qldb_ledger]

        assert "emulator.testing.interception" not in sys.modules
        """)
    )

    command = [sys.executable, "-m", "pytest", "-q", "-c", os.devnull, "--rootdir=.", "-p", "no:cacheprovider"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)

    assert "1 passed" in done.stdout, done.stdout + done.stderr


@pytest.fixture
def without_qldb(tmp_path: Path) -> boto3.Session:
    """A session like those of newer SDKs, which has made a client before and so knows what services there are."""
    for path in Path(Loader.BUILTIN_DATA_PATH).iterdir():
        if not path.name.startswith("qldb"):
            (tmp_path / path.name).symlink_to(path)
    session = botocore.session.Session()
    session.register_component("data_loader", Loader([str(tmp_path)], include_default_search_paths=False))
    found = boto3.Session(botocore_session=session, **HERE)
    found.client("s3")
    return found


def test_sessions_that_have_no_qldb_find_it_inside(without_qldb: boto3.Session) -> None:
    """Inside the mock, and at a server of the test's own."""
    with mock_qldb() as qldb:
        qldb.create_ledger("l")
        assert names(without_qldb.client("qldb")) == ["l"]
    with Emulator() as server, at_endpoint(server.url):
        assert names(without_qldb.client("qldb")) == []


def test_sessions_that_have_no_qldb_do_not_keep_it(without_qldb: boto3.Session) -> None:
    """Outside they are as they were."""
    with mock_qldb():
        without_qldb.client("qldb")
    with pytest.raises(UnknownServiceError):
        without_qldb.client("qldb")


@pytest.mark.parametrize(
    ("exempt", "inside"), [("", "127.0.0.1"), ("example.com", "example.com,127.0.0.1"), ("*", "*")]
)
def test_servers_of_tests_are_reached_straight(monkeypatch: pytest.MonkeyPatch, exempt: str, inside: str) -> None:
    """Neither a proxy of the company nor a switch that takes endpoints from the environment away is in between."""
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setenv("NO_PROXY", exempt)
    monkeypatch.setenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")
    before = dict(os.environ)

    with Emulator() as server, at_endpoint(server.url):
        assert names(boto3.client("qldb")) == []
        assert os.environ["no_proxy"] == os.environ["NO_PROXY"] == inside

    assert dict(os.environ) == before


def test_default_session_of_outside_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """What clients inside read, made-up credentials above all, is not what those outside have."""
    monkeypatch.delenv("AWS_ACCESS_KEY_ID", raising=False)
    before = boto3.Session()
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", before)

    with mock_qldb():
        assert boto3.client("qldb").list_ledgers()["Ledgers"] == []
        assert boto3.DEFAULT_SESSION is not before

    assert boto3.DEFAULT_SESSION is before
    assert before._session._credentials is None


def test_default_session_of_inside_follows_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is kept from test to test, and has the Region and the credentials of each."""
    for region in ("eu-west-1", "us-west-2"):
        monkeypatch.setenv("AWS_DEFAULT_REGION", region)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", region)
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
        with mock_qldb():
            assert boto3.client("qldb").meta.region_name == region
            assert boto3.DEFAULT_SESSION.get_credentials().access_key == region


def test_moto_that_comes_later_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Either mock may be the outer one, in one process."""
    with mock_qldb():
        boto3.client("qldb")
    for first, second in ((mock_aws, mock_qldb), (mock_qldb, mock_aws)):
        with first(), second():
            boto3.client("s3", region_name="us-east-1").create_bucket(Bucket="journals")
            assert boto3.client("qldb", region_name="us-east-1").list_ledgers()["Ledgers"] == []


def test_stopped_in_the_order_they_were_started(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two, the one that goes on has its environment, and when both are stopped nothing is left of it."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_DATA_PATH"):
        monkeypatch.delenv(name, raising=False)
    before = dict(os.environ)
    first, second = mock_qldb(), mock_qldb()

    first.start()
    second.start()
    first.stop()
    assert boto3.client("qldb").list_ledgers()["Ledgers"] == []
    second.stop()

    assert dict(os.environ) == before


def test_regions_come_and_go_in_any_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """The Region inside is that of whoever came last and is still there; outside it is as it was."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    first, second, third = (mock_qldb(region=region) for region in ("eu-west-1", "us-west-2", "eu-central-1"))

    first.start("a")
    second.start("b")
    third.start("c")
    first.stop()
    assert names(boto3.client("qldb")) == ["c"]
    third.stop()
    assert os.environ["AWS_DEFAULT_REGION"] == "us-west-2"
    assert names(boto3.client("qldb")) == ["b"]
    second.stop()

    assert os.environ["AWS_DEFAULT_REGION"] == "us-east-1"


def test_threads_leave_the_environment_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also when each has a Region of its own."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    before = dict(os.environ)

    def use(region: str) -> None:
        for _ in range(20):
            with mock_qldb(region=region):
                pass

    with ThreadPoolExecutor(3) as threads:
        list(threads.map(use, ("eu-west-1", "us-west-2", "eu-central-1")))

    assert dict(os.environ) == before
