"""Exports through HTTP with boto3, into the S3 of moto. Sources: the developer guide's pages about journal export."""

import json
from datetime import timedelta
from typing import Any

import pytest

from emulator.ion.binary import encode
from emulator.ion.codec import read_text
from emulator.ion.hashing import ion_hash
from emulator.ion.values import Struct, Value
from emulator.journal.hash_chain import dot
from emulator.testing import Qldb
from emulator.testing.controls import Clock
from tests.delivery.exporting import READ, ROLE, Exported, assert_chain, at, described, ended, export, read_export
from tests.delivery.ledgers import SECOND_MS, fill, strand_id_of

EXTENSIONS = {"ION_TEXT": "ion", "ION_BINARY": "10n", "JSON": "json"}
CONTENT_TYPES = {"ION_TEXT": "text/plain", "ION_BINARY": "application/octet-stream", "JSON": "application/json"}
KEY_ARN = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
DAY_MS = 24 * 60 * 60_000


def get(s3: Any, bucket: str, key: str) -> bytes:
    content: bytes = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    return content


def keys(s3: Any, bucket: str) -> list[str]:
    return [found["Key"] for found in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]


def completed(qldb_client: Any, s3: Any, bucket: str, export_id: str, output_format: str = "ION_TEXT") -> Exported:
    """Wait for an export, and read it."""
    assert ended(qldb_client, "first", export_id) == "COMPLETED"
    (manifest,) = [key for key in keys(s3, bucket) if export_id in key and key.endswith(".completed.manifest")]
    return read_export(lambda key: get(s3, bucket, key), manifest, READ[output_format])


def sequence_numbers(exported: Exported) -> list[list[Value]]:
    return [[_address(block)["sequenceNo"] for block in blocks] for blocks in exported.objects]


def _address(block: Struct) -> Struct:
    address = block["blockAddress"]
    assert isinstance(address, Struct)
    return address


# What is written


@pytest.mark.parametrize("output_format", ["ION_TEXT", "ION_BINARY"])
def test_ion_export_is_the_journal(
    qldb_client: Any, s3: Any, bucket: str, ledger: str, qldb: Qldb, clock: Clock, output_format: str
) -> None:
    """Every block of the journal is there, as GetBlock shows it, and the hash chain can be computed from it."""
    export_id = export(qldb_client, ledger, bucket, end_ms=clock.now_ms(), OutputFormat=output_format)

    exported = completed(qldb_client, s3, bucket, export_id, output_format)

    journal = list(qldb.blocks())
    assert list(map(encode, exported.blocks)) == list(map(encode, journal))
    assert len(journal) == 10
    assert_chain(exported.blocks)


def test_json_export_is_one_block_to_a_line(qldb_client: Any, s3: Any, bucket: str, ledger: str, clock: Clock) -> None:
    """Each line is a JSON object, down-converted by the rules of Ion; manifests are JSON too."""
    export_id = export(qldb_client, ledger, bucket, end_ms=clock.now_ms(), OutputFormat="JSON")
    ended(qldb_client, ledger, export_id)
    (name,) = [key for key in keys(s3, bucket) if key.endswith(".completed.manifest")]
    manifest = json.loads(get(s3, bucket, name))

    lines = b"".join(get(s3, bucket, key) for key in manifest["keys"]).splitlines()

    blocks = [json.loads(line) for line in lines]
    assert [block["blockAddress"]["sequenceNo"] for block in blocks] == list(range(10))
    assert blocks[5]["blockTimestamp"] == "2023-11-14T22:13:25.000Z"
    assert blocks[5]["revisions"][0]["data"] == {
        "number": 5,
        "of_every_type": {
            "t": None,
            "b": True,
            "i": -7,
            "f": 1.5,
            "d": 90.25,
            "d2": 1000,
            "at": "2017-08-21T12:00:00.120-08:00",
            "day": "2017-08-21",
            "s": 'añ\n"b',
            "y": "a symbol",
            "z": None,
            "blob": "aGVsbG8=",
            "clob": "h\x7f\xe9",
            "l": [1, [2], {"a": 1}],
            "x": ["a", "b"],
            "a": 1,
        },
    }


@pytest.mark.parametrize("output_format", EXTENSIONS)
def test_objects_are_named_by_strand_and_blocks(
    qldb_client: Any, s3: Any, bucket: str, ledger: str, qldb: Qldb, clock: Clock, output_format: str
) -> None:
    """Folders are of the hour of the request; files say which blocks they hold; manifests say which export it was."""
    export_id = export(qldb_client, ledger, bucket, end_ms=clock.now_ms(), Prefix="mine", OutputFormat=output_format)
    ended(qldb_client, ledger, export_id)

    strand_id = strand_id_of(qldb)
    extension = EXTENSIONS[output_format]
    assert sorted(keys(s3, bucket)) == sorted(
        [
            f"mine/{export_id}.started.manifest",
            f"mine/{export_id}.{strand_id}.completed.manifest",
            *(f"mine/2023/11/14/22/{strand_id}.{blocks}.{extension}" for blocks in ("0-3", "4-7", "8-9")),
        ]
    )


@pytest.mark.parametrize("output_format", EXTENSIONS)
def test_content_type_tells_the_format(
    qldb_client: Any, s3: Any, bucket: str, ledger: str, clock: Clock, output_format: str
) -> None:
    """Manifests and data alike."""
    ended(qldb_client, ledger, export(qldb_client, ledger, bucket, end_ms=clock.now_ms(), OutputFormat=output_format))

    heads = [s3.head_object(Bucket=bucket, Key=key) for key in keys(s3, bucket)]

    assert {head["ContentType"] for head in heads} == {CONTENT_TYPES[output_format]}


@pytest.mark.parametrize(("prefix", "folder"), [("", ""), ("a", "a/"), ("a/", "a/"), ("My:Tests/b", "My:Tests/b/")])
def test_prefix_is_a_folder(
    qldb_client: Any, s3: Any, bucket: str, ledger: str, clock: Clock, prefix: str, folder: str
) -> None:
    """A slash is added where it lacks, and never twice; the manifest's keys begin with the prefix."""
    export_id = export(qldb_client, ledger, bucket, end_ms=clock.now_ms(), Prefix=prefix)

    exported = completed(qldb_client, s3, bucket, export_id)

    assert all(key.startswith(f"{folder}2023/") for key in exported.keys)
    assert f"{folder}{export_id}.started.manifest" in keys(s3, bucket)


def test_started_manifest_tells_the_request(qldb_client: Any, s3: Any, bucket: str, ledger: str, clock: Clock) -> None:
    """Its fields are in the guide's order; the format is there only if it was named."""
    now = clock.now_ms()
    plain = export(qldb_client, ledger, bucket, now - 5000, now, Prefix="p", Encryption=("NO_ENCRYPTION",))
    named = export(qldb_client, ledger, bucket, now - 5000, now, Prefix="p", OutputFormat="ION_TEXT")

    manifests = [read_text(get(s3, bucket, f"p/{each}.started.manifest").decode()) for each in (plain, named)]

    first, second = (list(each.fields()) for each in manifests if isinstance(each, Struct))
    assert first == [
        ("ledgerName", "first"),
        ("exportId", plain),
        ("inclusiveStartTime", read_text("2023-11-14T22:14:24.000Z")),
        ("exclusiveEndTime", read_text("2023-11-14T22:14:29.000Z")),
        ("bucket", bucket),
        ("prefix", "p"),
        ("objectEncryptionType", "NO_ENCRYPTION"),
    ]
    assert second[-2:] == [("objectEncryptionType", "SSE_S3"), ("outputFormat", "ION_TEXT")]


@pytest.mark.parametrize(
    ("encryption", "header", "key"),
    [(("SSE_S3",), "AES256", None), (("SSE_KMS", KEY_ARN), "aws:kms", KEY_ARN), (("NO_ENCRYPTION",), None, None)],
)
def test_objects_are_encrypted_as_asked(
    qldb_client: Any, s3: Any, bucket: str, ledger: str, clock: Clock, encryption: Any, header: Any, key: str | None
) -> None:
    """With the key that was named, with S3's own, or with nothing said, so that the bucket's own setting holds."""
    ended(qldb_client, ledger, export(qldb_client, ledger, bucket, end_ms=clock.now_ms(), Encryption=encryption))

    for name in keys(s3, bucket):
        head = s3.head_object(Bucket=bucket, Key=name)
        assert (head.get("ServerSideEncryption"), head.get("SSEKMSKeyId")) == (header, key)


def test_redacted_revision_shows_its_hash(
    qldb_client: Any, s3: Any, bucket: str, ledger: str, qldb: Qldb, clock: Clock
) -> None:
    """In place of the data, so that the revision's hash can be computed still; and the request is in its own block."""
    (table_id,) = qldb.run("SELECT VALUE tableId FROM information_schema.user_tables")
    (old,) = [it for it in qldb.revisions("Thing") if it["data"]["number"] == 5]
    place, document_id = old["blockAddress"], old["metadata"]["id"]
    qldb.run(f"UPDATE Thing AS t BY id SET t = {{'number': 5}} WHERE id = '{document_id}'")
    address = f'`{{strandId:"{place["strandId"]}", sequenceNo:{place["sequenceNo"]}}}`'
    qldb.run(f"EXEC REDACT_REVISION {address}, '{table_id}', '{document_id}'")
    clock.advance(5 * SECOND_MS)

    exported = completed(qldb_client, s3, bucket, export(qldb_client, ledger, bucket, end_ms=clock.now_ms()))

    (revision,) = _list(exported.blocks[5]["revisions"])
    assert [name for name, _ in revision.fields()] == ["blockAddress", "hash", "dataHash", "metadata"]
    assert dot(ion_hash(revision["metadata"]), revision["dataHash"]) == revision["hash"]
    assert exported.blocks[-1].get("redactionInfo", None) is not None
    assert_chain(exported.blocks)


def _list(value: Value) -> list[Any]:
    assert isinstance(value, list)
    return value


# Which blocks


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (0, 10, [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]),
        (3, 5, [[3, 4]]),
        (-1000, 2, [[0, 1]]),
        (9, 60, [[9]]),
        (10, 60, []),
        (-20, -10, []),
    ],
)
def test_blocks_are_chosen_by_their_time(
    qldb_client: Any, s3: Any, bucket: str, ledger: str, clock: Clock, start: int, end: int, expected: list[list[int]]
) -> None:
    """Those from the start on and before the end, in seconds after the ledger's creation; there may be none."""
    created = clock.now_ms() - 69 * SECOND_MS

    export_id = export(qldb_client, ledger, bucket, created + start * SECOND_MS, created + end * SECOND_MS)

    assert sequence_numbers(completed(qldb_client, s3, bucket, export_id)) == expected


def test_adjoining_exports_join(qldb_client: Any, s3: Any, bucket: str, ledger: str, qldb: Qldb, clock: Clock) -> None:
    """Of two exports, the second from the end of the first on, the blocks follow each other without gap or overlap."""
    middle = clock.now_ms()
    first = completed(qldb_client, s3, bucket, export(qldb_client, ledger, bucket, end_ms=middle))
    fill(qldb, 15)
    clock.advance(SECOND_MS)

    second = completed(qldb_client, s3, bucket, export(qldb_client, ledger, bucket, middle, clock.now_ms()))

    assert_chain([*first.blocks, *second.blocks])
    assert sequence_numbers(second) == [[10, 11, 12, 13], [14]]


def test_absent_bucket_is_refused(qldb_client: Any, ledger: str, clock: Clock) -> None:
    """In the words of S3."""
    with pytest.raises(
        qldb_client.exceptions.InvalidParameterException, match="NoSuchBucket The specified bucket does not"
    ):
        export(qldb_client, ledger, "absent", end_ms=clock.now_ms())


# Describe and List


def test_description_is_the_request(qldb_client: Any, s3: Any, bucket: str, ledger: str, clock: Clock) -> None:
    """Times are told as they were given, also where they are before the ledger's creation."""
    now = clock.now_ms()
    export_id = export(qldb_client, ledger, bucket, end_ms=now, Prefix="p", Encryption=("SSE_KMS", KEY_ARN))
    ended(qldb_client, ledger, export_id)

    assert described(qldb_client, ledger, export_id) == {
        "LedgerName": "first",
        "ExportId": export_id,
        "ExportCreationTime": at(now),
        "Status": "COMPLETED",
        "InclusiveStartTime": at(0),
        "ExclusiveEndTime": at(now),
        "S3ExportConfiguration": {
            "Bucket": bucket,
            "Prefix": "p",
            "EncryptionConfiguration": {"ObjectEncryptionType": "SSE_KMS", "KmsKeyArn": KEY_ARN},
        },
        "RoleArn": ROLE,
        "OutputFormat": "ION_TEXT",
    }


def test_exports_are_listed_a_page_at_a_time(
    qldb_client: Any, bucket: str, ledger: str, qldb: Qldb, clock: Clock
) -> None:
    """Oldest first, those of one ledger or of all, each with all of its description."""
    qldb_client.create_ledger(Name="second", PermissionsMode="STANDARD")
    made = []
    for name in ("first", "second", "first", "first", "second"):
        clock.advance(SECOND_MS)
        made.append((name, export(qldb_client, name, bucket, end_ms=clock.now_ms())))
        ended(qldb_client, *made[-1])

    assert listed(qldb_client.list_journal_s3_exports, MaxResults=2) == [export_id for _, export_id in made]
    of_first = [export_id for name, export_id in made if name == "first"]
    assert listed(qldb_client.list_journal_s3_exports_for_ledger, Name="first", MaxResults=2) == of_first
    newest = qldb_client.list_journal_s3_exports()["JournalS3Exports"][-1]
    assert newest == described(qldb_client, *made[-1])


def listed(operation: Any, **members: Any) -> list[str]:
    """The ids of all pages."""
    page = operation(**members)
    ids = [export["ExportId"] for export in page["JournalS3Exports"]]
    assert len(ids) <= members["MaxResults"]
    return ids if "NextToken" not in page else ids + listed(operation, **{**members, "NextToken": page["NextToken"]})


def test_token_is_good_for_its_own_list(qldb_client: Any, bucket: str, ledger: str, clock: Clock) -> None:
    """A token of all exports does not continue the list of one ledger."""
    for _ in range(2):
        ended(qldb_client, ledger, export(qldb_client, ledger, bucket, end_ms=clock.now_ms()))
    token = qldb_client.list_journal_s3_exports(MaxResults=1)["NextToken"]

    with pytest.raises(qldb_client.exceptions.InvalidParameterException, match="NextToken"):
        qldb_client.list_journal_s3_exports_for_ledger(Name=ledger, NextToken=token)


def test_regions_have_their_own_exports(qldb_client: Any, bucket: str, ledger: str, http: Any, clock: Clock) -> None:
    """A list tells the exports of the Region it is asked in."""
    ended(qldb_client, ledger, export(qldb_client, ledger, bucket, end_ms=clock.now_ms()))
    scope = "AWS4-HMAC-SHA256 Credential=local/20250101/eu-west-1/qldb/aws4_request, SignedHeaders=host, Signature=0"

    answer = http.get("/journal-s3-exports", headers={"Authorization": scope}).json()

    assert answer == {"JournalS3Exports": []}


def test_ended_exports_are_forgotten_after_seven_days(qldb_client: Any, bucket: str, ledger: str, clock: Clock) -> None:
    """Until then they are described; from then on nobody has heard of them (developer guide: export job expiration)."""
    export_id = export(qldb_client, ledger, bucket, end_ms=clock.now_ms())
    ended(qldb_client, ledger, export_id)
    clock.advance(7 * DAY_MS - 1)
    assert described(qldb_client, ledger, export_id)["Status"] == "COMPLETED"

    clock.advance(1)

    with pytest.raises(qldb_client.exceptions.ResourceNotFoundException):
        described(qldb_client, ledger, export_id)
    assert qldb_client.list_journal_s3_exports()["JournalS3Exports"] == []


def test_export_of_another_ledger_is_not_found(qldb_client: Any, bucket: str, ledger: str, clock: Clock) -> None:
    """An export is described by the name of its own ledger."""
    export_id = export(qldb_client, ledger, bucket, end_ms=clock.now_ms())
    qldb_client.create_ledger(Name="second", PermissionsMode="STANDARD")

    with pytest.raises(qldb_client.exceptions.ResourceNotFoundException) as refused:
        described(qldb_client, "second", export_id)
    assert refused.value.response["ResourceType"] == "Export"
    assert refused.value.response["ResourceName"] == export_id


def test_deleted_ledger_takes_its_exports_along(qldb_client: Any, bucket: str, ledger: str, clock: Clock) -> None:
    """A ledger made anew under the name knows nothing of them."""
    export(qldb_client, ledger, bucket, end_ms=clock.now_ms())
    qldb_client.delete_ledger(Name=ledger)
    qldb_client.create_ledger(Name=ledger, PermissionsMode="STANDARD")

    assert qldb_client.list_journal_s3_exports()["JournalS3Exports"] == []
    assert qldb_client.list_journal_s3_exports_for_ledger(Name=ledger)["JournalS3Exports"] == []


def test_times_may_have_fractions_or_be_text(
    http: Any, ledger: str, bucket: str, qldb_client: Any, clock: Clock
) -> None:
    """Seconds since 1970 with a fraction, or ISO 8601, as some SDKs send them."""
    body = {
        "InclusiveStartTime": "2023-11-14T22:13:20.500Z",
        "ExclusiveEndTime": clock.now_ms() / 1000,
        "S3ExportConfiguration": {
            "Bucket": bucket,
            "Prefix": "",
            "EncryptionConfiguration": {"ObjectEncryptionType": "SSE_S3"},
        },
        "RoleArn": ROLE,
    }
    export_id = http.post(f"/ledgers/{ledger}/journal-s3-exports", json=body).json()["ExportId"]
    ended(qldb_client, ledger, export_id)

    start = described(qldb_client, ledger, export_id)["InclusiveStartTime"]
    assert start == at(1_700_000_000_000) + timedelta(milliseconds=500)
