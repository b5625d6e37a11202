"""Scripts: statements and transactions, line by line through standard input."""

from typing import Any

import pytest
from amazon.ion.simpleion import dumps, loads
from conftest import Run
from verifier import ion, ion_hash, verify_journal, verify_revision

VALUES = [
    "null",
    "null.int",
    "true",
    "-123456789012345678901234567890",
    "3.2e0",
    "10.00",
    "2016-12-20T05:23:43.120+02:30",
    "2016T",
    "'a b'",
    '"añ日本語"',
    "{{aGVsbG8=}}",
    '{{"hello"}}',
    "[1, two, [3]]",
    "(a + (b * 2))",
    "{x: metres::1.50}",
    "outer::inner::5",
]


def test_tables_are_made_filled_changed_and_read(run: Run) -> None:
    """Each statement that stands alone is a transaction; its rows are printed as Ion."""
    said = run(
        "CREATE TABLE Vehicle",
        "CREATE INDEX ON Vehicle (VIN)",
        "INSERT INTO Vehicle << {'VIN': 'A', 'Color': 'Blue'}, {'VIN': 'B'} >>",
        "UPDATE Vehicle SET Color = 'Red' WHERE VIN = 'A'",
        "DELETE FROM Vehicle WHERE VIN = 'B'",
        "SELECT * FROM Vehicle",
        "SELECT VALUE h.data.Color FROM history(Vehicle) AS h WHERE h.data.VIN = 'A'",
        "SELECT VALUE name FROM information_schema.user_tables",
    )

    assert said.status == 0
    assert said.results[-3:] == ['{ VIN: "A", Color: "Red" }', '"Blue", "Red"', '"Vehicle"']
    assert "Exiting QLDB Shell" in said.screen


def test_every_ion_type_is_kept(run: Run) -> None:
    """Values in backticks come back as they were written, with their types, precision and annotations."""
    inserts = [f"INSERT INTO Things VALUE {{'held': `{written}`}}" for written in VALUES]

    said = run("CREATE TABLE Things", *inserts, "SELECT VALUE t.held FROM Things AS t")

    shown = loads(f"[{said.results[-1]}]")
    assert [ion_hash(value) for value in shown] == [ion_hash(loads(written)) for written in VALUES]


def test_result_of_several_pages(run: Run) -> None:
    """All rows are printed, however many pages they came in."""
    bags = [", ".join(f"{{'n': {start + number}}}" for number in range(40)) for start in range(0, 440, 40)]

    said = run(
        "CREATE TABLE Many", *(f"INSERT INTO Many << {bag} >>" for bag in bags), "SELECT VALUE m.n FROM Many AS m"
    )

    assert sorted(loads(f"[{said.results[-1]}]")) == list(range(440))


def test_transactions_on_one_line(run: Run) -> None:
    """What is committed stays, what is aborted does not."""
    said = run(
        "CREATE TABLE Things",
        "start; INSERT INTO Things {'n': 1}; commit; start; INSERT INTO Things {'n': 2}; abort",
        "SELECT VALUE t.n FROM Things AS t",
    )

    assert said.log.count("committed") == said.log.count("aborted") == 1
    assert said.results[-1] == "1"


@pytest.mark.parametrize(
    ("statement", "wanted"),
    [
        ("SELECT * FROM NonExistentTable", "No such variable named 'NonExistentTable'"),
        ("CREATE TABLE Known", "Table with name: USER.Known already exists"),
        ("SELEKT * FROM Known", "SELEKT"),
        ("SELECT * FROM", "Parser Error"),
    ],
)
def test_refused_statement(run: Run, statement: str, wanted: str) -> None:
    """What the service says is printed, and the shell goes on."""
    said = run("CREATE TABLE Known", statement, "SELECT * FROM Known")

    assert "WARNING: Error while executing query: An error occurred (BadRequestException)" in said.log
    assert wanted in said.log
    assert said.status == 0


def test_statement_that_fails_aborts_its_transaction(run: Run) -> None:
    """Nothing of a transaction is kept when one of its statements is refused."""
    said = run(
        "CREATE TABLE Things",
        "start; INSERT INTO Things {'n': 1}; SELECT * FROM Nowhere; commit",
        "SELECT COUNT(*) FROM Things",
    )

    assert "No such variable named 'Nowhere'" in said.log
    assert said.results[-1] == "{ _1: 0 }"


def test_unknown_ledger(run: Run) -> None:
    """A ledger that does not exist ends the shell with what the service says."""
    said = run(options=("-l", "no-such-ledger"))

    assert said.status != 0
    assert "BadRequestException" in said.log


def test_endpoint_as_an_option(run: Run, endpoint: str, ledger: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The shell's own option does instead of the variable."""
    monkeypatch.delenv("AWS_ENDPOINT_URL")

    said = run("CREATE TABLE Things", options=("-l", ledger, "-r", "us-east-1", "-s", endpoint))

    assert len(said.results) == 1


def test_what_the_shell_wrote_is_proven(run: Run, qldb: Any, ledger: str) -> None:
    """A document inserted through the shell verifies, and so does the whole journal."""
    said = run(
        "CREATE TABLE Things",
        "INSERT INTO Things {'n': 1.50}",
        "SELECT blockAddress, metadata FROM _ql_committed_Things",
    )
    known = loads(said.results[-1])
    digest = qldb.get_digest(Name=ledger)
    answer = qldb.get_revision(
        Name=ledger,
        BlockAddress=holder(known["blockAddress"]),
        DocumentId=known["metadata"]["id"],
        DigestTipAddress=digest["DigestTipAddress"],
    )
    tip = ion(digest["DigestTipAddress"])
    blocks = [
        ion(qldb.get_block(Name=ledger, BlockAddress=holder({**tip, "sequenceNo": number}))["Block"])
        for number in range(tip["sequenceNo"] + 1)
    ]

    assert verify_revision(ion(answer["Revision"]), ion(answer["Proof"]), digest["Digest"])
    assert verify_journal(blocks, digest["Digest"])


def holder(address: Any) -> dict[str, str]:
    """A block address as the API wants it."""
    return {"IonText": dumps(address, binary=False, omit_version_marker=True)}
