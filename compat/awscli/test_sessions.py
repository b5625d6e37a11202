"""`aws qldb-session send-command`: the session protocol by hand.

The CLI sends the bytes of a text where the protocol has bytes, so it cannot send a digest: everything but a commit.
"""

import json
import os
import time
from base64 import b64decode, b64encode
from collections.abc import Callable
from typing import Any

import pytest
from amazon.ion.simpleion import loads
from conftest import UNPROTECTED, Aws, CommandFailed, run
from verifier import ion_hash

TYPES = (
    "bool",
    "int",
    "float",
    "decimal",
    "timestamp",
    "symbol",
    "string",
    "blob",
    "clob",
    "list",
    "sexp",
    "struct",
)
VALUES = (
    "null",
    "true",
    "-42",
    "-123456789012345678901234567890",
    "3.2e0",
    "10.00",
    "2016T",
    "2016-12-20T05:23:43.120+02:30",
    "'a b'",
    '"añ日本語"',
    "{{aGVsbG8=}}",
    '{{"hello"}}',
    "[1, two, [3]]",
    "(a + (b * 2))",
    "{x: metres::1.50}",
    *(f"null.{name}" for name in TYPES),
)
SIX_WAY_JOIN = "SELECT * FROM Three a, Three b, Three c, Three d, Three e, Three f"


class Session:
    """A session with an open transaction, spoken to command by command."""

    def __init__(self, ledger: str, **variables: str) -> None:
        self.variables = variables
        started = self.send("start-session", {"LedgerName": ledger})
        self.token = ("--session-token", started["SessionToken"])
        self.transaction = self.send("start-transaction", {}, *self.token)["TransactionId"]

    def send(self, command: str, members: dict[str, Any], *token: str) -> Any:
        """Send one command and give its result."""
        answer = run("qldb-session", "send-command", f"--{command}", json.dumps(members), *token, **self.variables)
        return next(iter(answer.values()))

    def execute(self, statement: str, *parameters: str) -> Any:
        """Execute a statement with parameters in Ion text."""
        holders = [{"IonText": text} for text in parameters]
        members = {"TransactionId": self.transaction, "Statement": statement, "Parameters": holders}
        return self.send("execute-statement", members, *self.token)

    def fetch(self, page_token: str) -> Any:
        """Fetch a page."""
        return self.send("fetch-page", {"TransactionId": self.transaction, "NextPageToken": page_token}, *self.token)


def rows(page: dict[str, Any]) -> list[Any]:
    """Read the values of a page."""
    return [loads(b64decode(holder["IonBinary"])) for holder in page["Values"]]


@pytest.fixture(scope="module")
def ledger(ledgers: Callable[[], str]) -> str:
    """One ledger for all: nothing here is committed."""
    return ledgers()


@pytest.fixture
def session(ledger: str) -> Session:
    """A session in a transaction."""
    return Session(ledger)


def test_every_ion_type_is_kept(session: Session) -> None:
    """Values given as text come back in binary, with their types, precision, offsets and annotations."""
    session.execute("CREATE TABLE Things")
    session.execute("INSERT INTO Things ?", f"[{', '.join(f'{{held: {written}}}' for written in VALUES)}]")

    found = rows(session.execute("SELECT VALUE t.held FROM Things AS t")["FirstPage"])

    assert [ion_hash(value) for value in found] == [ion_hash(loads(written)) for written in VALUES]


def test_parameters_tables_and_an_abort(session: Session, ledger: str) -> None:
    """What a transaction did is seen in it, and gone once it is aborted."""
    session.execute("CREATE TABLE Vehicle")
    session.execute("INSERT INTO Vehicle ?", '[{VIN: "A"}, {VIN: "B"}]')
    [found] = rows(session.execute("SELECT * FROM Vehicle WHERE VIN = ?", '"B"')["FirstPage"])
    assert found["VIN"] == "B"
    names = "SELECT VALUE name FROM information_schema.user_tables WHERE status = 'ACTIVE'"
    assert rows(session.execute(names)["FirstPage"]) == ["Vehicle"]

    session.send("abort-transaction", {}, *session.token)

    assert rows(Session(ledger).execute(names)["FirstPage"]) == []


def test_pages_and_statistics(session: Session) -> None:
    """A result of several pages is fetched page by page; what it cost sums up, and takes time."""
    session.execute("CREATE TABLE Three")
    session.execute("INSERT INTO Three ?", "[{n: 1}, {n: 2}, {n: 3}]")

    answer = session.execute(SIX_WAY_JOIN)
    pages, reads = [answer["FirstPage"]], answer["ConsumedIOs"]["ReadIOs"]
    while token := pages[-1].get("NextPageToken"):
        answer = session.fetch(token)
        assert answer["TimingInformation"]["ProcessingTimeMilliseconds"] > 0
        pages.append(answer["Page"])
        reads += answer["ConsumedIOs"]["ReadIOs"]

    assert len(pages) > 1
    assert sum(len(page["Values"]) for page in pages) == 729
    assert reads == 3 + 9 + 27 + 81 + 243 + 729


@pytest.mark.parametrize(
    ("statement", "wanted"),
    [("SELECT * FROM Nowhere", "No such variable named 'Nowhere'"), ("SELEKT", "SELEKT"), ("SELECT * FROM", "Parser")],
)
def test_refused_statement(session: Session, statement: str, wanted: str) -> None:
    """A statement that cannot be run is a BadRequestException with its text."""
    with pytest.raises(CommandFailed, match="BadRequestException") as raised:
        session.execute(statement)
    assert wanted in str(raised.value)


def test_digest_cannot_be_sent(session: Session) -> None:
    """The right digest does not arrive: the CLI takes the text of its Base64 for the bytes."""
    digest = b64encode(ion_hash(loads(f'"{session.transaction}"'))).decode()

    with pytest.raises(CommandFailed, match="BadRequestException"):
        session.send(
            "commit-transaction", {"TransactionId": session.transaction, "CommitDigest": digest}, *session.token
        )


def test_unknown_ledger(aws: Aws) -> None:
    """There is no session with a ledger that is not there."""
    with pytest.raises(CommandFailed, match=r"BadRequestException\) when calling the SendCommand"):
        Session("no-such-ledger")


def test_expired_transaction(aws: Aws) -> None:
    """A transaction that outlived its time is told, and gone."""
    hasty = {"AWS_ENDPOINT_URL": os.environ["COMPAT_HASTY_ENDPOINT"]}
    aws("qldb", "create-ledger", "--name", "hasty", *UNPROTECTED, **hasty)
    session = Session("hasty", **hasty)
    time.sleep(4)

    with pytest.raises(CommandFailed, match=rf"InvalidSessionException.*Transaction {session.transaction} has expired"):
        session.execute("CREATE TABLE Late")
    aws("qldb", "delete-ledger", "--name", "hasty", **hasty)
