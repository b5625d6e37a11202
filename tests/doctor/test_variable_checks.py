"""What is said of the variables that AWS clients heed."""

import shlex
from pathlib import Path

import pytest

from emulator.doctor import variable_checks
from emulator.doctor.finding import Finding
from tests.doctor.conftest import Around

URL = "http://127.0.0.1:8000"
ALL = {"AWS_ENDPOINT_URL": URL}


def exported(finding: Finding) -> dict[str, str]:
    """What the command of a finding sets."""
    assert finding.fix is not None
    command, *settings = shlex.split(finding.fix)
    assert command == "export"
    return dict(each.split("=", 1) for each in settings)


@pytest.mark.parametrize(
    ("variables", "status"),
    [
        (ALL, "ok"),
        ({"AWS_ENDPOINT_URL_QLDB": URL, "AWS_ENDPOINT_URL_QLDB_SESSION": URL}, "ok"),
        ({**ALL, "AWS_ENDPOINT_URL_QLDB": URL}, "ok"),
        ({}, "problem"),
        ({"AWS_ENDPOINT_URL_QLDB": URL}, "problem"),
        ({**ALL, "AWS_ENDPOINT_URL_QLDB_SESSION": "http://127.0.0.1:8001"}, "problem"),
        ({**ALL, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"}, "problem"),
        ({"AWS_ENDPOINT_URL": "127.0.0.1:8000"}, "problem"),
    ],
)
def test_both_services_must_be_led_to_one_server(around: Around, variables: dict[str, str], status: str) -> None:
    """By the variable for all services or by their own, which come first; and nothing may say to ignore them."""
    assert variable_checks.endpoints(around(**variables)).status == status


def test_service_that_is_led_elsewhere_is_led_here(around: Around) -> None:
    """The command sets the variables of both services to the endpoint that was looked at."""
    finding = variable_checks.endpoints(around(endpoint=URL, AWS_ENDPOINT_URL_QLDB=URL))

    assert "transactions to AWS" in finding.says
    assert exported(finding) == {"AWS_ENDPOINT_URL_QLDB": URL, "AWS_ENDPOINT_URL_QLDB_SESSION": URL}


def test_credentials_come_from_variables_or_a_profile(around: Around, tmp_path: Path) -> None:
    """Any will do, from either."""
    assert variable_checks.credentials(around()).status == "problem"
    assert variable_checks.credentials(around(AWS_ACCESS_KEY_ID="a", AWS_SECRET_ACCESS_KEY="b")).status == "ok"

    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws/credentials").write_text("[default]\naws_access_key_id = a\naws_secret_access_key = b\n")

    assert variable_checks.credentials(around()).says == "from the profile default"


def test_half_of_the_credentials_is_completed(around: Around) -> None:
    """Clients refuse one without the other."""
    finding = variable_checks.credentials(around(AWS_ACCESS_KEY_ID="a"))

    assert (finding.status, exported(finding)) == ("problem", {"AWS_SECRET_ACCESS_KEY": "local"})


def test_region_is_wanted(around: Around, tmp_path: Path) -> None:
    """From the variable that boto3 reads, which is not that of the others, or from the profile."""
    assert variable_checks.region(around(AWS_DEFAULT_REGION="eu-west-1")).says == "eu-west-1"
    assert exported(variable_checks.region(around(AWS_REGION="eu-west-1"))) == {"AWS_DEFAULT_REGION": "eu-west-1"}

    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws/config").write_text("[profile mine]\nregion = eu-west-2\n")

    assert variable_checks.region(around(AWS_PROFILE="mine")).says == "eu-west-2"


def test_two_regions_have_different_ledgers(around: Around) -> None:
    """boto3 and the other SDKs read different variables; that they differ is worth a note."""
    finding = variable_checks.region(around(AWS_DEFAULT_REGION="eu-west-1", AWS_REGION="us-east-1"))

    assert finding.status == "note"
    assert exported(finding) == {"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-1"}


def test_profile_that_is_missing_stops_every_client(around: Around, tmp_path: Path) -> None:
    """The command forgets it."""
    finding = variable_checks.profile(around(AWS_PROFILE="mine"))
    assert (finding.status, finding.fix) == ("problem", "unset AWS_PROFILE")

    (tmp_path / "config").write_text("[profile mine]\n")
    assert variable_checks.profile(around(AWS_PROFILE="mine", AWS_CONFIG_FILE=str(tmp_path / "config"))).status == "ok"


@pytest.mark.parametrize(
    ("variables", "status"),
    [
        ({}, "ok"),
        ({"HTTP_PROXY": "http://proxy:3128"}, "problem"),
        ({"http_proxy": "http://proxy:3128", "NO_PROXY": "localhost"}, "problem"),
        ({"ALL_PROXY": "http://proxy:3128"}, "problem"),
        ({"HTTPS_PROXY": "http://proxy:3128"}, "ok"),
        ({"HTTP_PROXY": "http://proxy:3128", "NO_PROXY": "example.com,127.0.0.1"}, "ok"),
        ({"HTTP_PROXY": "http://proxy:3128", "no_proxy": "*"}, "ok"),
        ({"HTTP_PROXY": ""}, "ok"),
    ],
)
def test_proxy_that_catches_the_endpoint_is_a_problem(around: Around, variables: dict[str, str], status: str) -> None:
    """In either spelling, unless NO_PROXY exempts the endpoint's host."""
    assert variable_checks.proxy(around(endpoint=URL, **variables)).status == status


@pytest.mark.parametrize("endpoint", [URL, "http://[::1]:8000", "http://qldb.test:8000"])
def test_command_against_the_proxy_works(around: Around, endpoint: str) -> None:
    """With what it sets, there is no problem any more, and what was exempt stays so."""
    proxies = {"HTTP_PROXY": "http://proxy:3128", "NO_PROXY": "example.com"}
    settings = exported(variable_checks.proxy(around(endpoint=endpoint, **proxies)))

    assert variable_checks.proxy(around(endpoint=endpoint, **{**proxies, **settings})).status == "ok"
    assert settings["NO_PROXY"].startswith("example.com,")


@pytest.mark.parametrize("name", ["AWS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"])
def test_certificates_that_are_none_are_forgotten(around: Around, tmp_path: Path, name: str) -> None:
    """A file that is missing, or is something else, breaks every https request."""
    (tmp_path / "text.pem").write_text("text")

    for path in (tmp_path / "missing.pem", tmp_path / "text.pem"):
        finding = variable_checks.ca_bundles(around(**{name: str(path)}))
        assert (finding.status, finding.fix) == ("problem", f"unset {name}")


def test_data_path_without_its_folders_keeps_the_others(around: Around, tmp_path: Path) -> None:
    """The command keeps the folders that are there."""
    finding = variable_checks.data_path(around(AWS_DATA_PATH=f"/nowhere:{tmp_path}"))

    assert exported(finding) == {"AWS_DATA_PATH": str(tmp_path)}
    assert variable_checks.data_path(around(AWS_DATA_PATH="/nowhere")).fix == "unset AWS_DATA_PATH"
    assert variable_checks.data_path(around(AWS_DATA_PATH=str(tmp_path))).status == "ok"
