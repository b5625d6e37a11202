"""The way through the server: every operation of both services, its answers put to use, and errors of each kind."""

import datetime
import hashlib
from typing import Any

LEDGER = "walked"
ARN = f"arn:aws:qldb:us-east-1:123456789012:ledger/{LEDGER}"
ROLE = "arn:aws:iam::123456789012:role/a-role"
# Whole seconds: newer botocores send fractions of one as well, which the earlier one dropped.
START = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
NO_ID = "0000000000000000000000"


def walk(transcript: Any) -> None:
    """Take every step, with what earlier answers gave."""
    qldb, session = transcript.client("qldb"), transcript.client("qldb-session")
    _ledgers(transcript, qldb)
    _transactions(transcript, session)
    _tags(transcript, qldb)
    _proofs(transcript, qldb)
    _exports(transcript, qldb)
    _streams(transcript, qldb)
    _refusals(transcript, qldb, session)
    _end(transcript, qldb)


def _ledgers(transcript: Any, qldb: Any) -> None:
    transcript.call(qldb, "CreateLedger", Name=LEDGER, PermissionsMode="ALLOW_ALL", Tags={"a": "b"}, KmsKey="alias/k")
    transcript.call(qldb, "DescribeLedger", Name=LEDGER)
    page = transcript.call(qldb, "ListLedgers", MaxResults=1)
    if "NextToken" in page:
        transcript.call(qldb, "ListLedgers", MaxResults=1, NextToken=page["NextToken"])
    transcript.call(qldb, "UpdateLedger", Name=LEDGER, DeletionProtection=False, KmsKey="AWS_OWNED_KMS_KEY")
    transcript.call(qldb, "UpdateLedgerPermissionsMode", Name=LEDGER, PermissionsMode="STANDARD")


def _transactions(transcript: Any, session: Any) -> None:
    started = transcript.call(session, "SendCommand", StartSession={"LedgerName": LEDGER})
    command = Commands(transcript, session, started["StartSession"]["SessionToken"])
    command.committed("CREATE TABLE Number")
    command.committed("INSERT INTO Number << " + ", ".join(f"{{'n': {number}}}" for number in range(20)) + " >>")
    command.aborted("INSERT INTO Number ?", {"IonText": "{n: 1}"}, {"IonBinary": b"\xe0\x01\x00\xea\x0f"})
    command.aborted("INSERT INTO Number ?", {"IonText": "{n: 1}"})
    command.aborted(
        "SELECT a.n FROM Number AS a, Number AS b WHERE a.n <> ?", {"IonBinary": b"\xe0\x01\x00\xea\x21\x63"}
    )
    command.send(EndSession={})


class Commands:
    """The commands of one session."""

    def __init__(self, transcript: Any, client: Any, token: str) -> None:
        self._transcript, self._client, self._token = transcript, client, token

    def send(self, **command: Any) -> dict[str, Any]:
        """Send a command of the session."""
        answer: dict[str, Any] = self._transcript.call(self._client, "SendCommand", SessionToken=self._token, **command)
        return answer

    def committed(self, statement: str) -> None:
        """Run a statement in a transaction of its own, and commit it; at first with a digest that is refused."""
        id_ = self._run(statement)
        for digest in (bytes(32), dot(text_hash(id_), text_hash(statement))):
            self.send(CommitTransaction={"TransactionId": id_, "CommitDigest": digest})

    def aborted(self, statement: str, *parameters: dict[str, Any]) -> None:
        """Run a statement in a transaction of its own, and abort it."""
        self._run(statement, *parameters)
        self.send(AbortTransaction={})

    def _run(self, statement: str, *parameters: dict[str, Any]) -> str:
        id_: str = self.send(StartTransaction={})["StartTransaction"]["TransactionId"]
        command = {"TransactionId": id_, "Statement": statement, "Parameters": list(parameters)}
        first = self.send(ExecuteStatement=command).get("ExecuteStatement", {"FirstPage": {}})["FirstPage"]
        if "NextPageToken" in first:
            self.send(FetchPage={"TransactionId": id_, "NextPageToken": first["NextPageToken"]})
        return id_


def text_hash(text: str) -> bytes:
    """Give the Ion hash of a string without control characters."""
    return hashlib.sha256(b"\x0b\x80" + text.encode() + b"\x0e").digest()


def dot(one: bytes, other: bytes) -> bytes:
    """Join two hashes as the drivers do."""
    ordered = sorted((one, other), key=lambda each: [byte - 256 if byte > 127 else byte for byte in reversed(each)])
    return hashlib.sha256(b"".join(ordered)).digest()


def _tags(transcript: Any, qldb: Any) -> None:
    transcript.call(qldb, "TagResource", ResourceArn=ARN, Tags={"of": "é + %/&", "more": ""})
    transcript.call(qldb, "ListTagsForResource", ResourceArn=ARN)
    transcript.call(qldb, "UntagResource", ResourceArn=ARN, TagKeys=["a", "of"])


def _proofs(transcript: Any, qldb: Any) -> None:
    tip = transcript.call(qldb, "GetDigest", Name=LEDGER)["DigestTipAddress"]
    transcript.call(qldb, "GetBlock", Name=LEDGER, BlockAddress=tip, DigestTipAddress=tip)
    transcript.call(qldb, "GetBlock", Name=LEDGER, BlockAddress=tip)
    transcript.call(qldb, "GetRevision", Name=LEDGER, BlockAddress=tip, DocumentId=NO_ID, DigestTipAddress=tip)


def _exports(transcript: Any, qldb: Any) -> None:
    encryption = {"ObjectEncryptionType": "SSE_KMS", "KmsKeyArn": "arn:aws:kms:us-east-1:123456789012:key/k"}
    exported = transcript.call(
        qldb,
        "ExportJournalToS3",
        Name=LEDGER,
        InclusiveStartTime=START,
        ExclusiveEndTime=START + datetime.timedelta(days=1),
        S3ExportConfiguration={"Bucket": "a-bucket", "Prefix": "a/", "EncryptionConfiguration": encryption},
        RoleArn=ROLE,
        OutputFormat="JSON",
    )
    transcript.call(qldb, "DescribeJournalS3Export", Name=LEDGER, ExportId=exported.get("ExportId", NO_ID))
    transcript.call(qldb, "ListJournalS3Exports", MaxResults=3)
    transcript.call(qldb, "ListJournalS3ExportsForLedger", Name=LEDGER, MaxResults=3)


def _streams(transcript: Any, qldb: Any) -> None:
    target = {"StreamArn": "arn:aws:kinesis:us-east-1:123456789012:stream/s", "AggregationEnabled": False}
    begun = transcript.call(
        qldb,
        "StreamJournalToKinesis",
        LedgerName=LEDGER,
        RoleArn=ROLE,
        Tags={"a": "b"},
        InclusiveStartTime=START,
        ExclusiveEndTime=START + datetime.timedelta(days=1),
        KinesisConfiguration=target,
        StreamName="a-stream",
    )
    stream = {"LedgerName": LEDGER, "StreamId": begun.get("StreamId", NO_ID)}
    transcript.call(qldb, "DescribeJournalKinesisStream", **stream)
    transcript.call(qldb, "ListJournalKinesisStreamsForLedger", LedgerName=LEDGER, MaxResults=3)
    transcript.call(qldb, "CancelJournalKinesisStream", **stream)


def _refusals(transcript: Any, qldb: Any, session: Any) -> None:
    transcript.call(qldb, "DescribeLedger", Name="nothing")
    transcript.call(qldb, "CreateLedger", Name=LEDGER, PermissionsMode="ALLOW_ALL")
    transcript.call(qldb, "CreateLedger", Name="--", PermissionsMode="ALLOW_ALL")
    transcript.call(session, "SendCommand", StartSession={"LedgerName": "nothing"})
    transcript.call(session, "SendCommand", SessionToken="AAAA", EndSession={})


def _end(transcript: Any, qldb: Any) -> None:
    transcript.call(qldb, "UpdateLedger", Name=LEDGER, DeletionProtection=True)
    transcript.call(qldb, "DeleteLedger", Name=LEDGER)
    transcript.call(qldb, "UpdateLedger", Name=LEDGER, DeletionProtection=False)
    transcript.call(qldb, "DeleteLedger", Name=LEDGER)
