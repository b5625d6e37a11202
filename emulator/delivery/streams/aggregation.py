"""Several records in one: the aggregated format of the Kinesis Producer Library.

A Kinesis record may hold many of a user's records, which a consumer takes apart again. The format is four magic bytes,
a protocol-buffers message, and the MD5 of the message (`aggregation-format.md` of the amazon-kinesis-producer
repository; the magic was seen on real QLDB streams):

    message AggregatedRecord { repeated string partition_key_table = 1; repeated Record records = 3; }
    message Record           { required uint64 partition_key_index = 1; required bytes data = 3; }
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from hashlib import md5

from emulator import limits
from emulator.delivery.sinks import KinesisRecord

MAGIC = bytes.fromhex("f3899ac2")
_KEY_TABLE, _RECORDS = b"\x0a", b"\x1a"
"""Tags of the message: field 1 and field 3, each of them length-delimited."""
_KEY_INDEX, _DATA = b"\x08", b"\x1a"
"""Tags of a record: field 1 is a number, field 3 length-delimited."""
_OVERHEAD_BYTES = 16
"""At most so many tags, lengths and indexes come with one record."""


def aggregated(records: Iterable[KinesisRecord]) -> Iterator[KinesisRecord]:
    """The same records in as few as the limit on an aggregate allows, in order.

    Each goes under the key of its first. A record that is larger than the limit is an aggregate by itself.
    """
    gathered: list[KinesisRecord] = []
    size = 0
    for record in records:
        taken = record.size + _OVERHEAD_BYTES
        if gathered and size + taken > limits.AGGREGATE_BYTES:
            yield _sealed(gathered)
            gathered, size = [], 0
        gathered.append(record)
        size += taken
    if gathered:
        yield _sealed(gathered)


def _sealed(records: Sequence[KinesisRecord]) -> KinesisRecord:
    keys = [_delimited(_KEY_TABLE, record.partition_key.encode()) for record in records]
    entries = [
        _delimited(_RECORDS, _KEY_INDEX + _var_int(index) + _delimited(_DATA, record.data))
        for index, record in enumerate(records)
    ]
    message = b"".join((*keys, *entries))
    return KinesisRecord(records[0].partition_key, MAGIC + message + md5(message, usedforsecurity=False).digest())


def _delimited(tag: bytes, content: bytes) -> bytes:
    return tag + _var_int(len(content)) + content


def _var_int(number: int) -> bytes:
    """Seven bits a byte, the low ones first; every byte but the last has the high bit."""
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)
