"""Asks for exports as a user does, waits for them, and reads what they left."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from emulator.ion.binary.stream import values
from emulator.ion.codec import read_all
from emulator.ion.values import Struct, Value
from emulator.journal.hash_chain import dot, root
from tests.timing import eventually

ROLE = "arn:aws:iam::123456789012:role/exporter"

Get = Callable[[str], bytes]
Read = Callable[[bytes], Sequence[Value]]

READ: dict[str, Read] = {
    "ION_TEXT": lambda data: read_all(data.decode()),
    "ION_BINARY": lambda data: list(values(data)),
}


def at(milliseconds: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)


def export(qldb_client: Any, ledger: str, bucket: str, start_ms: int = 0, end_ms: int = 0, **members: Any) -> str:
    """Ask for an export; its id. `Prefix`, `Encryption` (type and key) and other members may be given."""
    encryption = dict(zip(("ObjectEncryptionType", "KmsKeyArn"), members.pop("Encryption", ("SSE_S3",)), strict=False))
    configuration = {"Bucket": bucket, "Prefix": members.pop("Prefix", ""), "EncryptionConfiguration": encryption}
    answer = qldb_client.export_journal_to_s3(
        Name=ledger,
        InclusiveStartTime=at(start_ms),
        ExclusiveEndTime=at(end_ms),
        S3ExportConfiguration=configuration,
        **{"RoleArn": ROLE, **members},
    )
    return str(answer["ExportId"])


def described(qldb_client: Any, ledger: str, export_id: str) -> Any:
    return qldb_client.describe_journal_s3_export(Name=ledger, ExportId=export_id)["ExportDescription"]


def ended(qldb_client: Any, ledger: str, export_id: str) -> str:
    """Wait until an export is in progress no more; its status."""

    def status() -> str:
        return str(described(qldb_client, ledger, export_id)["Status"])

    assert eventually(lambda: status() != "IN_PROGRESS"), "the export does not end"
    return status()


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export left: the keys in the order of the completed manifest, and the blocks of each."""

    keys: list[str]
    objects: list[list[Struct]]

    @property
    def blocks(self) -> list[Struct]:
        return [block for blocks in self.objects for block in blocks]


def read_export(get: Get, completed_key: str, read: Read = READ["ION_TEXT"]) -> Exported:
    """Follow the completed manifest, as the sample programs do."""
    (manifest,) = read(get(completed_key))
    assert isinstance(manifest, Struct)
    keys = manifest["keys"]
    assert isinstance(keys, list)
    return Exported(keys, [_structs(read(get(key))) for key in keys])


def _structs(found: Sequence[Value]) -> list[Struct]:
    assert all(isinstance(value, Struct) for value in found)
    return [value for value in found if isinstance(value, Struct)]


def assert_chain(blocks: Sequence[Struct]) -> None:
    """Recompute each block's hash from what was exported of it, and hold it against the next block's previous one."""
    previous: object = None
    for block in blocks:
        entries = block["entriesHashList"]
        before, hash_ = block["previousBlockHash"], block["blockHash"]
        assert isinstance(entries, list) and isinstance(before, bytes)
        assert previous is None or before == previous
        assert root(entries) == block["entriesHash"]
        assert dot(root(entries), before) == hash_
        previous = hash_
