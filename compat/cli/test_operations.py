"""Every operation of the service `qldb`, called by the CLI on one ledger in the order of this page, and its answer."""

import json
import time
from base64 import b64decode
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from amazon.ion.simpleion import dumps, loads
from botocore import xform_name
from command_line import CommandLine
from verifier import ion, verify_block, verify_revision

NAME = "every-operation"
ARN = f"arn:aws:qldb:us-east-1:123456789012:ledger/{NAME}"
BUCKET, STREAM, ROLE = f"{NAME}-bucket", f"{NAME}-stream", f"{NAME}-role"
ROLE_ARN = f"arn:aws:iam::123456789012:role/{ROLE}"
KINESIS_ARN = f"arn:aws:kinesis:us-east-1:123456789012:stream/{STREAM}"
BEGINNING = "2024-01-01T00:00:00Z"
TRUST = {"Effect": "Allow", "Principal": {"Service": "qldb.amazonaws.com"}, "Action": "sts:AssumeRole"}
ALLOWED = {"Effect": "Allow", "Action": ["s3:PutObject", "kinesis:*"], "Resource": "*"}
WAIT_SECONDS = 60

Qldb = Callable[..., Any]


@pytest.fixture(scope="module")
def qldb(shell: CommandLine) -> Qldb:
    """Give a way to call `aws qldb`."""
    return lambda *words: shell.aws("qldb", *words)


@pytest.fixture(scope="module")
def ledger(qldb: Qldb) -> Any:
    """Make the ledger, wait until it is there, and give what CreateLedger answered."""
    created = qldb(
        *("create-ledger", "--name", NAME, "--permissions-mode", "ALLOW_ALL"),
        *("--deletion-protection", "--tags", "stage=test,team=ledgers"),
    )
    until(lambda: qldb("describe-ledger", "--name", NAME)["State"] == "ACTIVE")
    return created


@pytest.fixture(scope="module")
def revision(shell: CommandLine, ledger: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Insert a document, and give its revision as the committed view shows it."""
    file = tmp_path_factory.mktemp("statements") / "statements.sql"
    statements = ("CREATE TABLE Person", "INSERT INTO Person {'name': 'Ada'}", "SELECT * FROM _ql_committed_Person")
    done = shell.partiql(NAME, file, *statements)
    assert done.returncode == 0, done.stderr
    return loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def around(shell: CommandLine) -> None:
    """Make the bucket, the stream and the role that exports and streams need."""
    shell.aws("s3api", "create-bucket", "--bucket", BUCKET)
    shell.aws("kinesis", "create-stream", "--stream-name", STREAM, "--shard-count", "1")
    trust, allowed = (json.dumps({"Version": "2012-10-17", "Statement": [each]}) for each in (TRUST, ALLOWED))
    shell.aws("iam", "create-role", "--role-name", ROLE, "--assume-role-policy-document", trust)
    shell.aws("iam", "put-role-policy", "--role-name", ROLE, "--policy-name", "deliver", "--policy-document", allowed)


@pytest.fixture(scope="module")
def export_id(qldb: Qldb, revision: Any, around: None) -> str:
    """Export the journal, and give the export's id."""
    encryption = "EncryptionConfiguration={ObjectEncryptionType=NO_ENCRYPTION}"
    answer = qldb(
        *("export-journal-to-s3", "--name", NAME, "--role-arn", ROLE_ARN, "--output-format", "JSON"),
        *("--inclusive-start-time", BEGINNING, "--exclusive-end-time", datetime.now(UTC).isoformat()),
        *("--s3-export-configuration", f"Bucket={BUCKET},Prefix=journal,{encryption}"),
    )
    return str(answer["ExportId"])


@pytest.fixture(scope="module")
def stream_id(qldb: Qldb, revision: Any, around: None) -> str:
    """Stream the journal, and give the stream's id."""
    answer = qldb(
        *("stream-journal-to-kinesis", "--ledger-name", NAME, "--stream-name", "mine", "--role-arn", ROLE_ARN),
        *("--inclusive-start-time", BEGINNING, "--tags", "kind=stream"),
        *("--kinesis-configuration", f"StreamArn={KINESIS_ARN},AggregationEnabled=false"),
    )
    return str(answer["StreamId"])


def until(holds: Callable[[], bool]) -> None:
    """Call again and again until it is so."""
    deadline = time.monotonic() + WAIT_SECONDS
    while not holds():
        assert time.monotonic() < deadline


def address(revision: Any) -> str:
    """Give the block address of a revision as the CLI takes it: a structure with Ion text in it, as JSON."""
    return json.dumps({"IonText": dumps(revision["blockAddress"], binary=False, omit_version_marker=True)})


def test_every_operation_has_its_test() -> None:
    """The operations are those of the CLI's own model of the service."""
    operations = botocore.session.get_session().get_service_model("qldb").operation_names

    assert len(operations) == 20
    assert {f"test_{xform_name(name)}" for name in operations} <= set(globals())


def test_create_ledger(ledger: Any) -> None:
    """The answer has the ARN and says CREATING; the tags are not in it."""
    assert {**ledger, "CreationDateTime": 0} == {
        "Name": NAME,
        "Arn": ARN,
        "State": "CREATING",
        "CreationDateTime": 0,
        "PermissionsMode": "ALLOW_ALL",
        "DeletionProtection": True,
    }


def test_describe_ledger(qldb: Qldb, ledger: Any) -> None:
    """The ledger is described as it was made, and is active."""
    assert qldb("describe-ledger", "--name", NAME) == {**ledger, "State": "ACTIVE"}


def test_list_ledgers(qldb: Qldb, ledger: Any) -> None:
    """Pages of one lead, by their tokens, to the ledger."""
    found, token = [], ()
    while not found or token:
        page = qldb("list-ledgers", "--max-results", "1", *token)
        found += page["Ledgers"]
        token = ("--next-token", page["NextToken"]) if "NextToken" in page else ()

    assert {"Name": NAME, "State": "ACTIVE", "CreationDateTime": ledger["CreationDateTime"]} in found


def test_update_ledger(qldb: Qldb, ledger: Any) -> None:
    """Protection is taken off; the answer has no permissions mode."""
    updated = qldb("update-ledger", "--name", NAME, "--no-deletion-protection")

    assert updated == {
        **{name: ledger[name] for name in ("Name", "Arn", "CreationDateTime")},
        "State": "ACTIVE",
        "DeletionProtection": False,
    }


def test_update_ledger_permissions_mode(qldb: Qldb, ledger: Any) -> None:
    """The answer is name, ARN and the new mode."""
    updated = qldb("update-ledger-permissions-mode", "--name", NAME, "--permissions-mode", "STANDARD")

    assert updated == {"Name": NAME, "Arn": ARN, "PermissionsMode": "STANDARD"}


def test_tag_resource(qldb: Qldb, ledger: Any) -> None:
    """A tag is added, and nothing is answered."""
    assert qldb("tag-resource", "--resource-arn", ARN, "--tags", "added=later") is None
    assert qldb("list-tags-for-resource", "--resource-arn", ARN)["Tags"]["added"] == "later"


def test_untag_resource(qldb: Qldb, ledger: Any) -> None:
    """A tag is removed, and nothing is answered."""
    qldb("tag-resource", "--resource-arn", ARN, "--tags", "brief=yes")

    assert qldb("untag-resource", "--resource-arn", ARN, "--tag-keys", "brief") is None
    assert "brief" not in qldb("list-tags-for-resource", "--resource-arn", ARN)["Tags"]


def test_list_tags_for_resource(qldb: Qldb, ledger: Any) -> None:
    """The tags that the ledger was made with are there."""
    tags = qldb("list-tags-for-resource", "--resource-arn", ARN)["Tags"]

    assert {name: tags[name] for name in ("stage", "team")} == {"stage": "test", "team": "ledgers"}


def test_get_digest(qldb: Qldb, revision: Any) -> None:
    """A hash in base64, and the address of the last block in Ion text."""
    digest = qldb("get-digest", "--name", NAME)
    tip = ion(digest["DigestTipAddress"])

    assert len(b64decode(digest["Digest"])) == 32
    assert tip["strandId"] == revision["blockAddress"]["strandId"]
    assert tip["sequenceNo"] > revision["blockAddress"]["sequenceNo"]


def test_get_block(qldb: Qldb, revision: Any) -> None:
    """A block with its proof, which leads to the digest."""
    digest = qldb("get-digest", "--name", NAME)

    answer = qldb(
        *("get-block", "--name", NAME, "--block-address", address(revision)),
        *("--digest-tip-address", json.dumps(digest["DigestTipAddress"])),
    )

    block = ion(answer["Block"])
    assert [each["statement"] for each in block["transactionInfo"]["statements"]] == [
        "INSERT INTO Person {'name': 'Ada'}"
    ]
    assert verify_block(block, ion(answer["Proof"]), b64decode(digest["Digest"]))


def test_get_revision(qldb: Qldb, revision: Any) -> None:
    """A revision with its proof, which leads to the digest."""
    digest = qldb("get-digest", "--name", NAME)

    answer = qldb(
        *("get-revision", "--name", NAME, "--block-address", address(revision)),
        *("--document-id", str(revision["metadata"]["id"])),
        *("--digest-tip-address", json.dumps(digest["DigestTipAddress"])),
    )

    assert ion(answer["Revision"]) == revision
    assert verify_revision(ion(answer["Revision"]), ion(answer["Proof"]), b64decode(digest["Digest"]))


def test_export_journal_to_s3(shell: CommandLine, qldb: Qldb, export_id: str, tmp_path: Path) -> None:
    """The answer is an id; in the bucket are the manifests, and a line of JSON for each block."""
    until(lambda: described_export(qldb, export_id)["Status"] != "IN_PROGRESS")

    shell.aws("s3", "cp", f"s3://{BUCKET}/journal/", str(tmp_path), "--recursive", "--quiet")
    [manifest] = tmp_path.glob(f"{export_id}.*.completed.manifest")
    [written] = tmp_path.glob("**/*.json")
    assert json.loads(manifest.read_text()) == {"keys": [f"journal/{written.relative_to(tmp_path)}"]}
    blocks = [json.loads(line) for line in written.read_text().splitlines()]
    assert [block["blockAddress"]["sequenceNo"] for block in blocks] == [*range(len(blocks))]


def test_describe_journal_s3_export(qldb: Qldb, export_id: str) -> None:
    """The export is described as it was asked for, and is complete."""
    until(lambda: described_export(qldb, export_id)["Status"] != "IN_PROGRESS")

    described = described_export(qldb, export_id)

    assert (described["LedgerName"], described["Status"], described["OutputFormat"]) == (NAME, "COMPLETED", "JSON")
    assert described["RoleArn"] == ROLE_ARN
    assert described["S3ExportConfiguration"] == {
        "Bucket": BUCKET,
        "Prefix": "journal",
        "EncryptionConfiguration": {"ObjectEncryptionType": "NO_ENCRYPTION"},
    }


def test_list_journal_s3_exports_for_ledger(qldb: Qldb, export_id: str) -> None:
    """The ledger has one export, told as Describe tells it."""
    until(lambda: described_export(qldb, export_id)["Status"] != "IN_PROGRESS")

    listed = qldb("list-journal-s3-exports-for-ledger", "--name", NAME)

    assert listed == {"JournalS3Exports": [described_export(qldb, export_id)]}


def test_list_journal_s3_exports(qldb: Qldb, export_id: str) -> None:
    """The export is among those of all ledgers."""
    listed = qldb("list-journal-s3-exports")["JournalS3Exports"]

    assert export_id in [each["ExportId"] for each in listed]


def test_stream_journal_to_kinesis(shell: CommandLine, stream_id: str) -> None:
    """The answer is an id; Kinesis has a record for each of the stream's, as it is not aggregated."""
    shard = shell.aws("kinesis", "list-shards", "--stream-name", STREAM)["Shards"][0]["ShardId"]
    beginning = ("--shard-id", shard, "--shard-iterator-type", "TRIM_HORIZON")
    iterator = shell.aws("kinesis", "get-shard-iterator", "--stream-name", STREAM, *beginning)["ShardIterator"]
    records: list[Any] = []

    def names_arrived() -> bool:
        found = shell.aws("kinesis", "get-records", "--shard-iterator", iterator)["Records"]
        records[:] = [loads(b64decode(each["Data"])) for each in found]
        return any(each["recordType"] == "REVISION_DETAILS" for each in records)

    until(names_arrived)
    assert {str(each["qldbStreamArn"]).rsplit("/", 1)[-1] for each in records} == {stream_id}
    assert records[0]["payload"] == {"controlRecordType": "CREATED"}
    [details] = [each["payload"] for each in records if each["recordType"] == "REVISION_DETAILS"]
    assert (details["tableInfo"]["tableName"], details["revision"]["data"]) == ("Person", {"name": "Ada"})


def test_describe_journal_kinesis_stream(qldb: Qldb, stream_id: str) -> None:
    """The stream is described as it was asked for; its tags are told by their own operation."""
    described = qldb("describe-journal-kinesis-stream", "--ledger-name", NAME, "--stream-id", stream_id)["Stream"]

    assert {name: described[name] for name in ("LedgerName", "StreamName", "RoleArn")} == {
        "LedgerName": NAME,
        "StreamName": "mine",
        "RoleArn": ROLE_ARN,
    }
    assert described["KinesisConfiguration"] == {"StreamArn": KINESIS_ARN, "AggregationEnabled": False}
    assert described["Arn"] == f"arn:aws:qldb:us-east-1:123456789012:stream/{NAME}/{stream_id}"
    assert qldb("list-tags-for-resource", "--resource-arn", described["Arn"]) == {"Tags": {"kind": "stream"}}


def test_list_journal_kinesis_streams_for_ledger(qldb: Qldb, stream_id: str) -> None:
    """The ledger has one stream, told as Describe tells it."""
    described = qldb("describe-journal-kinesis-stream", "--ledger-name", NAME, "--stream-id", stream_id)

    listed = qldb("list-journal-kinesis-streams-for-ledger", "--ledger-name", NAME)

    assert listed == {"Streams": [described["Stream"]]}


def test_cancel_journal_kinesis_stream(qldb: Qldb, stream_id: str) -> None:
    """The answer is the id, and the stream is CANCELED."""
    of_stream = ("--ledger-name", NAME, "--stream-id", stream_id)

    assert qldb("cancel-journal-kinesis-stream", *of_stream) == {"StreamId": stream_id}
    assert qldb("describe-journal-kinesis-stream", *of_stream)["Stream"]["Status"] == "CANCELED"


def test_delete_ledger(shell: CommandLine, qldb: Qldb, ledger: Any) -> None:
    """Nothing is answered; the ledger is DELETING, and then the CLI fails with the name of the error."""
    qldb("update-ledger", "--name", NAME, "--no-deletion-protection")

    assert qldb("delete-ledger", "--name", NAME) is None
    until(lambda: bool(shell.run("aws", "qldb", "describe-ledger", "--name", NAME).returncode))
    gone = shell.run("aws", "qldb", "describe-ledger", "--name", NAME)
    assert "(ResourceNotFoundException) when calling the DescribeLedger operation" in gone.stderr


def described_export(qldb: Qldb, export_id: str) -> Any:
    """Describe an export."""
    return qldb("describe-journal-s3-export", "--name", NAME, "--export-id", export_id)["ExportDescription"]
