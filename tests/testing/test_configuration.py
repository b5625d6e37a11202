"""What boto3 reads, variables and the files of `aws configure`, counts inside as it does outside."""

import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from emulator.testing import Emulator, default_session, mock_qldb
from emulator.testing.environment import at_endpoint
from tests.testing.bare import bare_environment, create, names  # noqa: F401 - the fixture is for all here

Configure = Callable[[str], object]


@pytest.fixture
def configure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Configure:
    """Writes the file of `aws configure` that is read."""
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    return (tmp_path / "config").write_text


def regions(*sessions: Any) -> list[str]:
    """Of clients of QLDB and S3 made by the default session, and by others."""
    return [session.client(service).meta.region_name for session in (boto3, *sessions) for service in ("qldb", "s3")]


def test_region_of_a_file(configure: Configure) -> None:
    """It is that of all clients, of the emulator, and of moto's services; other profiles have theirs."""
    configure("[default]\nregion = eu-west-1\n[profile dev]\nregion = eu-west-2\n")

    for one in (mock_qldb, Emulator):
        with mock_aws(), one():
            assert regions() == ["eu-west-1", "eu-west-1"]
            assert boto3.Session(profile_name="dev").region_name == "eu-west-2"
    with mock_qldb() as qldb:
        arn = create()["Arn"]
        assert arn.startswith("arn:aws:qldb:eu-west-1:")
        assert qldb.ledgers() == ["l"]


def test_region_of_the_profile_in_use(configure: Configure, monkeypatch: pytest.MonkeyPatch) -> None:
    """As for boto3, whose variables go before any file."""
    configure("[default]\nregion = eu-west-1\n[profile dev]\nregion = eu-west-2\n")
    monkeypatch.setenv("AWS_PROFILE", "dev")
    with mock_qldb():
        assert regions() == ["eu-west-2", "eu-west-2"]
    monkeypatch.setenv("AWS_REGION", "eu-west-3")
    with mock_qldb():
        assert regions() == ["eu-west-3", "eu-west-3"]


def test_region_that_is_asked_for_goes_before_a_file(configure: Configure) -> None:
    """In the process and at a server."""
    configure("[default]\nregion = eu-west-1\n")
    with mock_qldb(region="us-west-2"):
        assert regions() == ["us-west-2", "us-west-2"]
    with Emulator(region="us-west-2") as server, at_endpoint(server.url, "us-west-2"):
        assert regions() == ["us-west-2", "us-west-2"]


@pytest.mark.parametrize("text", ["[default]\noutput = json\n", "[default]\nregion =\n", ""])
def test_file_without_a_region(configure: Configure, text: str) -> None:
    """There is one all the same."""
    configure(text)
    with mock_qldb():
        assert regions() == ["us-east-1", "us-east-1"]


def test_file_is_read_anew(configure: Configure) -> None:
    """When it has changed, between tests or in one, before its first client."""
    for region in ("eu-west-1", "eu-west-22"):
        configure(f"[default]\nregion = {region}\n")
        with mock_qldb():
            assert regions() == [region, region]
    with mock_qldb():
        configure("[default]\nregion = eu-west-1\nretry_mode = adaptive\n")
        assert boto3.client("qldb").meta.config.retries["mode"] == "adaptive"


def test_variables_may_be_set_inside(configure: Configure, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As long as no client is there."""
    configure("")
    (tmp_path / "another").write_text("[default]\nretry_mode = adaptive\n")
    with mock_qldb():
        boto3.client("qldb")
    with mock_qldb():
        monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "another"))
        assert boto3.client("qldb").meta.config.retries["mode"] == "adaptive"


def test_servers_of_tests_share_what_takes_long_to_make() -> None:
    """Each has a port of its own, which sessions do not keep."""

    def made() -> int:
        with Emulator() as server, at_endpoint(server.url):
            assert names() == []
        return default_session._made.cache_info().misses

    assert made() == made() == made()


def test_default_session_may_be_used_by_several_threads_first() -> None:
    """One of them makes it, and none finds it half made."""
    start = threading.Barrier(4)

    def region() -> Any:
        start.wait()
        return boto3.DEFAULT_SESSION.region_name

    switching = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as threads:
            for _ in range(50):
                with mock_qldb():
                    assert {one.result() for one in [threads.submit(region) for _ in range(4)]} == {"us-east-1"}
    finally:
        sys.setswitchinterval(switching)


def test_handlers_of_the_default_session_are_not_another_tests() -> None:
    """What a test registers, its clients tell, and no others."""
    seen: list[str] = []
    with mock_qldb():
        boto3.client("qldb")
        boto3._get_default_session().events.register("before-send.qldb", lambda **_: seen.append("sent"))
        names()
    assert seen == ["sent"]
    with mock_qldb():
        names()
        assert isinstance(boto3.DEFAULT_SESSION, boto3.Session)
        assert not hasattr(boto3.DEFAULT_SESSION, "what_no_session_has")
    assert seen == ["sent"]


def test_client_that_was_made_without_credentials_is_answered() -> None:
    """It could not sign, and nobody asks who does. Outside, it can sign no more than before."""
    client = boto3.Session().client("qldb", region_name="eu-west-1")

    with mock_qldb():
        create_in = client.create_ledger(Name="l", PermissionsMode="STANDARD")
        assert create_in["Arn"].startswith("arn:aws:qldb:eu-west-1:")

    with pytest.raises(Exception, match="Unable to locate credentials"):
        client.list_ledgers()
