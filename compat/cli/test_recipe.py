"""The recipe, played as a whole by bash; the tests look at what each step printed and left."""

import json
import re
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest
from amazon.ion.simpleion import load, loads
from command_line import FOLDER, CommandLine
from verifier import block_is_consistent

ID = re.compile(r"[0-9A-Za-z]{22}")
STEP = re.compile(r"^== (\w+)\n", re.MULTILINE)
ACCOUNTS, TRANSACTIONS, LAST = (9, 10), (11, 12), 17
"""The blocks that hold the inserts and the transfer: before them is one for each table and index."""

Printed = dict[str, str]


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder that the recipe is played in."""
    return tmp_path_factory.mktemp("recipe")


@pytest.fixture(scope="module")
def printed(shell: CommandLine, left: Path) -> Printed:
    """Play the recipe, and give what each step printed."""
    done = shell.run("bash", str(FOLDER / "recipe.sh"), cwd=left)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    _, *steps = STEP.split(done.stdout)
    return dict(zip(steps[::2], steps[1::2], strict=True))


def answers(text: str) -> list[Any]:
    """Read the JSON of several calls, one after the other."""
    found, decoder = [], json.JSONDecoder()
    while text := text.lstrip():
        answer, end = decoder.raw_decode(text)
        found.append(answer)
        text = text[end:]
    return found


def suffix(printed: Printed) -> str:
    """Give the characters that all names end with."""
    return printed["prepare"].split()[-1]


def blocks(left: Path) -> list[Any]:
    """Read the blocks that the export wrote."""
    [data] = left.glob("exported/**/*.ion")
    with data.open("rb") as file:
        return list(load(file, single_value=False))


def test_preparation_names_account_region_and_a_random_suffix(printed: Printed) -> None:
    """STS gives the account, Secrets Manager six characters of both kinds, S3 a bucket."""
    made, told = printed["prepare"].splitlines()

    assert made == f"make_bucket: qldb-exports-{suffix(printed)}"
    assert told.startswith("account 123456789012, Region us-east-1, suffix ")
    assert re.fullmatch(r"(?=.*\d)(?=.*[a-z])[a-z\d]{6}", suffix(printed))


def test_role_trusts_qldb(printed: Printed) -> None:
    """IAM keeps the trust policy as the file has it."""
    [created] = answers(printed["create_role"])
    [statement] = created["Role"]["AssumeRolePolicyDocument"]["Statement"]

    assert created["Role"]["Arn"] == f"arn:aws:iam::123456789012:role/qldb-stream-role-{suffix(printed)}"
    assert statement["Principal"] == {"Service": "qldb.amazonaws.com"}


def test_ledger_becomes_active_and_is_protected(printed: Printed) -> None:
    """CreateLedger says CREATING; after the wait the ledger is ACTIVE, in standard mode and protected."""
    created, described = answers(printed["create_ledger"])

    assert (created["State"], described["State"]) == ("CREATING", "ACTIVE")
    assert described["Arn"] == f"arn:aws:qldb:us-east-1:123456789012:ledger/financial-ledger-{suffix(printed)}"
    assert (described["PermissionsMode"], described["DeletionProtection"]) == ("STANDARD", True)


def test_tables_indexes_and_documents_are_made(printed: Printed) -> None:
    """Each statement answers with the id of its table or document."""
    tables = [loads(line)["tableId"] for line in printed["define_tables"].splitlines()]
    documents = [loads(line)["documentId"] for line in printed["insert_data"].splitlines()]

    assert tables[3:] == [tables[0], tables[1], tables[1], tables[1], tables[2]]
    assert len({*tables}) == 3
    assert len({*documents}) == 4


def test_digest_is_the_same_for_every_client(printed: Printed) -> None:
    """What the CLI prints in base64 is what boto3 gives, and the tip is the last insert."""
    of_cli, tip = printed["take_digest"].splitlines()
    of_boto3, tip_of_boto3 = printed["verify"].splitlines()

    assert b64decode(of_cli).hex() == of_boto3
    assert loads(tip) == loads(tip_of_boto3)
    assert loads(tip)["sequenceNo"] == TRANSACTIONS[-1]


def test_stream_is_active_and_listed(printed: Printed) -> None:
    """Describe and list tell the same of the stream, and Kinesis tells its open shard."""
    described, listed, kinesis = answers(printed["monitor_stream"])

    assert described["Stream"]["StreamId"] == printed["start_stream"].strip()
    assert described["Stream"]["Status"] == "ACTIVE"
    assert described["Stream"]["KinesisConfiguration"]["AggregationEnabled"] is True
    assert listed == {"Streams": [described["Stream"]]}
    assert kinesis["StreamDescriptionSummary"]["OpenShardCount"] == 1


def test_audit_queries_find_what_was_inserted(printed: Printed) -> None:
    """Both transactions twice over, the first balance, and the revision of a transaction with its metadata."""
    rows = [loads(line) for line in printed["query_history"].splitlines()]

    assert [row["transactionId"] for row in rows[:4]] == ["TXN-001", "TXN-002"] * 2
    assert (rows[4]["accountId"], str(rows[4]["balance"])) == ("ACC-001", "10000.00")
    assert rows[5]["data"]["description"] == "Monthly transfer"
    assert rows[5]["metadata"]["txId"] == rows[5]["txId"]


def test_consumer_reads_every_block_and_revision_in_order(printed: Printed) -> None:
    """The stream began at the ledger's first transaction, and the transfer came by it as well."""
    lines = printed["read_stream"].splitlines()
    revisions = [line for line in lines if line.startswith("REVISION")]
    summaries = [line for line in lines if line.startswith("BLOCK")]

    assert lines[0] == "CONTROL CREATED"
    assert summaries == [f"BLOCK_SUMMARY {number}" for number in range(1, LAST + 1)]
    assert revisions == [
        *(f"REVISION_DETAILS {number} Accounts version 0" for number in ACCOUNTS),
        *(f"REVISION_DETAILS {number} Transactions version 0" for number in TRANSACTIONS),
        f"REVISION_DETAILS {LAST} Accounts version 1",
        f"REVISION_DETAILS {LAST} Accounts version 1",
        f"REVISION_DETAILS {LAST} Transactions version 0",
    ]


def test_digest_stays_while_nothing_is_committed(printed: Printed) -> None:
    """Two digests with five seconds between them are one; the export is complete by then."""
    said, described = printed["compare_digests"].split("\n", 1)
    [export] = answers(described)

    assert said == "the digest stayed"
    assert export["ExportDescription"]["ExportId"] == printed["start_export"].strip()
    assert export["ExportDescription"]["Status"] == "COMPLETED"
    assert export["ExportDescription"]["OutputFormat"] == "ION_TEXT"


def test_everything_is_there_before_it_is_taken_away(printed: Printed) -> None:
    """Ledger, tags, digest, stream, export and role are as they were made."""
    ledger, tags, digest, streams, exports, role = answers(printed["check_everything"])

    assert (ledger["State"], ledger["DeletionProtection"]) == ("ACTIVE", True)
    assert tags == {"Tags": {"Environment": "Production", "Application": "Financial"}}
    assert len(b64decode(digest["Digest"])) == 32
    assert [each["Status"] for each in streams["Streams"]] == ["ACTIVE"]
    assert [each["ExportId"] for each in exports["JournalS3Exports"]] == [printed["start_export"].strip()]
    assert role["Role"]["RoleName"] == f"qldb-stream-role-{suffix(printed)}"


def test_export_has_manifests_and_blocks(printed: Printed, left: Path) -> None:
    """Three objects are listed, and the completed manifest names the one with blocks."""
    keys = [line.split()[-1] for line in printed["read_export"].splitlines()]
    [manifest] = left.glob("exported/*.completed.manifest")
    named = loads(manifest.read_text())["keys"]

    assert named == [key for key in keys if key.endswith(".ion")]
    assert sorted(key.rsplit(".", 1)[-1] for key in keys) == ["ion", "manifest", "manifest"]


@pytest.mark.usefixtures("printed")
def test_exported_blocks_are_a_chain_of_hashes(left: Path) -> None:
    """Every block that was exported can be recomputed, and names the hash of the one before it."""
    exported = blocks(left)

    assert [block["blockAddress"]["sequenceNo"] for block in exported] == [*range(len(exported))]
    assert len(exported) > ACCOUNTS[0]
    assert all(map(block_is_consistent, exported))
    assert [block["previousBlockHash"] for block in exported[1:]] == [block["blockHash"] for block in exported[:-1]]


def test_cleaning_up_says_what_goes(printed: Printed) -> None:
    """The stream is cancelled, three objects and the bucket go, and the ledger is no longer protected."""
    *objects, bucket = printed["delete_bucket"].splitlines()
    [updated] = answers(printed["delete_ledger"])

    assert answers(printed["cancel_stream"]) == [{"StreamId": printed["start_stream"].strip()}]
    assert [line.split(":")[0] for line in objects] == ["delete"] * 3
    assert bucket == f"remove_bucket: qldb-exports-{suffix(printed)}"
    assert updated["DeletionProtection"] is False
    assert printed["delete_kinesis_stream"] == printed["delete_role"] == ""


def test_nothing_is_left(printed: Printed, shell: CommandLine) -> None:
    """No bucket, stream, role or ledger has the suffix any more, or the ledger is about to go."""
    ledgers = [each for each in shell.aws("qldb", "list-ledgers")["Ledgers"] if each["Name"].endswith(suffix(printed))]

    assert all(each["State"] == "DELETING" for each in ledgers)
    for words in (("s3api", "list-buckets"), ("kinesis", "list-streams"), ("iam", "list-roles")):
        assert suffix(printed) not in json.dumps(shell.aws(*words))


class TestNeverWorked:
    """Three commands of a recipe that is about are refused: by the CLI itself, and as the service did."""

    def test_shorthand_with_colons(self, shell: CommandLine) -> None:
        """The CLI reads `name=value`, and asks nobody."""
        encryption = "Rules=[{ApplyServerSideEncryptionByDefault:{SSEAlgorithm:AES256}}]"
        put = ("aws", "s3api", "put-bucket-encryption", "--bucket", "any")

        done = shell.run(*put, "--server-side-encryption-configuration", encryption)

        assert done.returncode
        assert "Error parsing parameter '--server-side-encryption-configuration'" in done.stderr

    def test_stream_name_of_more_than_32_characters(self, shell: CommandLine) -> None:
        """A stream's name has the same rules as a ledger's."""
        done = shell.run(
            *("aws", "qldb", "stream-journal-to-kinesis", "--ledger-name", "financial-ledger-k3x9ab"),
            *("--stream-name", "financial-ledger-k3x9ab-journal-stream", "--inclusive-start-time", "2024-01-01"),
            *("--role-arn", "arn:aws:iam::123456789012:role/streamer"),
            *("--kinesis-configuration", "StreamArn=arn:aws:kinesis:us-east-1:123456789012:stream/journal"),
        )

        assert done.returncode
        assert "(InvalidParameterException) when calling the StreamJournalToKinesis operation" in done.stderr
        assert "1 to 32 letters, digits and hyphens" in done.stderr

    def test_reserved_word_without_quotes(self, shell: CommandLine, tmp_path: Path) -> None:
        """`timestamp` is a word of the language, and a field of that name stands in double quotes."""
        made = ("--name", "reserved", "--permissions-mode", "ALLOW_ALL", "--no-deletion-protection")
        shell.aws("qldb", "create-ledger", *made)

        file = tmp_path / "index.sql"
        done = shell.partiql("reserved", file, "CREATE TABLE AuditLog", "CREATE INDEX ON AuditLog (timestamp)")

        assert done.returncode
        assert "unexpected token found, KEYWORD : timestamp" in done.stderr
        shell.aws("qldb", "delete-ledger", "--name", "reserved")
