"""The messages on the page for troubleshooting are those that users see: each is provoked, and looked up there."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from emulator_process import REPOSITORY, running_emulator

PAGE = re.sub(r"[\s`>]+", " ", (REPOSITORY / "docs/troubleshooting.md").read_text())

CONTROL = "import boto3; qldb = boto3.client('qldb'); "
SESSION = "import boto3; session = boto3.client('qldb-session'); send = session.send_command; "
BEGIN = "token = send(StartSession={'LedgerName': 'trouble'})['StartSession']['SessionToken']; "
DRIVE = "from pyqldb.driver.qldb_driver import QldbDriver; from pyqldb.config.retry_config import RetryConfig; "
LIST = CONTROL + "qldb.list_ledgers()"
ASK = "QldbDriver('{}').execute_lambda(lambda tx: tx.execute_statement('{}'))"

CONFLICT = """
with QldbDriver("trouble", retry_config=RetryConfig(retry_limit=0)) as driver:
    def change(tx):
        list(tx.execute_statement("SELECT * FROM Trouble"))
        driver.execute_lambda(lambda other: other.execute_statement("INSERT INTO Trouble {'n': 1}"))
        tx.execute_statement("INSERT INTO Trouble {'n': 2}")
    driver.execute_lambda(change)
"""
TOO_LONG = """
import time
def wait(tx):
    time.sleep(1.5)
    tx.execute_statement("SELECT * FROM Trouble")
QldbDriver("trouble").execute_lambda(wait)
"""
GONE = """
qldb.create_ledger(Name="gone", PermissionsMode="STANDARD", DeletionProtection=False)
driver = QldbDriver("gone")
list(driver.list_tables())
qldb.delete_ledger(Name="gone")
list(driver.list_tables())
"""


@dataclass(frozen=True)
class Places:
    """The servers there are."""

    http: str
    https: str
    impatient: str
    """A server whose transactions last for a second, and whose sessions for two."""


@dataclass(frozen=True)
class Trouble:
    """What is run, the variables it has and those it lacks, and the message that comes."""

    code: str
    message: str
    variables: dict[str, str] = field(default_factory=dict)
    without: tuple[str, ...] = ()


TROUBLES = {
    "no descriptions": Trouble(LIST, "UnknownServiceError: Unknown service: 'qldb'.", without=("AWS_DATA_PATH",)),
    "no descriptions for the driver": Trouble(
        DRIVE + "QldbDriver('trouble')", "'qldb-session'", without=("AWS_DATA_PATH",)
    ),
    "server down": Trouble(
        LIST,
        "EndpointConnectionError: Could not connect to the endpoint URL:",
        {"AWS_ENDPOINT_URL": "http://127.0.0.1:9"},
    ),
    "no scheme": Trouble(LIST, "ValueError: Invalid endpoint: 127.0.0.1:8000", {"AWS_ENDPOINT_URL": "127.0.0.1:8000"}),
    "proxy": Trouble(
        LIST,
        "ProxyConnectionError: Failed to connect to proxy URL:",
        {"HTTP_PROXY": "http://127.0.0.1:9"},
        without=("NO_PROXY", "no_proxy"),
    ),
    "https at http": Trouble(LIST, "[SSL: WRONG_VERSION_NUMBER] wrong version number", {"AWS_ENDPOINT_URL": "{http}s"}),
    "http at https": Trouble(
        LIST,
        "ConnectionClosedError: Connection was closed before we received a valid response from endpoint URL:",
        {"AWS_ENDPOINT_URL": "{https}-"},
    ),
    "not trusted": Trouble(
        LIST,
        "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate",
        {"AWS_ENDPOINT_URL": "{https}"},
        without=("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"),
    ),
    "no credentials": Trouble(
        LIST,
        "NoCredentialsError: Unable to locate credentials",
        {"AWS_EC2_METADATA_DISABLED": "true"},
        without=("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"),
    ),
    "half of the credentials": Trouble(
        LIST,
        "PartialCredentialsError: Partial credentials found in env, missing: AWS_SECRET_ACCESS_KEY",
        without=("AWS_SECRET_ACCESS_KEY",),
    ),
    "no region": Trouble(LIST, "NoRegionError: You must specify a region.", without=("AWS_DEFAULT_REGION",)),
    "no profile": Trouble(LIST, "The config profile (mine) could not be found", {"AWS_PROFILE": "mine"}),
    "no ledger": Trouble(CONTROL + "qldb.describe_ledger(Name='nothing')", "The Ledger with name nothing is not found"),
    "no ledger for the driver": Trouble(
        DRIVE + ASK.format("nothing", "SELECT * FROM a"),
        "when calling the SendCommand operation (reached max retries: 0): The Ledger with name nothing is not found",
    ),
    "no ledger any more": Trouble(CONTROL + DRIVE + GONE, "ValueError: Semaphore released too many times"),
    "protected": Trouble(
        CONTROL + "qldb.delete_ledger(Name='protected')",
        "when calling the DeleteLedger operation: Ledger deletion protection is enabled",
    ),
    "too many ledgers": Trouble(
        CONTROL + "[qldb.create_ledger(Name=f'a{n}', PermissionsMode='STANDARD') for n in range(6)]",
        "Exceeded the limit of 5 active ledgers in this Region; --max-ledgers raises it",
        {"AWS_DEFAULT_REGION": "eu-west-1"},
    ),
    "conflict": Trouble(
        DRIVE + CONFLICT, "Optimistic concurrency control (OCC) failure encountered while committing the transaction"
    ),
    "digests": Trouble(
        SESSION
        + BEGIN
        + "begun = send(SessionToken=token, StartTransaction={})['StartTransaction']['TransactionId']; "
        + "send(SessionToken=token, CommitTransaction={'TransactionId': begun, 'CommitDigest': bytes(32)})",
        "Digests don't match",
    ),
    "expired transaction": Trouble(DRIVE + TOO_LONG, "has expired", {"AWS_ENDPOINT_URL": "{impatient}"}),
    "ended session": Trouble(
        SESSION + BEGIN + "send(SessionToken=token, EndSession={}); send(SessionToken=token, StartTransaction={})",
        "No such session",
    ),
    "expired session": Trouble(
        SESSION + BEGIN + "import time; time.sleep(2.5); send(SessionToken=token, StartTransaction={})",
        "has expired",
        {"AWS_ENDPOINT_URL": "{impatient}"},
    ),
    "no table": Trouble(
        DRIVE + ASK.format("trouble", "SELECT * FROM Nothing"),
        "Semantic Error: at line 1, column 15: No such variable named 'Nothing'",
    ),
}


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Places]:
    """Two servers, one of them with https as well, each with a ledger and a table."""
    folder = tmp_path_factory.mktemp("trouble")
    port = free_port()
    https = ("--tls", "self-signed", "--tls-port", str(port))
    hasty = ("--transaction-lifetime-ms", "1000", "--session-lifetime-ms", "2000")
    with (
        running_emulator(folder / "a.log", "--data-dir", str(folder / "a"), *https) as one,
        running_emulator(folder / "b.log", "--in-memory", *hasty) as other,
    ):
        places = Places(one, f"https://127.0.0.1:{port}", other)
        for url in (one, other):
            assert run(SET_UP, {"AWS_ENDPOINT_URL": url}) == ""
        yield places


SET_UP = (
    "import boto3; create = boto3.client('qldb').create_ledger; "
    "create(Name='trouble', PermissionsMode='STANDARD'); create(Name='protected', PermissionsMode='STANDARD'); "
    + DRIVE
    + ASK.format("trouble", "CREATE TABLE Trouble")
)


@pytest.mark.parametrize("name", TROUBLES)
def test_message_is_on_the_page(places: Places, name: str) -> None:
    """What a user sees last is the message, and the page has it."""
    trouble = TROUBLES[name]

    said = run(
        trouble.code, {each: placed(value, places) for each, value in endpoint_first(trouble).items()}, trouble.without
    )

    assert trouble.message in said.splitlines()[-1]
    assert trouble.message in PAGE


def test_calls_to_aws_are_on_the_page() -> None:
    """Without a variable for it the endpoint is that of AWS, which the client is asked, and AWS is not."""
    said = run("import boto3, sys; sys.stderr.write(boto3.client('qldb').meta.endpoint_url)", {}, ("AWS_ENDPOINT_URL",))

    assert said == "https://qldb.us-east-1.amazonaws.com"
    assert f'Could not connect to the endpoint URL: "{said}/ledgers"' in PAGE


def endpoint_first(trouble: Trouble) -> dict[str, str]:
    """Give the variables of a trouble; where none says otherwise, clients are led to the patient server."""
    return {"AWS_ENDPOINT_URL": "{http}", **trouble.variables}


def placed(value: str, places: Places) -> str:
    """Put the URLs in: `s` after one makes it https, `-` makes it http."""
    url = value.format(**vars(places)) if value.startswith("{") else value
    if value.startswith("{") and value.endswith("s"):
        return "https" + url.removesuffix("s").removeprefix("http")
    return "http" + url.removesuffix("-").removeprefix("https") if value.endswith("-") else url


def run(code: str, variables: dict[str, str], without: tuple[str, ...] = ()) -> str:
    """Run a program with variables and give what it complained about."""
    environment = {**os.environ, "AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local"}
    environment |= {"AWS_DEFAULT_REGION": "us-east-1", "AWS_CONFIG_FILE": os.devnull, **variables}
    kept = {name: value for name, value in environment.items() if name not in without}
    command = [sys.executable, "-W", "ignore", "-c", code]
    return subprocess.run(command, env=kept, capture_output=True, text=True, timeout=120, check=False).stderr


def free_port() -> int:
    """Give a port that nobody has."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
