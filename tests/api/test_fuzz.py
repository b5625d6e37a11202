"""Whatever comes over a connection, the answer is one of the service's, and the next request is answered too.

`FUZZ_SECONDS=900 FUZZ_SEED=7 pytest tests/api/test_fuzz.py` goes on for longer, from another beginning.
"""

from __future__ import annotations

import json
import os
import random
from base64 import b64encode
from collections.abc import Iterator
from itertools import count
from time import monotonic
from typing import Any

import httpx
import pytest

from emulator.ion.hashing import ion_hash
from tests.api.fuzzing import changed_body, mutated, parameters, statements_to_begin_with
from tests.session.conversation import dot

SECONDS = float(os.environ.get("FUZZ_SECONDS", "0"))
SEED = os.environ.get("FUZZ_SEED", "0")
STATEMENTS, BODIES = 400, 400

TARGET = {"X-Amz-Target": "QLDBSession.SendCommand", "Content-Type": "application/x-amz-json-1.0"}
ROLE = "arn:aws:iam::123456789012:role/r"
TIMES = {"InclusiveStartTime": 1_700_000_000, "ExclusiveEndTime": 1_700_000_001.5}
BUCKET = {"Bucket": "b", "Prefix": "p/", "EncryptionConfiguration": {"ObjectEncryptionType": "SSE_S3"}}
CONTROL = [
    (
        "POST",
        "/ledgers",
        {"Name": "other", "PermissionsMode": "STANDARD", "Tags": {"a": "b"}, "KmsKey": "AWS_OWNED_KMS_KEY"},
    ),
    ("PATCH", "/ledgers/ledger", {"DeletionProtection": True}),
    ("PATCH", "/ledgers/ledger/permissions-mode", {"PermissionsMode": "STANDARD"}),
    ("POST", "/ledgers/ledger/digest", {}),
    ("POST", "/ledgers/ledger/block", {"BlockAddress": {"IonText": '{strandId: "x", sequenceNo: 0}'}}),
    ("POST", "/ledgers/ledger/revision", {"BlockAddress": {"IonText": "{}"}, "DocumentId": "x" * 22}),
    ("POST", "/ledgers/ledger/journal-s3-exports", {**TIMES, "S3ExportConfiguration": BUCKET, "RoleArn": ROLE}),
    (
        "POST",
        "/ledgers/ledger/journal-kinesis-streams",
        {
            **TIMES,
            "RoleArn": ROLE,
            "StreamName": "s",
            "KinesisConfiguration": {
                "StreamArn": "arn:aws:kinesis:us-east-1:123456789012:stream/s",
                "AggregationEnabled": True,
            },
        },
    ),
    ("POST", "/tags/arn:aws:qldb:us-east-1:123456789012:ledger%2Fledger", {"Tags": {"a": "b"}}),
    ("PUT", "/_qldb/clock", {"now": "2030-01-01T00:00:00Z"}),
    ("POST", "/_qldb/faults", {"kind": "throttle", "times": 0}),
]


def rounds(least: int) -> Iterator[tuple[int, random.Random]]:
    """As many rounds as there are to be, or as there is time for, each with choices of its own."""
    ends = monotonic() + SECONDS / 2
    for number in count():
        if number >= least and monotonic() > ends:
            return
        yield number, random.Random(f"{SEED} {number}")


class Fuzzed:
    """A session that puts up with whatever it is told."""

    def __init__(self, http: httpx.Client) -> None:
        self.http = http
        self.token = ""
        self.transaction_id = ""
        self.digest = b""

    def command(self, **members: Any) -> dict[str, Any] | None:
        """The result of a command, or None where it was refused."""
        body = {**({"SessionToken": self.token} if self.token else {}), **members}
        return self.raw(json.dumps(body).encode())

    def raw(self, body: bytes) -> dict[str, Any] | None:
        response = self.http.post("/", content=body, headers=TARGET)
        told: dict[str, Any] = response.json()
        assert response.status_code == 200 or (400 <= response.status_code < 500 and told["__type"]), response.text
        return told if response.status_code == 200 else None

    def begin(self) -> None:
        """A transaction, in a new session where the old one is over."""
        started = self.command(StartTransaction={}) if self.token else None
        if started is None:
            self.token = ""
            session = self.command(StartSession={"LedgerName": "ledger"})
            assert session is not None
            self.token = session["StartSession"]["SessionToken"]
            started = self.command(StartTransaction={})
        assert started is not None
        self.transaction_id = started["StartTransaction"]["TransactionId"]
        self.digest = ion_hash(self.transaction_id)

    def execute(self, statement: str, holders: list[dict[str, str]]) -> None:
        """A statement and one page more of it. The digest is right where nothing fails and there are no parameters."""
        self.digest = dot(self.digest, ion_hash(statement))
        members = {"TransactionId": self.transaction_id, "Statement": statement, "Parameters": holders}
        executed = self.command(ExecuteStatement=members)
        token = executed and executed["ExecuteStatement"]["FirstPage"].get("NextPageToken")
        if token:
            self.command(FetchPage={"TransactionId": self.transaction_id, "NextPageToken": token})

    def end(self) -> None:
        digest = b64encode(self.digest).decode()
        self.command(CommitTransaction={"TransactionId": self.transaction_id, "CommitDigest": digest})
        self.command(AbortTransaction={})


@pytest.fixture
def fuzzed(http: httpx.Client) -> Fuzzed:
    """A session on a ledger with a table that has documents and an index."""
    http.timeout = httpx.Timeout(60)
    http.post("/ledgers", json={"Name": "ledger", "PermissionsMode": "ALLOW_ALL"})
    fuzzed = Fuzzed(http)
    fuzzed.begin()
    for statement in ("CREATE TABLE People", "CREATE INDEX ON People (name)"):
        fuzzed.execute(statement, [])
    for number in range(30):
        fuzzed.execute(f"INSERT INTO People {{'name': 'n{number}', 'age': {number}, 'tags': [1, {{'a': 2}}]}}", [])
    fuzzed.end()
    fuzzed.begin()
    return fuzzed


def test_any_statement_is_answered(fuzzed: Fuzzed) -> None:
    """Statements with something changed, and parameters of all kinds: a page, or a client's error in AWS form."""
    known = statements_to_begin_with()
    for number, chosen in rounds(STATEMENTS):
        statement = mutated(chosen, known)
        holders = parameters(chosen, statement.count("?"))
        try:
            fuzzed.execute(statement, holders)
            if chosen.random() < 0.1:
                fuzzed.end()
                fuzzed.begin()
        except Exception as error:
            raise AssertionError(f"round {number} of seed {SEED}: {statement!r} with {holders}") from error


def test_any_body_is_answered(fuzzed: Fuzzed, http: httpx.Client) -> None:
    """Bodies with something changed, to sessions and to the control plane."""
    for number, chosen in rounds(BODIES):
        members = {"TransactionId": fuzzed.transaction_id, "Statement": "SELECT * FROM People WHERE age = ?"}
        body: Any = {"SessionToken": fuzzed.token, "ExecuteStatement": {**members, "Parameters": [{"IonText": "1"}]}}
        method, path, control = chosen.choice(CONTROL)
        data, other = changed_body(chosen, body), changed_body(chosen, control)
        try:
            fuzzed.raw(data)
            response = http.request(method, path, content=other, headers={"Content-Type": "application/json"})
            assert response.status_code < 500, response.text
            assert not response.content or isinstance(response.json(), dict)
        except Exception as error:
            raise AssertionError(f"round {number} of seed {SEED}: {data!r}, {method} {path} {other!r}") from error
        if number % 50 == 0:
            fuzzed.end()
            fuzzed.begin()
