"""`exec`, against a real server."""

import json
import ssl
import subprocess
from pathlib import Path

import pytest

from emulator.testing import Emulator, Qldb
from tests import patient_http
from tests.cli.conftest import END_SECONDS, Command, Run
from tests.cli.test_serve_https import greeting

pytestmark = pytest.mark.qldb(ledger="first", statements="CREATE TABLE Person")


@pytest.fixture
def execute(command: Command, qldb_ledger: str, qldb_server: Emulator) -> Command:
    """Runs `exec` to its end, on a ledger that has the table Person."""
    return lambda *arguments, **more: command("exec", qldb_ledger, *arguments, **more)


@pytest.mark.process
def test_output_is_utf_8_whatever_a_terminal_has(run: Run, qldb_ledger: str, qldb_server: Emulator) -> None:
    """And so is what comes in."""
    process = run("exec", qldb_ledger, stdin=subprocess.PIPE, PYTHONIOENCODING="ascii")
    text = "INSERT INTO Person {'name': 'Jürgen; 日本'}; SELECT VALUE name FROM Person"

    out, complaints = process.communicate(text, timeout=END_SECONDS)

    assert (process.returncode, out.splitlines()[-1], complaints) == (0, '"Jürgen; 日本"', "")


def test_rows_go_to_stdout_and_nothing_else(execute: Command) -> None:
    """In the format that is asked for; several statements in the order they stand in, parameters in theirs."""
    insert = execute("-e", "INSERT INTO Person ?; INSERT INTO Person ?", "-p", "{name: 'Ada', n: 1.50}", "-p", "{n: 2}")
    assert (insert[0], insert[1].count("documentId"), insert[2]) == (0, 2, "")

    select = "SELECT n FROM Person WHERE n = ?"
    twice = ("-e", select, "-e", select, "-p", "2", "-p", "1.5")

    assert execute(*twice) == (0, "{n:2}\n{n:1.50}\n", "")
    assert execute(*twice, "--format", "json") == (0, '{"n":2}\n{"n":1.50}\n', "")
    assert execute(*twice, "--format", "csv") == (0, "n\n2\n\nn\n1.50\n", "")
    assert execute(*twice, "--format", "table") == (0, "n\n-\n2\n\n   n\n----\n1.50\n", "")


def test_statements_come_from_stdin_and_files(execute: Command, tmp_path: Path) -> None:
    """Comments and semicolons in strings are what they are in the language; text is UTF-8, with or without a mark."""
    script = "-- people; and more\nINSERT INTO Person {'name': 'Jürgen; 日本'};\n\n"
    (tmp_path / "setup.sql").write_bytes(b"\xef\xbb\xbf" + script.encode())

    assert execute("-f", "setup.sql")[0] == 0
    assert execute(text=script)[0] == 0
    status, out, _ = execute("-f", "-", text="SELECT VALUE name FROM Person")

    assert (status, out) == (0, '"Jürgen; 日本"\n' * 2)


def test_each_statement_has_its_transaction_or_all_have_one(execute: Command) -> None:
    """What was committed before a refusal stays, or nothing was; either way it is said, with the place."""
    statements = "INSERT INTO Person {'n': 1};\nSELECT * FROM Nowhere; INSERT INTO Person {'n': 2}"

    status, out, complaints = execute("--one-transaction", "-e", statements)
    assert (status, out) == (1, "")
    assert "-e 1, line 2: BadRequestException: Semantic Error: at line 1, column 15: No such variable" in complaints
    assert "    SELECT * FROM Nowhere\n                  ^\n" in complaints
    assert "Of 3 statements none were committed." in complaints
    assert execute("-e", "SELECT * FROM Person") == (0, "", "")

    status, out, complaints = execute("-e", statements)
    assert (status, out.count("documentId")) == (1, 1)
    assert "Of 3 statements 1 was committed." in complaints
    assert execute("-e", "SELECT * FROM Person") == (0, "{n:1}\n", "")


def test_conflicts_are_tried_again_until_they_are_too_many(execute: Command, qldb: Qldb) -> None:
    """Nobody notices the first ones; what goes on has an exit status of its own, and has printed nothing."""
    insert = ("-e", "INSERT INTO Person {'n': 1}")

    qldb.faults.always("CommitTransaction", "OccConflictException", times=2)
    assert execute(*insert)[0] == 0
    assert qldb.run("SELECT VALUE n FROM Person") == [1]

    qldb.faults.always("CommitTransaction", "OccConflictException")
    status, out, complaints = execute(*insert)
    assert (status, out) == (4, "")
    assert complaints.startswith("qldb-emulator: Conflict: another transaction changed what this one has read.")


def test_commit_without_an_answer_is_told_so(execute: Command, qldb: Qldb) -> None:
    """It is not done again, for it may have been done."""
    qldb.faults.once("CommitTransaction", "ConnectionReset", after=True)

    status, out, complaints = execute("-e", "INSERT INTO Person {'n': 1}")

    assert (status, out) == (3, "")
    assert "it may have been done, or not" in complaints
    assert qldb.run("SELECT VALUE n FROM Person") == [1]


def test_costs_are_told_on_request(execute: Command) -> None:
    """On stderr: reads, writes and the server's time."""
    status, _, complaints = execute("--stats", "-e", "INSERT INTO Person {'n': 1}")

    assert status == 0
    assert complaints.startswith("qldb-emulator: 1 row, 0 read IOs, 1 write IO, ")


@pytest.mark.parametrize(
    ("arguments", "status", "complaint"),
    [
        (("-e", "SELECT 'open"), 1, "-e 1: Lexer Error: at line 1, column 8: string without its closing quote"),
        (("-e", "SELECT ? FROM Person"), 2, "wanted a parameter (-p) for each of 1 question marks, got 0"),
        (("-e", "SELECT ? FROM Person", "-p", "{"), 2, "'{' is no Ion value"),
        (("-e", "SELECT 1", "-f", "x.sql"), 2, "-e and -f together"),
        (("-f", "x.sql"), 2, "x.sql cannot be read: No such file or directory"),
        (("-e", "SELECT 1", "--format", "xml"), 2, "wanted one of ion, json, table, csv"),
        (("-e", "SELECT 1", "--endpoint", "127.0.0.1:8000"), 2, "wanted a URL such as http://127.0.0.1:8000"),
        (("-e", "SELECT 1", "--endpoint", "http://127.0.0.1:1"), 3, "No server is reached at http://127.0.0.1:1: Con"),
        (("-e", "SELECT 1", "--region", "eu-west-1"), 1, "The Ledger with name first is not found"),
    ],
)
def test_mistakes_have_their_status(execute: Command, arguments: tuple[str, ...], status: int, complaint: str) -> None:
    """And a complaint on stderr that says what came and what was wanted."""
    came, out, complaints = execute(*arguments)

    assert (came, out) == (status, "")
    assert complaint in " ".join(complaints.split())


def test_file_that_is_no_text_is_refused(execute: Command, tmp_path: Path) -> None:
    """With the place of the byte."""
    (tmp_path / "latin.sql").write_bytes(b"SELECT '\xfc'")

    status, _, complaints = execute("-f", "latin.sql")

    assert status == 2
    assert "latin.sql is not UTF-8: byte 8 is 0xfc" in complaints


def test_result_of_several_pages_is_whole(execute: Command) -> None:
    """However many rows there are."""
    documents = ", ".join(f"{{'n': {n}}}" for n in range(40))
    insert = ("-e", f"INSERT INTO Person << {documents} >>")

    status, out, _ = execute(*insert * 6, "-e", "SELECT n FROM Person", "--format", "json")

    assert status == 0
    found = [json.loads(line)["n"] for line in out.splitlines() if "documentId" not in line]
    assert sorted(found) == sorted([*range(40)] * 6)


@pytest.mark.process
def test_https_is_spoken_to_who_is_trusted(run: Run) -> None:
    """The certificate is named by an option or by the variable of the AWS clients; without it the words say so."""
    serving = run("serve", "--port", "0", "--in-memory", "--tls", "self-signed", "--tls-port", "0")
    url, trust = greeting(serving)
    patient_http.post(f"{url}/ledgers", json={"Name": "first", "PermissionsMode": "STANDARD"}, verify=trusting(trust))
    arguments = ("exec", "first", "--endpoint", url, "-e", "SELECT VALUE 1 FROM [0]")

    assert run(*arguments, "--ca-bundle", trust).communicate(timeout=END_SECONDS)[0] == "1\n"
    assert run(*arguments, AWS_CA_BUNDLE=trust).communicate(timeout=END_SECONDS)[0] == "1\n"
    distrustful = run(*arguments)
    assert "is not accepted: self-signed certificate" in distrustful.communicate(timeout=END_SECONDS)[1]
    assert distrustful.returncode == 3


def trusting(certificate: str) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=certificate)
